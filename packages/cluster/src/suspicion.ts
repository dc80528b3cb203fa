/**
 * Suspicion: how sure it is, from the rhythm of a peer's heartbeats, that it is gone.
 *
 * φ-accrual (Hayashibara, Défago, Yared, Katayama, 2004): the pauses between heartbeats are taken as normally
 * distributed, and φ = −log10 of the chance that a peer that lives is silent for as long as this one is. The detector
 * adapts: on a steady link it is sure early, on an uneven one it is patient. To the mean comes a pause that a living
 * event loop may take (Akka does the same), and patience has an end, so that a black hole is found out in bounded time.
 *
 * Pure: time comes in as an argument. What the observer itself slept through is no silence of the peer (`slept`).
 */

/** How a detector judges. Times in ms. */
export interface SuspicionOptions {
  /** Between heartbeats, as agreed: what is expected before any was heard. */
  readonly interval: number
  /** A pause on top of the usual one that means nothing: garbage collection, a busy event loop. */
  readonly pause: number
  /** φ from which on the peer is suspected; 8 is a chance of 1 in 10^8. */
  readonly threshold: number
  /** Silence that is suspect in any case. */
  readonly limit: number
}

/** Suspected after 0.7 s of silence on a steady link and 1.0 s on any: a stall of 0.3 s is far from either. */
export const SUSPICION: SuspicionOptions = { interval: 100, pause: 350, threshold: 8, limit: 1_000 }

/** Pauses remembered. */
const SAMPLES = 50
/** Pauses never count as more even than this, ms: timers and schedulers are no better. */
const LEAST_DEVIATION = 40

/** The judgement on one peer. */
export class Suspicion {
  readonly #options: SuspicionOptions
  readonly #pauses: number[] = []
  #heard: number
  #beat: number

  /** @param now ms; the peer counts as heard */
  constructor(options: SuspicionOptions, now: number) {
    this.#options = options
    this.#heard = now
    this.#beat = now
  }

  /** A heartbeat came: it proves life and tells the rhythm. */
  beat(now: number): void {
    this.#pauses.push(Math.max(0, now - this.#beat))
    if (this.#pauses.length > SAMPLES) this.#pauses.shift()
    this.#beat = now
    this.heard(now)
  }

  /** Anything came: it proves life, but says nothing of the rhythm. */
  heard(now: number): void {
    this.#heard = Math.max(this.#heard, now)
  }

  /**
   * The observer itself did not run for so long, or its clock was set by so much: that is nobody's silence, and no pause
   * between heartbeats. Nothing was ever heard in the future, or a peer could be silent until then.
   *
   * @param ms negative where the clock was set back
   */
  slept(ms: number, now: number): void {
    this.#heard = Math.min(now, this.#heard + ms)
    this.#beat = Math.min(now, this.#beat + ms)
  }

  /** ms since anything was heard. */
  silence(now: number): number {
    return Math.max(0, now - this.#heard)
  }

  /** How sure it is that the peer is gone: 1 means a chance of 1 in 10 that it lives, 8 of 1 in 10^8. */
  phi(now: number): number {
    const { interval, pause } = this.#options
    const pauses = this.#pauses.length === 0 ? [interval] : this.#pauses
    const mean = pauses.reduce((sum, one) => sum + one, 0) / pauses.length
    const variance = pauses.reduce((sum, one) => sum + (one - mean) ** 2, 0) / pauses.length
    const deviation = Math.max(LEAST_DEVIATION, Math.sqrt(variance))
    return phiOf((this.silence(now) - mean - pause) / deviation)
  }

  /** Whether the peer counts as gone. */
  isSuspect(now: number): boolean {
    const { threshold, limit } = this.#options
    return this.silence(now) >= limit || this.phi(now) >= threshold
  }
}

/** −log10 of the chance that a standard normal variable exceeds `y`, by the logistic approximation that Akka uses. */
function phiOf(y: number): number {
  const e = Math.exp(-y * (1.5976 + 0.070566 * y * y))
  return y > 0 ? -Math.log10(e / (1 + e)) : -Math.log10(1 - 1 / (1 + e))
}
