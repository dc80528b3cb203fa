/** The operations of a save: what changes in a session. Clients send these, never Yjs bytes. */

import type { Codec } from '../codec/codec.js'
import { bytes, float, text, word } from '../codec/scalars.js'
import { createTerms, type CreateTerms } from './create-terms.js'
import { NAME_LIMIT } from '../limits.js'

/** One change of one attribute, or of the terms; `name` has at most 256 UTF-8 bytes, `value` is in lib0's any-encoding. */
export type Operation =
  | { readonly op: 'set'; readonly name: string; readonly value: Uint8Array }
  | { readonly op: 'remove'; readonly name: string }
  | { readonly op: 'freeze'; readonly name: string }
  | { readonly op: 'increment'; readonly name: string; readonly by: number }
  | ({ readonly op: 'terms' } & CreateTerms)

const op = word('set', 'remove', 'freeze', 'increment', 'terms')
const attributeName = text(NAME_LIMIT)

/** Reads and writes an operation. */
export const operation: Codec<Operation> = {
  write(writer, value) {
    op.write(writer, value.op)
    if (value.op === 'terms') return createTerms.write(writer, value)
    attributeName.write(writer, value.name)
    if (value.op === 'set') bytes.write(writer, value.value)
    if (value.op === 'increment') float.write(writer, value.by)
  },
  read(reader) {
    const kind = op.read(reader)
    if (kind === 'terms') return { op: kind, ...createTerms.read(reader) }
    const name = attributeName.read(reader)
    switch (kind) {
      case 'set':
        return { op: kind, name, value: bytes.read(reader) }
      case 'increment':
        return { op: kind, name, by: float.read(reader) }
      default:
        return { op: kind, name }
    }
  },
}
