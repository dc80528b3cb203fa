/** `changed`: a session that the client follows has changed. */

import type { Message } from '../../codec/message.js'
import { unencodable } from '../../protocol-error.js'
import type { SessionKey } from '../../session-key.js'
import { clientState, type ClientState } from '../client-state.js'

/** What is new about a session. */
export interface Changed {
  readonly type: 'changed'
  /** Which session; the same as the delta's. */
  readonly key: SessionKey
  /** From what the node knows the client to hold to what is now. */
  readonly delta: ClientState
}

/** Reads and writes `changed`; the key travels once. */
export const changed: Message<Changed> = {
  tag: 70,
  type: 'changed',
  write(writer, { key, delta }) {
    if (key !== delta.key) throw unencodable(`a change of ${key} with a delta of ${delta.key}`)
    clientState.write(writer, delta)
  },
  read(reader) {
    const delta = clientState.read(reader)
    return { type: 'changed', key: delta.key, delta }
  },
}
