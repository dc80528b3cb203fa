/**
 * Benchmarks in memory, at most so many. What was noted longest ago is forgotten first: its session is then sent whole,
 * which costs bytes and nothing else. Kept as bytes, so that nobody can change one afterwards.
 */
import { decodeBenchmark, encodeBenchmark } from '@understudy/differencing'
import type { Benchmark, BenchmarkSource, KeyedBenchmark } from '@understudy/differencing'

/** A benchmark source that does not grow beyond its limit. */
export class BoundedBenchmarks implements BenchmarkSource {
  readonly #limit: number
  /** By back-up and key; the order of insertion is the order of the latest notes. */
  readonly #known = new Map<string, Uint8Array>()

  /** @param limit benchmarks kept at most */
  constructor(limit: number) {
    this.#limit = limit
  }

  /** Benchmarks kept. */
  get size(): number {
    return this.#known.size
  }

  /** What a back-up holds of these sessions. */
  read(backup: string, keys: readonly string[]): Promise<readonly (Benchmark | undefined)[]> {
    const found = keys.map((key) => {
      const bytes = this.#known.get(place(backup, key))
      return bytes === undefined ? undefined : decodeBenchmark(bytes)
    })
    return Promise.resolve(found)
  }

  /** Notes what a back-up has acknowledged. */
  write(backup: string, entries: readonly KeyedBenchmark[]): Promise<void> {
    for (const { key, benchmark } of entries) {
      this.#known.delete(place(backup, key))
      this.#known.set(place(backup, key), encodeBenchmark(benchmark))
    }
    for (const oldest of this.#known.keys()) {
      if (this.#known.size <= this.#limit) break
      this.#known.delete(oldest)
    }
    return Promise.resolve()
  }
}

/** Names of back-ups have no line breaks (node-options.ts), so no two pairs coincide. */
function place(backup: string, key: string): string {
  return `${backup}\n${key}`
}
