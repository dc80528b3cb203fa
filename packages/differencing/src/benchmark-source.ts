/**
 * Where benchmarks are kept when the primary does not keep them itself.
 *
 * A source may live elsewhere and fail; it may also lag behind, which only makes deltas larger than they need be.
 * It must never run ahead of what was written to it: a benchmark that claims too much would cost a replica a change.
 * Every implementation runs the suite in contract.ts.
 */
import type { Benchmark } from './benchmark.js'

/** A benchmark and the session it is of. */
export interface KeyedBenchmark {
  /** Session key. */
  readonly key: string
  readonly benchmark: Benchmark
}

/** Benchmarks by back-up and session. */
export interface BenchmarkSource {
  /** What a back-up holds of these sessions, in their order; `undefined` where nothing is known. */
  read(backup: string, keys: readonly string[]): Promise<readonly (Benchmark | undefined)[]>
  /** Notes what a back-up has acknowledged; of two notes on one session the later stands. */
  write(backup: string, entries: readonly KeyedBenchmark[]): Promise<void>
}
