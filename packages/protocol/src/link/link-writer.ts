/** The writing end of one direction of a link: bytes, and what the other side has learnt so far. */

import { ByteWriter } from '../bytes/byte-writer.js'
import { SESSION_NUMBERS, WRITER_NUMBERS } from '../limits.js'
import type { SessionKey } from '../session-key.js'
import { ExpectedChains } from './expected-chains.js'
import { Numbering } from './numbering.js'

/** What the sender knows the receiver to remember. */
export class SenderMemory {
  /** Sessions named so far. */
  readonly sessions = new Numbering<SessionKey>(SESSION_NUMBERS)
  /** Yjs client ids named so far. */
  readonly writers = new Numbering<number>(WRITER_NUMBERS)
  /** Client ids of operations named so far. */
  readonly clients = new Numbering<number>(WRITER_NUMBERS)
  /** How each session's attributes are expected to go on. */
  readonly chains = new ExpectedChains()
  /** Time of the last frame that told one, in ms since 1970: the origin of times in the next. */
  time = 0
  /** Number of the last `deltas` frame. */
  number = 0
}

/** Writes frames; codecs that need no memory see only the `ByteWriter` in it. */
export class LinkWriter extends ByteWriter {
  /** What has been told so far. */
  memory = new SenderMemory()

  /** An id by its number, or, at first mention, 0 and the id. */
  numbered(numbering: Numbering<number>, id: number): void {
    const number = numbering.numberOf(id)
    this.varUint(number === undefined ? 0 : number + 1)
    if (number !== undefined) return
    this.varUint(id)
    numbering.assign(id)
  }
}
