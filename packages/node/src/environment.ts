/**
 * What a node takes from outside: time, chance, and a place in the event loop. Production hands in the real ones; a
 * test or a simulator hands in its own and decides everything.
 */

/** The outside world of one node. */
export interface Environment {
  /** ms since 1970. */
  now(): number
  /** Uniform in [0, 1). */
  random(): number
  /** Calls once after `ms`; the result cancels it. */
  after(ms: number, callback: () => void): () => void
  /** Calls every `ms` until cancelled. */
  every(ms: number, callback: () => void): () => void
  /** Calls once the events at hand have been dealt with, so that what they cause can be batched. */
  soon(callback: () => void): void
}

/** The real world. Its timers never keep a process alive by themselves. */
export const realEnvironment: Environment = {
  now: Date.now,
  random: Math.random,
  after(ms, callback) {
    const timer = setTimeout(callback, ms).unref()
    return () => clearTimeout(timer)
  },
  every(ms, callback) {
    const timer = setInterval(callback, ms).unref()
    return () => clearInterval(timer)
  },
  soon: setImmediate,
}
