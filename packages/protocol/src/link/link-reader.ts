/** The reading end of one direction of a link: bytes, and what has been learnt from earlier frames. */

import { ByteReader } from '../bytes/byte-reader.js'
import { SESSION_NUMBERS, WRITER_NUMBERS } from '../limits.js'
import { ProtocolError, tooLarge } from '../protocol-error.js'
import type { SessionKey } from '../session-key.js'
import { ExpectedChains } from './expected-chains.js'
import { Numbered } from './numbering.js'

/** What the receiver remembers; after every frame equal to the sender's `SenderMemory`. */
export class ReceiverMemory {
  /** Sessions named so far. */
  readonly sessions = new Numbered<SessionKey>(SESSION_NUMBERS)
  /** Yjs client ids named so far. */
  readonly writers = new Numbered<number>(WRITER_NUMBERS)
  /** Client ids of operations named so far. */
  readonly clients = new Numbered<number>(WRITER_NUMBERS)
  /** How each session's attributes are expected to go on. */
  readonly chains = new ExpectedChains()
  /** Time of the last frame that told one, in ms since 1970: the origin of times in the next. */
  time = 0
  /** Number of the last `deltas` frame. */
  number = 0
}

/** Reads frames; codecs that need no memory see only the `ByteReader` in it. */
export class LinkReader extends ByteReader {
  readonly #limit: number
  #allowance = 0
  #memory: ReceiverMemory | undefined

  /** `limit`: the longest frame, and the most bytes that the session deltas of a frame may be charged for. */
  constructor(limit: number) {
    super()
    this.#limit = limit
  }

  /** What has been learnt so far. */
  get memory(): ReceiverMemory {
    return (this.#memory ??= new ReceiverMemory())
  }

  /** Starts a frame; ProtocolError `FRAME_TOO_LARGE` when it is longer than the link allows. */
  override reset(bytes: Uint8Array): void {
    if (bytes.length > this.#limit) this.#refuse()
    super.reset(bytes)
    this.#allowance = this.#limit
  }

  /**
   * Charges the frame for what a part of a session delta becomes in memory, before that is made where possible: a few
   * packed bytes can become many. Genuine senders keep within the frame limit by the same account.
   */
  charge(bytes: number): void {
    this.#allowance -= bytes
    if (this.#allowance < 0) this.#refuse()
  }

  /** The counterpart of `LinkWriter.numbered`. */
  numbered(numbered: Numbered<number>): number {
    const place = this.varUint()
    if (place > 0) return numbered.idOf(place - 1)
    const id = this.varUint()
    numbered.assign(id)
    return id
  }

  #refuse(): never {
    throw new ProtocolError('FRAME_TOO_LARGE', tooLarge(this.#limit))
  }
}
