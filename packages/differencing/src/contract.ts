/**
 * The contract of benchmark sources, as a suite that any implementation can run with any test runner:
 *
 *     for (const { name, run } of benchmarkSourceContract(() => new MySource())) it(name, run)
 */
import { emptyBenchmark, encodeBenchmark, type Benchmark } from './benchmark.js'
import type { BenchmarkSource } from './benchmark-source.js'

/** One promise of the contract: its name, and a test that rejects where the promise is broken. */
export interface ContractCase {
  readonly name: string
  run(): Promise<void>
}

/** A benchmark that differs in every part from others of another number. */
function sample(number: number): Benchmark {
  return {
    generation: number * 2 ** 20,
    attributes: new Map([[number * 2 ** 33 + 2, number], [2 ** 52, 7]]),
    frozen: new Map([[number * 2 ** 33 + 3, number]]),
  }
}

/** Reads and compares; throws where the source answers otherwise. */
async function expectRead(
  source: BenchmarkSource,
  asked: { backup: string; keys: readonly string[] },
  expected: readonly (Benchmark | undefined)[],
): Promise<void> {
  const found = await source.read(asked.backup, asked.keys)
  const [was, should] = [found, expected].map((list) => list.map(textOf).join(' | '))
  if (was === should) return
  throw new Error(`For ${asked.backup} ${asked.keys.join()} the source answers ${was}, not ${should}.`)
}

function textOf(benchmark: Benchmark | undefined): string {
  return benchmark === undefined ? 'nothing' : encodeBenchmark(benchmark).join()
}

/** Makes the source under test: a fresh one for each case. */
export type MakeSource = () => BenchmarkSource | Promise<BenchmarkSource>

/** The cases, each with a source of its own. */
export function benchmarkSourceContract(make: MakeSource): readonly ContractCase[] {
  const contract = (name: string, check: (source: BenchmarkSource) => Promise<void>): ContractCase => ({
    name,
    run: async () => check(await make()),
  })
  return [
    contract('knows nothing of what was never written', async (source) => {
      await expectRead(source, { backup: 'b', keys: ['1', '2'] }, [undefined, undefined])
    }),
    contract('answers in the order of the keys, also when one is asked for twice', async (source) => {
      await source.write('b', [{ key: '1', benchmark: sample(1) }, { key: '2', benchmark: sample(2) }])
      const keys = ['2', '3', '1', '2']
      await expectRead(source, { backup: 'b', keys }, [sample(2), undefined, sample(1), sample(2)])
    }),
    contract('lets the later of two notes stand, also within one write', async (source) => {
      await source.write('b', [{ key: '1', benchmark: sample(1) }])
      await source.write('b', [{ key: '1', benchmark: sample(2) }, { key: '1', benchmark: sample(3) }])
      await expectRead(source, { backup: 'b', keys: ['1'] }, [sample(3)])
    }),
    contract('keeps back-ups apart', async (source) => {
      await source.write('b', [{ key: '1', benchmark: sample(1) }])
      await source.write('c', [{ key: '1', benchmark: sample(2) }])
      await expectRead(source, { backup: 'b', keys: ['1'] }, [sample(1)])
      await expectRead(source, { backup: 'c', keys: ['1'] }, [sample(2)])
    }),
    contract('tells an empty benchmark from none', async (source) => {
      await source.write('b', [{ key: '1', benchmark: emptyBenchmark }])
      await expectRead(source, { backup: 'b', keys: ['1'] }, [emptyBenchmark])
    }),
    contract('takes and answers empty lists', async (source) => {
      await source.write('b', [])
      await expectRead(source, { backup: 'b', keys: [] }, [])
    }),
    contract('keeps what was written when the writer changes it afterwards', async (source) => {
      const attributes = new Map(sample(1).attributes)
      await source.write('b', [{ key: '1', benchmark: { ...sample(1), attributes } }])
      attributes.set(2 ** 40, 9)
      await expectRead(source, { backup: 'b', keys: ['1'] }, [sample(1)])
    }),
  ]
}
