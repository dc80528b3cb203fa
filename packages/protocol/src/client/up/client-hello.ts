/** `hello`: the client's greeting, its first frame. */

import type { Message } from '../../codec/message.js'
import { record, type RecordOf } from '../../codec/record.js'
import { text, uint } from '../../codec/scalars.js'
import { NAME_LIMIT } from '../../limits.js'
import { PROTOCOL_VERSION, type VersionRange } from '../../version.js'
import { versionRange } from '../client-versions.js'

const fields = {
  /** The client's id, 53 random bits; the saves of a client are told apart by it and their counter. */
  client: uint,
  /** What the client calls itself, for logs; may be empty. */
  name: text(NAME_LIMIT),
}

const body = record(fields)

/** Which client this is, and what it speaks. */
export type ClientHello = { readonly type: 'hello' } & VersionRange & RecordOf<typeof fields>

/** Reads and writes `hello`; that of a newer version may say more than we know, which is passed over. */
export const clientHello: Message<ClientHello> = {
  tag: 1,
  type: 'hello',
  write(writer, frame) {
    versionRange.write(writer, frame)
    body.write(writer, frame)
  },
  read(reader) {
    const versions = versionRange.read(reader)
    const value = body.read(reader)
    if (versions.version > PROTOCOL_VERSION) reader.skip(reader.left)
    return { type: 'hello', ...versions, ...value }
  },
}
