/**
 * What the client takes from the world: clock, randomness, timers, sockets. Handed in, so that tests decide all of it.
 */
import type { OpenSocket } from './socket.js'

/** The world as the client sees it. */
export interface Environment {
  /** Wall clock, ms since 1970. */
  now(): number
  /** Uniform in [0, 1); used for the client's number and for jitter. */
  random(): number
  /** Runs a function once after `delay` ms; the function returned cancels it. */
  startTimer(delay: number, run: () => void): () => void
  /** Opens a WebSocket. */
  readonly openSocket: OpenSocket
  /** Calls once the events at hand have been dealt with, so that what they cause can be batched. Absent: at once. */
  readonly soon?: (run: () => void) => void
}

/** The real world around a socket implementation. */
export function realEnvironment(openSocket: OpenSocket, soon?: (run: () => void) => void): Environment {
  return {
    now: () => Date.now(),
    random: () => Math.random(),
    startTimer(delay, run) {
      const timer = setTimeout(run, delay)
      return () => clearTimeout(timer)
    },
    openSocket,
    ...(soon && { soon }),
  }
}
