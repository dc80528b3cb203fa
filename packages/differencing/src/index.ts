/** Benchmarks and deltas: mode benchmark, mode immutable, digests. */
export { advance, coversBenchmark, decodeBenchmark, emptyBenchmark, encodeBenchmark, type Benchmark } from './benchmark.js'
export type { BenchmarkSource, KeyedBenchmark } from './benchmark-source.js'
export type { Delta, Differenced } from './delta.js'
export { differenceAgainst, isEmptyDelta } from './difference-against.js'
export { differenceWithoutFrozen } from './difference-without-frozen.js'
export { DifferencingError, type DifferencingErrorCode } from './differencing-error.js'
export { Digest } from './digest.js'
export { MemoryBenchmarkSource } from './memory-benchmark-source.js'
