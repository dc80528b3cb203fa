/** A benchmark source in memory: for tests, and as the model of what a source does. Grows with what is written. */
import { decodeBenchmark, encodeBenchmark, type Benchmark } from './benchmark.js'
import type { BenchmarkSource, KeyedBenchmark } from './benchmark-source.js'

/** Keeps benchmarks as bytes, so that nobody can change one afterwards. */
export class MemoryBenchmarkSource implements BenchmarkSource {
  /** Back-up → session key → benchmark. */
  readonly #backups = new Map<string, Map<string, Uint8Array>>()

  /** What a back-up holds of these sessions. */
  read(backup: string, keys: readonly string[]): Promise<readonly (Benchmark | undefined)[]> {
    const known = this.#backups.get(backup)
    const found = keys.map((key) => {
      const bytes = known?.get(key)
      return bytes === undefined ? undefined : decodeBenchmark(bytes)
    })
    return Promise.resolve(found)
  }

  /** Notes what a back-up has acknowledged. */
  write(backup: string, entries: readonly KeyedBenchmark[]): Promise<void> {
    const known = this.#backups.get(backup) ?? new Map<string, Uint8Array>()
    for (const { key, benchmark } of entries) known.set(key, encodeBenchmark(benchmark))
    this.#backups.set(backup, known)
    return Promise.resolve()
  }
}
