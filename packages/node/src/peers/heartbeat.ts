/**
 * Notices a peer that has gone silent without closing: pings, and a judgement on how long nothing may be heard.
 *
 * Peers that may take over from one another beat fast and are judged by their rhythm (`Suspicion`); a dedicated back-up,
 * which nobody waits for, slowly. Time in which this process itself did not run is nobody's silence.
 */
import { SUSPICION, Suspicion } from '@understudy/cluster'
import type { SuspicionOptions } from '@understudy/cluster'
import type { Environment } from '../environment.js'

/** Between nodes of which one never takes over. */
const SLOW: SuspicionOptions = { interval: 2_000, pause: 8_000, threshold: 8, limit: 10_000 }

/** How a link beats. */
export type Pace = 'fast' | 'slow'

/** The pulse of one link. */
export class Heartbeat {
  readonly #environment: Environment
  readonly #ping: (time: number) => void
  readonly #silent: () => void
  #suspicion: Suspicion
  #checked: number
  #roundTrip: number | undefined
  #answered = 0
  #stop: () => void = () => {}

  /**
   * @param ping sends a ping that carries the time given
   * @param silent called once the peer has been silent too long
   */
  constructor(environment: Environment, ping: (time: number) => void, silent: () => void) {
    this.#environment = environment
    this.#ping = ping
    this.#silent = silent
    this.#checked = environment.now()
    this.#suspicion = new Suspicion(SLOW, this.#checked)
  }

  /** ms of the last ping's round trip, if one was answered. */
  get roundTrip(): number | undefined {
    return this.#roundTrip
  }

  /** When the latest ping that was answered had been sent; 0 while none was. */
  get answeredAt(): number {
    return this.#answered
  }

  /** Begins to beat. */
  start(pace: Pace): void {
    this.#stop()
    const options = pace === 'fast' ? SUSPICION : SLOW
    this.#checked = this.#environment.now()
    this.#suspicion = new Suspicion(options, this.#checked)
    this.#stop = this.#environment.every(options.interval, () => this.#look(options.interval))
  }

  /** Something was heard. */
  heard(): void {
    this.#suspicion.heard(this.#environment.now())
  }

  /** The peer's own ping was heard. */
  beat(): void {
    this.#suspicion.beat(this.#environment.now())
  }

  /** A ping sent at `time` was answered. */
  answered(time: number): void {
    this.#answered = time
    this.#roundTrip = this.#environment.now() - time
  }

  /** Stops pinging. */
  stop(): void {
    this.#stop()
  }

  #look(interval: number): void {
    const now = this.#environment.now()
    const late = now - this.#checked - interval
    if (Math.abs(late) > interval / 2) this.#suspicion.slept(late, now)
    this.#checked = now
    if (this.#suspicion.isSuspect(now)) this.#silent()
    else this.#ping(now)
  }
}
