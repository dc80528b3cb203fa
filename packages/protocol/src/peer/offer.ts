/** `offer`: the answer to `want`. Not numbered and not acknowledged: what it does not bring is wanted again. */

import type { Message } from '../codec/message.js'
import { flag, uint } from '../codec/scalars.js'
import type { SessionDeltaEntry } from '../delta/session-delta.js'
import { checkChecksum, writeChecksum } from './checksum.js'
import { entriesToEnd } from './entries.js'

/** Sessions that were wanted, or some of them. */
export interface Offer {
  readonly type: 'offer'
  /** The request of the `want` that this answers. */
  readonly request: number
  /** What the asker lacks of the sessions that it wanted. */
  readonly entries: readonly SessionDeltaEntry[]
  /** No further `offer` answers this request. */
  readonly done: boolean
}

/** An offer has no number that could go into the checksum. */
const SEED = 0

/** Reads and writes `offer`. */
export const offer: Message<Offer> = {
  tag: 10,
  type: 'offer',
  write(writer, frame) {
    uint.write(writer, frame.request)
    flag.write(writer, frame.done)
    entriesToEnd.write(writer, frame.entries)
    writeChecksum(writer, SEED)
  },
  read(reader) {
    checkChecksum(reader, SEED)
    const request = uint.read(reader)
    const done = flag.read(reader)
    return { type: 'offer', request, entries: entriesToEnd.read(reader), done }
  },
}
