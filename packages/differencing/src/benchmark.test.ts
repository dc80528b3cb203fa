/** Benchmarks, as values and as bytes. */
import { describe, expect, it } from 'vitest'
import * as fc from 'fast-check'
import { advance, coversBenchmark, decodeBenchmark, emptyBenchmark, encodeBenchmark } from './benchmark.js'
import type { Benchmark } from './benchmark.js'
import { benchmarkSourceContract } from './contract.js'
import { MemoryBenchmarkSource } from './memory-benchmark-source.js'

const vector = (writers: number) =>
  fc
    .array(fc.tuple(fc.nat(writers), fc.integer({ min: 1, max: 5 })), { maxLength: 4 })
    .map((entries) => new Map(entries))
const benchmark = (writers: number, generations: number): fc.Arbitrary<Benchmark> =>
  fc.record({ generation: fc.nat(generations), attributes: vector(writers), frozen: vector(writers) })
const close = benchmark(3, 1)

describe('a benchmark', () => {
  it('is read as it was written', () => {
    fc.assert(
      fc.property(benchmark(Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER), (benchmark) => {
        expect(decodeBenchmark(encodeBenchmark(benchmark))).toEqual(benchmark)
      }),
    )
  })

  it('is refused when its bytes are damaged, with nothing but BENCHMARK_MALFORMED [DIF-1]', () => {
    const damaged = fc.tuple(benchmark(9, 9), fc.nat(99), fc.nat(255), fc.nat(2)).map(([benchmark, at, byte, cut]) => {
      const bytes = encodeBenchmark(benchmark)
      bytes[at % bytes.length] = byte
      return bytes.subarray(0, bytes.length - cut)
    })
    fc.assert(
      fc.property(fc.oneof(damaged, fc.uint8Array()), (bytes) => {
        try {
          const read = decodeBenchmark(bytes)
          expect(decodeBenchmark(encodeBenchmark(read))).toEqual(read)
        } catch (error) {
          expect(error).toMatchObject({ code: 'BENCHMARK_MALFORMED' })
        }
      }),
      { numRuns: 2000 },
    )
  })

  it('is refused when bytes follow, or when it claims more than there is, also inside a larger buffer', () => {
    const good = encodeBenchmark(emptyBenchmark)
    expect([...good]).toEqual([0, 1, 0, 1, 0])
    const window = Uint8Array.of(0, 1, 0, 3, 0, 0, 0, 0).subarray(0, 5)
    for (const bytes of [Uint8Array.of(...good, 0), Uint8Array.of(0, 9, 0, 1, 0), window, new Uint8Array(0)]) {
      expect(() => decodeBenchmark(bytes)).toThrowError(expect.objectContaining({ code: 'BENCHMARK_MALFORMED' }))
    }
  })

  it('advances to what is acknowledged, never back, however acks are doubled or late [DIF-2]', () => {
    fc.assert(
      fc.property(close, close, (from, acked) => {
        const after = advance(from, acked)
        expect(after.generation).toBe(Math.max(from.generation, acked.generation))
        for (const one of [from, acked]) {
          if (one.generation === after.generation) expect(coversBenchmark(after, one)).toBe(true)
        }
        expect(advance(after, acked)).toBe(after)
        expect(advance(after, from)).toBe(after)
      }),
      { numRuns: 500 },
    )
  })

  it('covers nothing of another generation', () => {
    expect(coversBenchmark({ ...emptyBenchmark, generation: 1 }, emptyBenchmark)).toBe(false)
    expect(coversBenchmark(emptyBenchmark, emptyBenchmark)).toBe(true)
    expect(coversBenchmark(emptyBenchmark, { ...emptyBenchmark, frozen: new Map([[1, 1]]) })).toBe(false)
  })
})

describe('a benchmark source in memory', () => {
  for (const { name, run } of benchmarkSourceContract(() => new MemoryBenchmarkSource())) it(`${name} [DIF-3]`, run)
})

describe('the contract of benchmark sources', () => {
  it('finds a source that mixes back-ups up and keeps the writer’s own objects', async () => {
    const held = new Map<string, Benchmark>()
    const wrong = {
      read: (_: string, keys: readonly string[]) => Promise.resolve(keys.map((key) => held.get(key))),
      write: (_: string, entries: readonly { key: string; benchmark: Benchmark }[]) => {
        for (const { key, benchmark } of entries) held.set(key, benchmark)
        return Promise.resolve()
      },
    }
    const failed: string[] = []
    for (const { name, run } of benchmarkSourceContract(() => { held.clear(); return wrong })) {
      await run().catch(() => failed.push(name))
    }
    expect(failed).toEqual(['keeps back-ups apart', 'keeps what was written when the writer changes it afterwards'])
  })
})
