/** The writing end of one direction of a link: bytes, and what the other side has learnt so far. */

import { ByteWriter } from '../bytes/byte-writer.js'
import { SESSION_NUMBERS, WRITER_NUMBERS } from '../limits.js'
import { ProtocolError, tooLarge } from '../protocol-error.js'
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
  readonly #limit: number
  #allowance = 0
  #memory: SenderMemory | undefined

  /** `limit`: the longest frame, and the most bytes that the session deltas of a frame may be charged for. */
  constructor(limit: number) {
    super(limit)
    this.#limit = limit
  }

  /** What has been told so far. */
  get memory(): SenderMemory {
    return (this.#memory ??= new SenderMemory())
  }

  /** Forgets all that has been told: for links on which each frame stands by itself. */
  forget(): void {
    this.#memory = undefined
  }

  /** Starts a frame; what an unfinished one left is thrown away. */
  start(): void {
    this.truncate(0)
    this.#allowance = this.#limit
  }

  /** Charges the frame for what a session delta may take; the receiver charges the same. */
  charge(bytes: number): void {
    this.#allowance -= bytes
    if (this.#allowance < 0) throw new ProtocolError('FRAME_TOO_LARGE', tooLarge(this.#limit))
  }

  /** An id by its number, or, at first mention, 0 and the id. */
  numbered(numbering: Numbering<number>, id: number): void {
    const number = numbering.numberOf(id)
    this.varUint(number === undefined ? 0 : number + 1)
    if (number !== undefined) return
    this.varUint(id)
    numbering.assign(id)
  }
}
