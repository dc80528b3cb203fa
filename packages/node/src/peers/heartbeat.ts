/** Notices a peer that has gone silent without closing: pings, and a limit on how long nothing may be heard. */
import type { Environment } from '../environment.js'

/** ms between pings. */
const INTERVAL = 2_000
/** ms of silence after which the link counts as lost. */
const SILENCE = 10_000

/** The pulse of one link. */
export class Heartbeat {
  readonly #environment: Environment
  readonly #stop: () => void
  #heard: number
  #checked: number
  #roundTrip: number | undefined

  /**
   * @param ping sends a ping that carries the time given
   * @param silent called once the peer has been silent too long
   */
  constructor(environment: Environment, ping: (time: number) => void, silent: () => void) {
    this.#environment = environment
    this.#heard = environment.now()
    this.#checked = this.#heard
    this.#stop = environment.every(INTERVAL, () => {
      const now = environment.now()
      // If we ourselves were not running, the peer's silence means nothing yet.
      if (now - this.#checked > 2 * INTERVAL) this.#heard = now
      this.#checked = now
      if (now - this.#heard > SILENCE) silent()
      else ping(now)
    })
  }

  /** ms of the last ping's round trip, if one was answered. */
  get roundTrip(): number | undefined {
    return this.#roundTrip
  }

  /** Something was heard. */
  heard(): void {
    this.#heard = this.#environment.now()
  }

  /** A ping sent at `time` was answered. */
  answered(time: number): void {
    this.#roundTrip = this.#environment.now() - time
  }

  /** Stops pinging. */
  stop(): void {
    this.#stop()
  }
}
