/**
 * Frames on their way to one back-up: numbered 1, 2, 3 …, acknowledged cumulatively, at most `limit` bytes at once.
 * What does not fit stays in the backlog, where it costs no bytes.
 */
import { ReplicationError } from './replication-error.js'

/** One frame that is not acknowledged yet. */
interface Outstanding<S> {
  readonly number: number
  readonly bytes: number
  readonly sessions: readonly S[]
}

/** The send window of one link. */
export class Window<S> {
  readonly #limit: number
  #frames: Outstanding<S>[] = []
  #bytes = 0
  #number = 0
  #acknowledged = 0

  /** @param limit bytes in flight at most; one frame may exceed it, so that a large delta can travel at all */
  constructor(limit: number) {
    this.#limit = limit
  }

  /** Bytes in flight. */
  get bytes(): number {
    return this.#bytes
  }

  /** Number of the last frame that is held by the back-up. */
  get acknowledged(): number {
    return this.#acknowledged
  }

  /** Number the next frame takes. */
  get next(): number {
    return this.#number + 1
  }

  /** Whether another frame may go out. */
  get open(): boolean {
    return this.#bytes < this.#limit
  }

  /** A frame went out. */
  push(bytes: number, sessions: readonly S[]): void {
    this.#number++
    this.#bytes += bytes
    this.#frames.push({ number: this.#number, bytes, sessions })
  }

  /**
   * Frames up to `number` are held.
   *
   * @returns the frames this releases, oldest first
   * @throws ReplicationError ACK_UNKNOWN for a frame that was never sent
   */
  acknowledge(number: number): readonly Outstanding<S>[] {
    if (number > this.#number) {
      throw new ReplicationError('ACK_UNKNOWN', `frame ${number} was acknowledged but only ${this.#number} were sent`)
    }
    const held = this.#frames.findIndex((frame) => frame.number > number)
    const released = this.#frames.splice(0, held === -1 ? this.#frames.length : held)
    for (const frame of released) this.#bytes -= frame.bytes
    this.#acknowledged = Math.max(this.#acknowledged, number)
    return released
  }

  /** A new link starts at 1 with nothing in flight. */
  reset(): void {
    this.#frames = []
    this.#bytes = 0
    this.#number = 0
    this.#acknowledged = 0
  }
}
