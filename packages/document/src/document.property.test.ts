/**
 * Random histories against plain Yjs: whatever replicas write, send, lose, double and reorder, each document is at
 * every step what stock Yjs has, bit for bit.
 */
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { StockYjs } from '../test-support/stock-yjs.js'
import { Document, type Entry } from './document.js'
import { DocumentError } from './document-error.js'
import { LiveDocuments } from './live-documents.js'
import type { StateVector } from './state-vector.js'
import { encodeValue } from './value.js'
import { writerId } from './writer-id.js'

/** A replica and the stock Y.Doc that goes through the same. */
interface Pair {
  readonly writer: number
  readonly document: Document
  readonly stock: StockYjs
  readonly vectors: StateVector[]
}

interface Letter {
  readonly to: number
  readonly update: Uint8Array
}

const NAMES = ['cart', 'user', 'theme', 'views', 'ünïcode']

const plain = fc.oneof(fc.string(), fc.integer(), fc.double(), fc.constant('x'.repeat(60)))

const step = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('write' as const),
      at: fc.nat(3),
      names: fc.uniqueArray(fc.nat(NAMES.length - 1), { minLength: 1, maxLength: 3 }),
      value: fc.option(plain, { nil: undefined }),
    }),
  },
  // `age`: how many changes ago the benchmark was taken; `to` may differ from the one it was taken of.
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('send' as const),
      at: fc.nat(3),
      to: fc.nat(3),
      age: fc.nat(4),
      astray: fc.boolean(),
    }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('deliver' as const), which: fc.nat(), again: fc.boolean() }) },
)
type Step = typeof step extends fc.Arbitrary<infer Kind> ? Kind : never

function expectEqual({ document, stock }: Pair): void {
  expect(document.lengthBound).toBeGreaterThanOrEqual(document.byteLength)
  expect(stock.hasPending).toBe(false)
  expect(new Map(document.vector())).toEqual(stock.vector)
  expect(new Map(document.entries())).toEqual(stock.values)
  const encoded = document.encode()
  expect(encoded).toEqual(stock.encoded)
  expect(document.byteLength).toBe(encoded.length)
}

function mergeBoth(pair: Pair, update: Uint8Array): void {
  const before = new Map(pair.document.entries())
  const changed = pair.document.merge(pair.document.check(update, () => true))
  pair.stock.apply(update)
  const after = new Map(pair.document.entries())
  const names = [...new Set([...before.keys(), ...after.keys()])]
  const differing = names.filter((name) => !Object.is(before.get(name), after.get(name)))
  expect([...changed].sort()).toEqual(differing.sort())
  pair.vectors.push(pair.document.vector())
}

class History {
  readonly pairs: Pair[]
  readonly letters: Letter[] = []

  constructor(count: number, live: LiveDocuments) {
    this.pairs = Array.from({ length: count }, (_, i) => ({
      writer: writerId({ epoch: 1 + ((i * 7) % 4), nonce: 900_000 + i, restart: 0, root: 'attributes' }),
      document: Document.empty('attributes', live),
      stock: new StockYjs('attributes'),
      vectors: [new Map()],
    }))
  }

  pair(index: number): Pair {
    const pair = this.pairs[index % this.pairs.length]
    if (pair === undefined) throw new Error('a history has a replica')
    return pair
  }

  take(step: Step): void {
    if (step.kind === 'write') this.#write(step.at, step.names, step.value)
    else if (step.kind === 'send') this.#send(step.at, step.to, step.age, step.astray)
    else this.#deliver(step.which, step.again)
  }

  #write(at: number, names: readonly number[], value: unknown): void {
    const pair = this.pair(at)
    const entries = names.map((name): Entry => {
      const text = NAMES[name] ?? ''
      return value === undefined ? { name: text } : { name: text, value: encodeValue(value) }
    })
    pair.document.append(pair.writer, entries)
    pair.stock.write(pair.writer, entries.map(({ name }) => (value === undefined ? [name] : [name, value])))
    pair.vectors.push(pair.document.vector())
    expectEqual(pair)
  }

  #send(at: number, to: number, age: number, astray: boolean): void {
    const { vectors } = this.pair(astray ? to + 1 : to)
    const benchmark = vectors[Math.max(0, vectors.length - 1 - age)] ?? new Map()
    this.letters.push({ to, update: this.pair(at).document.deltaSince(benchmark) })
  }

  #deliver(which: number, again: boolean): void {
    const letter = this.letters[which % Math.max(1, this.letters.length)]
    if (letter === undefined) return
    if (!again) this.letters.splice(this.letters.indexOf(letter), 1)
    const pair = this.pair(letter.to)
    const before = pair.document.encode()
    try {
      mergeBoth(pair, letter.update)
    } catch (error) {
      // A letter that was meant for another replica may build on what this one lacks; that and nothing else is refused.
      if (!(error instanceof DocumentError) || error.code !== 'DELTA_GAP') throw error
      expect(pair.document.encode()).toEqual(before)
    }
    expectEqual(pair)
  }

  /** Everyone tells everyone, until nobody has news. */
  settle(): void {
    for (let round = 0; round < 2; round++) {
      for (const from of this.pairs) {
        for (const to of this.pairs) mergeBoth(to, from.document.deltaSince(to.document.vector()))
      }
    }
  }
}

const reignStep = fc.oneof(
  fc.record({ kind: fc.constant('write' as const), at: fc.nat(3), name: fc.nat(1), begins: fc.boolean() }),
  fc.record({ kind: fc.constant('tell' as const), at: fc.nat(3), to: fc.nat(3) }),
)

type ReignStep = typeof reignStep extends fc.Arbitrary<infer Kind> ? Kind : never

/** Who reigns in an epoch of its own, and has heard of others. */
interface Replica {
  readonly document: Document
  epoch: number
  newest: number
}

/** Primaries that reign one after the other, and side by side where they have not heard of one another. */
class Reigns {
  readonly #replicas: Replica[]
  /** Name → what the highest epoch that wrote it wrote last. */
  readonly #latest = new Map<string, { readonly epoch: number; readonly value: number }>()
  #epochs = 0
  #values = 0

  constructor(count: number) {
    const live = new LiveDocuments()
    this.#replicas = Array.from({ length: count }, () => ({ document: Document.empty('attributes', live), epoch: 0, newest: 0 }))
  }

  take(step: ReignStep): void {
    const replica = this.#replicas[step.at % this.#replicas.length]
    if (replica === undefined) return
    if (step.kind === 'tell') return this.#tell(replica, this.#replicas[step.to % this.#replicas.length] ?? replica)
    if (step.begins) replica.epoch = replica.newest = ++this.#epochs
    this.#write(replica, NAMES[step.name] ?? '')
  }

  #write({ document, epoch, newest }: Replica, name: string): void {
    // Who has heard of a later reign writes no more.
    if (epoch === 0 || epoch < newest) return
    const value = ++this.#values
    document.append(writerId({ epoch, nonce: epoch, restart: 0, root: 'attributes' }), [{ name, value: encodeValue(value) }])
    const latest = this.#latest.get(name)
    if (latest === undefined || latest.epoch <= epoch) this.#latest.set(name, { epoch, value })
  }

  #tell(from: Replica, to: Replica): void {
    to.document.merge(to.document.check(from.document.deltaSince(to.document.vector()), () => true))
    to.newest = Math.max(to.newest, from.newest)
  }

  judge(): void {
    for (let round = 0; round < 2; round++) for (const from of this.#replicas) for (const to of this.#replicas) this.#tell(from, to)
    const values = new Map(Array.from(this.#latest, ([name, { value }]) => [name, value]))
    for (const { document } of this.#replicas) expect(new Map(document.entries())).toEqual(values)
  }
}

describe('a document and plain Yjs', () => {
  it('are bit for bit equal after every step of any history, and all replicas converge [DOC-1]', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 4 }), fc.array(step, { maxLength: 60 }), (count, steps) => {
        const history = new History(count, new LiveDocuments({ limit: 2 }))
        for (const step of steps) history.take(step)
        history.settle()
        const first = history.pair(0)
        for (const pair of history.pairs) {
          expectEqual(pair)
          expect(pair.document.encode()).toEqual(first.document.encode())
          const loaded = Document.load('attributes', pair.document.encode(), new LiveDocuments())
          expect(loaded.encode()).toEqual(pair.document.encode())
          expect(loaded.entries()).toEqual(pair.document.entries())
        }
      }),
      { numRuns: 400 },
    )
  })

  it('show of each name what the latest epoch wrote, whoever of the earlier ones had heard of whom [DOC-10]', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 4 }), fc.array(reignStep, { minLength: 5, maxLength: 40 }), (count, steps) => {
        const reigns = new Reigns(count)
        for (const step of steps) reigns.take(step)
        reigns.judge()
      }),
      { numRuns: 2_000 },
    )
  })
})
