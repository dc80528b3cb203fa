/**
 * Whether the nodes have been out of reach for so long that nobody need wait for them any more.
 *
 * ```
 *  reached ──lost──► waited for (requests wait, each within its time limit) ──the limit──► given up (requests fail at once)
 *     ▲────────────────────────────────────reached again──────────────────────────────────────────┘
 * ```
 * Without it every request of a long outage would wait as long as it may, and apps hold them all.
 */
import { UnderstudyError } from '@understudy/client'

/** The outages of an app's nodes. */
export class Outage {
  readonly #limit: number
  /** ms, as performance.now() counts them. */
  #since: number | undefined

  /** @param limit how long requests wait, ms */
  constructor(limit: number) {
    this.#limit = limit
  }

  /** No node can be reached; said again, it is still the same outage. */
  begin(): void {
    this.#since ??= performance.now()
  }

  /** A node can be reached. */
  end(): void {
    this.#since = undefined
  }

  /** @throws UnderstudyError NOT_CONNECTED once it has lasted too long; nothing was sent then */
  check(): void {
    if (this.#since === undefined || performance.now() - this.#since < this.#limit) return
    const message = `No node could be reached for longer than ${this.#limit} ms; nothing was sent. Look whether they run; the app is connected again as soon as one does.`
    throw new UnderstudyError('NOT_CONNECTED', { message })
  }
}
