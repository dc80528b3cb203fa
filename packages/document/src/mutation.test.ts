/**
 * Genuine updates, damaged at random: each is either refused and leaves the document as it was, or it is admitted, and
 * then plain Yjs makes the same of it and has nothing pending.
 */
import { describe, expect, it } from 'vitest'
import { seededRandom, type Random } from '../test-support/seeded-random.js'
import { StockYjs } from '../test-support/stock-yjs.js'
import { Document } from './document.js'
import { DocumentError } from './document-error.js'
import { LiveDocuments } from './live-documents.js'
import type { StateVector } from './state-vector.js'
import { encodeValue } from './value.js'
import { writerId } from './writer-id.js'

const MUTATIONS = 20_000
const SEED = Number(process.env['SEED'] ?? 20_260_101)

const live = new LiveDocuments({ limit: 8 })
// Small numbers, so that damage to one writer's id often gives another's.
const WRITERS = [0, 2, 4, writerId({ epoch: 1, nonce: 3, restart: 0, root: 'attributes' })]
const NAMES = ['a', 'b', 'theme', 'user']
const VALUES = [1, 'text', { nested: [true, null, 2n] }, 1.5, new Uint8Array([1, 2, 3])]

/** A document and an update to it that a primary really sent. */
interface Genuine {
  readonly state: Uint8Array
  readonly update: Uint8Array
}

function write(document: Document, writers: readonly number[], random: Random): void {
  const entries = Array.from({ length: 1 + random.below(3) }, () => ({
    name: random.pick(NAMES),
    ...(random.below(5) === 0 ? {} : { value: encodeValue(random.pick(VALUES)) }),
  }))
  document.append(random.pick(writers), entries)
}

/** Two replicas that write apart from time to time; what one sends the other, from benchmarks old and new. */
function genuineUpdates(random: Random): Genuine[] {
  const found: Genuine[] = []
  const replicas = [Document.empty('attributes', live), Document.empty('attributes', live)]
  // Each writer belongs to one replica, or its ids would be used twice.
  const writers = [0, 1].map((replica) => WRITERS.filter((_, i) => i % 2 === replica))
  const benchmarks: StateVector[][] = [[new Map()], [new Map()]]
  for (let i = 0; i < 60; i++) {
    const at = random.below(2)
    const [from, to] = at === 0 ? replicas : replicas.toReversed()
    if (from === undefined || to === undefined) break
    write(from, writers[at] ?? [], random)
    found.push({ state: to.encode(), update: from.deltaSince(random.pick(benchmarks[1 - at] ?? [])) })
    if (random.below(3) > 0) to.merge(to.check(from.deltaSince(to.vector()), () => true))
    benchmarks[1 - at]?.push(to.vector())
  }
  return found
}

function mutated(update: Uint8Array, random: Random): Uint8Array {
  const bytes = [...update]
  for (let edits = 1 + random.below(3); edits > 0; edits--) mutate(bytes, random)
  return Uint8Array.from(bytes)
}

function mutate(bytes: number[], random: Random): void {
  const at = random.below(bytes.length + 1)
  const old = bytes[at] ?? 0
  switch (random.below(8)) {
    case 0:
      bytes[at] = old ^ (1 << random.below(8))
      break
    case 1:
      bytes[at] = random.below(256)
      break
    case 2:
      bytes[at] = (old + (random.below(2) === 0 ? 1 : 255)) % 256
      break
    case 3:
      bytes.splice(at, 0, random.below(256))
      break
    case 4:
      bytes.splice(at, 1 + random.below(4))
      break
    case 5:
      bytes.splice(at, 0, ...bytes.slice(at, at + 1 + random.below(20)))
      break
    case 6:
      bytes.splice(at, 0, 255, 255, 255, 255, random.below(128))
      break
    default:
      bytes.length = Math.min(bytes.length, at)
  }
}

/** Whether the update was admitted. */
function tryMerge({ state }: Genuine, update: Uint8Array): boolean {
  const document = Document.load('attributes', state, live)
  try {
    document.merge(document.check(update, () => true))
  } catch (error) {
    if (!(error instanceof DocumentError) || !error.code.startsWith('DELTA_')) throw error
    expect(Buffer.compare(document.encode(), state)).toBe(0)
    return false
  }
  const stock = new StockYjs('attributes', state, update)
  expect(stock.hasPending).toBe(false)
  expect(new Map(document.vector())).toEqual(stock.vector)
  expect(Buffer.compare(document.encode(), stock.encoded)).toBe(0)
  return true
}

describe(`damaged updates (seed ${SEED}; set SEED for another)`, () => {
  it('are refused without a trace, or mean the same to plain Yjs [DOC-6]', () => {
    const random = seededRandom(SEED)
    const genuine = genuineUpdates(random)
    expect(genuine.every((one) => tryMerge(one, one.update))).toBe(true)
    let admitted = 0
    for (let i = 0; i < MUTATIONS; i++) {
      const one = random.pick(genuine)
      if (tryMerge(one, mutated(one.update, random))) admitted++
    }
    // Damage to a name or a value is another name or value; most of the rest must be noticed.
    expect(admitted).toBeGreaterThan(MUTATIONS / 100)
    expect(admitted).toBeLessThan(MUTATIONS / 2)
  }, 120_000)
})
