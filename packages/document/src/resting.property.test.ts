/**
 * A document that comes to rest and wakes, at any time and as often as may be, is the same in every way as one that never
 * did: same bytes, same differences, same answers to what others send. Short histories in great number, each its own seed.
 */
import { describe, expect, it } from 'vitest'
import { seededRandom, type Random } from '../test-support/seeded-random.js'
import { StockYjs } from '../test-support/stock-yjs.js'
import { ByteReader } from './byte-reader.js'
import { ByteWriter } from './byte-writer.js'
import { Document } from './document.js'
import { Lexicon } from './lexicon.js'
import { LiveDocuments } from './live-documents.js'
import { packDocument, unpackDocument } from './packed.js'
import { encodeValue } from './value.js'
import { writerId } from './writer-id.js'

const SEEDS = 20_000

const NAMES = ['a', 'theme', 'é', 'x'.repeat(130)]
const admitAll = (): boolean => true
const live = new LiveDocuments({ limit: 4 })
const lexicon = new Lexicon()
const WRITERS = [1, 2, 3].map((epoch) => writerId({ epoch, nonce: 5, restart: 0, root: 'attributes' }))

/** Packed and unpacked it is the same, by whatever numbers are given by then. */
function requirePacked(resting: Uint8Array): void {
  const [packed, unpacked] = [new ByteWriter(), new ByteWriter()]
  packDocument(new ByteReader(resting, 'DELTA_MALFORMED'), packed, lexicon)
  const reader = new ByteReader(packed.take(), 'DELTA_MALFORMED')
  unpackDocument(reader, unpacked, lexicon)
  if (reader.left > 0 || !Buffer.from(unpacked.window()).equals(resting)) throw new Error('another one was unpacked than packed')
}

/** The document after a rest, in bytes of its own with some room behind and others' before. */
function rested(document: Document, random: Random): Document {
  const out = new ByteWriter()
  for (let left = random.below(3); left > 0; left--) out.uint8(0xff)
  const from = out.length
  document.rest(out)
  requirePacked(out.window().subarray(from))
  const bytes = new Uint8Array(out.length + random.below(40))
  out.copyTo(bytes)
  return Document.awake('attributes', new ByteReader(bytes, 'DELTA_MALFORMED', from, out.length), live)
}

/** A document, one that now and then rests, a stranger's that is written at the same time, and stock Yjs. */
class Quartet {
  readonly document = Document.empty('attributes', live)
  resting = Document.empty('attributes', live)
  readonly stranger = Document.empty('attributes', live)
  readonly stock = new StockYjs('attributes')
  #writer = WRITERS[0] ?? 0

  step(random: Random): void {
    const entries = random.below(6) === 0 ? NAMES.map((name) => ({ name, value: encodeValue(random.below(9)) })) : [entryOf(random)]
    const kind = random.below(10)
    if (kind === 0) this.#writer = WRITERS[1] ?? 0
    if (kind < 3) this.#merge(entries)
    else {
      const known = this.document.vector()
      this.document.append(this.#writer, entries)
      this.resting.append(this.#writer, entries)
      this.stock.apply(this.document.deltaSince(known))
    }
    if (random.below(2) === 0) this.resting = rested(this.resting, random)
  }

  /** What the stranger wrote meanwhile arrives; now and then the stranger learns of ours first. */
  #merge(entries: readonly { name: string; value?: Uint8Array }[]): void {
    const known = this.document.vector()
    this.stranger.append(WRITERS[2] ?? 0, entries)
    const update = this.stranger.deltaSince(known)
    const one = this.document.merge(this.document.check(update, admitAll))
    const other = this.resting.merge(this.resting.check(update, admitAll))
    if (one.toSorted().join() !== other.toSorted().join()) throw new Error(`${one.join()} changed, but ${other.join()} in the one that rested`)
    this.stock.apply(update)
  }
}

function entryOf(random: Random): { name: string; value?: Uint8Array } {
  const name = random.below(3) > 0 ? 'a' : random.pick(NAMES)
  if (random.below(8) === 0) return { name }
  return { name, value: encodeValue(random.pick([() => random.below(1_000_000), () => 'v'.repeat(random.below(90)), () => ({ deep: [1, 'ü', null] })])()) }
}

function problemOf(seed: number): string | undefined {
  const random = seededRandom(seed)
  const quartet = new Quartet()
  const known = []
  try {
    for (let left = 2 + random.below(8); left > 0; left--) {
      quartet.step(random)
      known.push(quartet.document.vector())
    }
  } catch (error) {
    return String(error)
  }
  const { document, resting, stock } = quartet
  if (stock.hasPending || !Buffer.from(stock.encoded).equals(resting.encode())) return 'it is not what Yjs has'
  if (known.some((vector) => !Buffer.from(document.deltaSince(vector)).equals(resting.deltaSince(vector)))) return 'a difference is another'
  if (NAMES.some((name) => String(document.raw(name)) !== String(resting.raw(name)))) return 'a value is another'
  return document.lengthBound === resting.lengthBound ? undefined : 'it is laid out otherwise'
}

describe('a document that rests', () => {
  it(`is what it would be without, in each of ${SEEDS.toLocaleString('en-US')} histories [DOC-25]`, { timeout: 300_000 }, () => {
    const wrong: string[] = []
    for (let seed = 1; seed <= SEEDS && wrong.length < 5; seed++) {
      const problem = problemOf(seed)
      if (problem !== undefined) wrong.push(`seed ${seed}: ${problem}`)
    }
    expect(wrong).toEqual([])
  })

  it('leaves the bytes around its own alone [DOC-25]', () => {
    for (let seed = 1; seed <= 500; seed++) {
      const random = seededRandom(seed)
      const document = Document.empty('attributes', live)
      document.append(WRITERS[0] ?? 0, NAMES.map((name) => ({ name, value: encodeValue(1) })))
      const out = new ByteWriter()
      document.rest(out)
      document.rest(out)
      const bytes = new Uint8Array(out.length)
      out.copyTo(bytes)
      const reader = new ByteReader(bytes, 'DELTA_MALFORMED')
      const [first, second] = [Document.awake('attributes', reader, live), Document.awake('attributes', reader, live)]
      for (let left = 6; left > 0; left--) first.append(WRITERS[0] ?? 0, [entryOf(random)])
      expect(second.encode(), `seed ${seed}`).toEqual(document.encode())
    }
  })
})
