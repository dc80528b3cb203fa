/**
 * The short way of a whole document into a replica that holds nothing, against plain Yjs: short histories in great
 * number, each its own seed. Most are of one writer and take it, others must find the long way.
 */
import { describe, expect, it } from 'vitest'
import { seededRandom, type Random } from '../test-support/seeded-random.js'
import { StockYjs } from '../test-support/stock-yjs.js'
import { Document } from './document.js'
import { DocumentError } from './document-error.js'
import { LiveDocuments } from './live-documents.js'
import { openingState } from './opening-state.js'
import { encodeValue } from './value.js'
import { writerId } from './writer-id.js'

const SEEDS = 100_000
const DAMAGED = 50_000

const NAMES = ['a', 'theme', 'é', 'x'.repeat(130), '__proto', 'b', 'c']
const admitAll = (): boolean => true
const live = new LiveDocuments({ limit: 4 })

const own = writerId({ epoch: 2, nonce: 5, restart: 0, root: 'attributes' })
const next = writerId({ epoch: 3, nonce: 9, restart: 0, root: 'attributes' })

const valueOf = (random: Random): Uint8Array =>
  encodeValue(random.pick([() => random.below(1_000_000), () => 'v'.repeat(random.below(150)), () => ({ deep: [1, 'ü', null] }), () => new Uint8Array(random.below(4))])())

/** A document after a history of some steps. */
function written(random: Random): Document {
  const document = Document.empty('attributes', live)
  let writer = own
  for (let left = 1 + random.below(8); left > 0; left--) {
    const name = random.pick(NAMES)
    const kind = random.below(12)
    if (kind === 0) writer = next
    else if (kind === 1) document.append(writer, [{ name }])
    else if (kind === 2) document.append(writer, NAMES.map((each) => ({ name: each, value: valueOf(random) })))
    else document.append(writer, [{ name, value: valueOf(random) }])
  }
  return document
}

/** Loads the state of a history, writes on, and tells what is wrong, if anything. */
function problemOf(seed: number): string | undefined {
  const random = seededRandom(seed)
  try {
    const document = written(random)
    const state = document.encode()
    const empty = Document.empty('attributes', live)
    const names = empty.merge(empty.check(state, admitAll))
    if (names.toSorted().join() !== document.names().toSorted().join()) return `names of changes are ${names.join()}`
    const stock = new StockYjs('attributes', state)
    if (!Buffer.from(stock.encoded).equals(empty.encode())) return 'the loaded document is not what Yjs has'
    if (empty.merge(empty.check(state, admitAll)).length > 0) return 'the same state a second time brought something'
    const known = new Map(empty.vector())
    empty.append(random.pick([own, next]), [{ name: random.pick(NAMES), value: valueOf(random) }])
    const delta = empty.deltaSince(known)
    document.merge(document.check(delta, admitAll))
    stock.apply(delta)
    if (stock.hasPending) return 'Yjs waits for something'
    const encoded = Buffer.from(stock.encoded)
    if (!encoded.equals(empty.encode())) return 'what is written on it is not what Yjs has'
    return encoded.equals(document.encode()) ? undefined : 'its delta does not bring the original up to date'
  } catch (error) {
    return String(error)
  }
}

describe('the short way of a whole document', () => {
  it(`gives what stock Yjs has, in each of ${SEEDS.toLocaleString('en-US')} histories [DOC-23]`, { timeout: 900_000 }, () => {
    const wrong: string[] = []
    for (let seed = 1; seed <= SEEDS && wrong.length < 5; seed++) {
      const problem = problemOf(seed)
      if (problem !== undefined) wrong.push(`seed ${seed}: ${problem}`)
    }
    expect(wrong).toEqual([])
  })

  it('is taken by what one writer wrote, and by nothing of two [DOC-23]', () => {
    const document = Document.empty('attributes', live)
    for (const name of ['a', 'b', 'a', 'c']) document.append(own, [{ name, value: encodeValue(1) }])
    expect(openingState(document.encode(), 'attributes', admitAll)).toBeDefined()
    expect(openingState(document.encode(), 'frozen', admitAll)).toBeUndefined()
    expect(openingState(document.encode(), 'attributes', () => false)).toBeUndefined()
    document.append(next, [{ name: 'd', value: encodeValue(1) }])
    expect(openingState(document.encode(), 'attributes', admitAll)).toBeUndefined()
  })

  it('takes no damaged state that stock Yjs would read otherwise, and refuses without a trace [DOC-24]', { timeout: 900_000 }, () => {
    let taken = 0
    for (let seed = 1; seed <= DAMAGED; seed++) {
      const random = seededRandom(seed)
      const state = written(random).encode()
      state[random.below(state.length)] = random.below(256)
      const document = Document.empty('attributes', live)
      try {
        document.merge(document.check(state, admitAll))
        taken++
        const stock = new StockYjs('attributes', state)
        if (stock.hasPending || !Buffer.from(stock.encoded).equals(document.encode())) expect.fail(`seed ${seed}: not what Yjs has`)
      } catch (error) {
        if (!(error instanceof DocumentError)) throw error
        if (document.names().length > 0 || document.vector().size > 0) expect.fail(`seed ${seed}: refused, but not without a trace`)
      }
    }
    expect(taken).toBeGreaterThan(1_000)
  })
})
