/** What workers say while they play. */
import type { Violation } from './cast/ledger.js'

/** How far a worker has come. */
export interface Progress {
  readonly played: number
  /** Events that happened in all its histories: messages, timers, deeds. */
  readonly events: number
  /** Operations that were acknowledged. */
  readonly acknowledged: number
}

/** A history that broke a promise. */
export interface Failure {
  readonly seed: number
  readonly hash: string
  readonly violations: readonly Violation[]
}

/** Sums of all workers. */
export function sumOf(parts: Iterable<Progress>): Progress {
  let sum: Progress = { played: 0, events: 0, acknowledged: 0 }
  for (const { played, events, acknowledged } of parts) {
    sum = { played: sum.played + played, events: sum.events + events, acknowledged: sum.acknowledged + acknowledged }
  }
  return sum
}
