/**
 * A document that travels whole, against the same that travels as an update, and against plain Yjs: short histories in
 * great number, each its own seed. And damage of it in great number.
 */
import { describe, expect, it } from 'vitest'
import { seededRandom, type Random } from '../test-support/seeded-random.js'
import { StockYjs } from '../test-support/stock-yjs.js'
import { ByteReader } from './byte-reader.js'
import { ByteWriter } from './byte-writer.js'
import { Document } from './document.js'
import { DocumentError } from './document-error.js'
import { LiveDocuments } from './live-documents.js'
import { encodeValue } from './value.js'
import { WholeReader, writeWhole } from './whole.js'
import { writerId } from './writer-id.js'

const SEEDS = 30_000
const DAMAGED = 100_000

const NAMES = ['a', 'theme', 'é', 'x'.repeat(130), 'b', 'c']
const EDGES = [0, 1, 2, 3, 5, 7, 0x30, 0x31, 0x33, 0x35, 0x7f, 0x80, 0xff]
const admitAll = (): boolean => true
const live = new LiveDocuments({ limit: 4 })
const [own, next] = [2, 3].map((epoch) => writerId({ epoch, nonce: 5, restart: 0, root: 'attributes' }))
const whole = new WholeReader()

function valueOf(random: Random): Uint8Array {
  return encodeValue(random.pick([() => random.below(1_000_000), () => 'v'.repeat(random.below(150)), () => 'ÿ'.repeat(random.below(9)), () => ({ deep: [1, 'ü', null] })])())
}

/** A document after a history of some steps; one in eight has two writers. */
function written(random: Random): Document {
  const document = Document.empty('attributes', live)
  const others = random.below(8) === 0 ? next : own
  for (let left = random.below(9); left > 0; left--) {
    const writer = (left < 4 ? others : own) ?? 0
    const kind = random.below(9)
    if (kind === 0) document.append(writer, [{ name: random.pick(NAMES) }])
    else if (kind === 1) document.append(writer, NAMES.map((name) => ({ name, value: valueOf(random) })))
    else document.append(writer, [{ name: random.pick(NAMES), value: valueOf(random) }])
  }
  return document
}

function restOf(document: Document): Uint8Array {
  const out = new ByteWriter()
  document.rest(out)
  return out.take()
}

function wholeOf(resting: Uint8Array): Uint8Array | undefined {
  const out = new ByteWriter()
  return writeWhole(readerOf(resting), out) && out.take()
}

function readerOf(bytes: Uint8Array): ByteReader {
  return new ByteReader(bytes, 'DELTA_MALFORMED')
}

/** Reads bytes as a back-up does, and gives the document that it then holds. */
function taken(bytes: Uint8Array): Document {
  const reader = readerOf(bytes)
  whole.read(reader, 'attributes', admitAll)
  if (reader.left > 0) throw new DocumentError('DELTA_MALFORMED', 'bytes follow')
  return Document.awake('attributes', readerOf(bytes.slice()), live)
}

/** Sends a history both ways, and tells what is wrong, if anything; `seen` counts those that have a whole form. */
function problemOf(seed: number, seen: { whole: number }): string | undefined {
  const random = seededRandom(seed)
  try {
    const document = written(random)
    const bytes = wholeOf(restOf(document))
    if (bytes === undefined) return document.vector().size > 1 ? undefined : 'a document of one writer has no whole form'
    seen.whole++
    const merged = Document.empty('attributes', live)
    const names = merged.merge(merged.check(document.encode(), admitAll))
    const copy = taken(bytes)
    if (!Buffer.from(restOf(copy)).equals(restOf(merged))) return 'at rest it is not what merging the update makes'
    if (whole.names.slice(0, whole.values).join() !== names.join()) return 'the names are others'
    if (!Buffer.from(new StockYjs('attributes', copy.encode()).encoded).equals(document.encode())) return 'it is not what Yjs has'
    return undefined
  } catch (error) {
    return String(error)
  }
}

function damaged(bytes: Uint8Array, random: Random): Uint8Array {
  const list = [...bytes]
  for (let strokes = 1 + random.below(2); strokes > 0; strokes--) {
    const at = random.below(list.length + 1)
    const kind = random.below(4)
    if (kind === 0) list.splice(at, 1)
    else if (kind === 1) list.splice(at, 0, random.pick(EDGES))
    else list[at] = kind === 2 ? random.pick(EDGES) : (list[at] ?? 0) ^ (1 << random.below(8))
  }
  return Uint8Array.from(list)
}

describe('a document that travels whole', () => {
  it(`is on arrival what merging its update makes, byte for byte, in each of ${SEEDS.toLocaleString('en-US')} histories [DOC-30]`, { timeout: 300_000 }, () => {
    const seen = { whole: 0 }
    const wrong: string[] = []
    for (let seed = 1; seed <= SEEDS && wrong.length < 5; seed++) {
      const problem = problemOf(seed, seen)
      if (problem !== undefined) wrong.push(`seed ${seed}: ${problem}`)
    }
    expect(wrong).toEqual([])
    expect(seen.whole).toBeGreaterThan(SEEDS / 2)
  })

  it('has one spelling: damaged, it is refused with a code, or is another document’s own [DOC-31]', { timeout: 300_000 }, () => {
    let others = 0
    for (let seed = 1; seed <= DAMAGED; seed++) {
      const random = seededRandom(seed)
      const bytes = wholeOf(restOf(written(random)))
      if (bytes === undefined) continue
      const hostile = damaged(bytes, random)
      try {
        const document = taken(hostile)
        others++
        // What was let in is what its own writer would have sent, and what Yjs makes of its update.
        if (!Buffer.from(wholeOf(restOf(document)) ?? []).equals(hostile)) expect.fail(`seed ${seed}: another spelling was taken`)
        const encoded = document.encode()
        const again = Document.load('attributes', encoded, live)
        if (!Buffer.from(restOf(again)).equals(restOf(document))) expect.fail(`seed ${seed}: its update would not have been merged to the same`)
        if (!Buffer.from(new StockYjs('attributes', encoded).encoded).equals(encoded)) expect.fail(`seed ${seed}: it is not what Yjs has`)
      } catch (error) {
        if (!(error instanceof DocumentError)) throw error
      }
    }
    expect(others).toBeGreaterThan(1_000)
  })

  it('has no such form beyond 64 entries, and is refused where somebody sends one [DOC-31]', () => {
    const document = Document.empty('attributes', live)
    document.append(own ?? 0, Array.from({ length: 64 }, (_, i) => ({ name: `n${i}`, value: encodeValue(i) })))
    expect(taken(wholeOf(restOf(document)) ?? new Uint8Array(0)).size).toBe(64)
    document.append(own ?? 0, [{ name: 'one more', value: encodeValue(1) }])
    const resting = restOf(document)
    expect(wholeOf(resting)).toBeUndefined()
    expect(() => taken(resting)).toThrow(expect.objectContaining({ code: 'DELTA_FOREIGN_SHAPE' }))
  })

  it('is refused under a writer who may not have written it, or of the other root [DOC-31]', () => {
    const document = Document.empty('attributes', live)
    document.append(own ?? 0, [{ name: 'a', value: encodeValue(1) }])
    const bytes = wholeOf(restOf(document)) ?? new Uint8Array(0)
    const forged = expect.objectContaining({ code: 'DELTA_FORGED_WRITER' })
    expect(() => whole.read(readerOf(bytes), 'attributes', (writer) => writer !== own)).toThrow(forged)
    expect(() => whole.read(readerOf(bytes), 'frozen', admitAll)).toThrow(forged)
  })
})
