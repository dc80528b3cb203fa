/** What a document promises beyond equality with Yjs: short deltas, bounded growth, restarts, atomic steps. */
import { describe, expect, it } from 'vitest'
import { deleted, entries, update } from '../test-support/raw-update.js'
import { StockYjs } from '../test-support/stock-yjs.js'
import { Document } from './document.js'
import { LiveDocuments } from './live-documents.js'
import { decodeUpdate } from './update-decoding.js'
import { encodeValue } from './value.js'
import { writerId } from './writer-id.js'

const live = new LiveDocuments()
const writer = writerId({ epoch: 70_000, nonce: 77_777, restart: 0, root: 'attributes' })
const later = writerId({ epoch: 70_001, nonce: 77_777, restart: 0, root: 'attributes' })
const TEN = Array.from({ length: 10 }, (_, i) => `attr${i}`)
const anyone = (): boolean => true

function ofTen(length: number): Document {
  const document = Document.empty('attributes', live)
  document.append(writer, TEN.map((name) => ({ name, value: encodeValue('v'.repeat(length)) })))
  return document
}

function set(document: Document, name: string, value: unknown, by: number = writer): void {
  document.append(by, [{ name, value: encodeValue(value) }])
}

function mergeAll(from: Document, to: Document): readonly string[] {
  return to.merge(to.check(from.deltaSince(to.vector()), anyone))
}

describe('a document', () => {
  it('tells names, values and size', () => {
    const document = Document.empty('frozen', live)
    expect([document.size, document.names(), document.has('a')]).toEqual([0, [], false])
    expect([document.get('a'), document.raw('a')]).toEqual([undefined, undefined])
    const id = writerId({ epoch: 1, nonce: 1, restart: 0, root: 'frozen' })
    document.append(id, [{ name: 'a', value: encodeValue({ x: 1 }) }, { name: 'ü', value: encodeValue(null) }])
    document.append(id, [{ name: 'a' }])
    expect([document.size, document.names(), document.has('a')]).toEqual([1, ['ü'], false])
    expect([document.get('ü'), document.raw('ü')]).toEqual([null, encodeValue(null)])
    expect(document.entries()).toEqual([['ü', null]])
  })

  it('takes the later of two entries with one name in one step', () => {
    const document = Document.empty('attributes', live)
    const steps = [['a', 1], ['b', 2], ['a', 3]] as const
    document.append(writer, steps.map(([name, value]) => ({ name, value: encodeValue(value) })))
    expect(document.entries()).toEqual([['b', 2], ['a', 3]])
    expect(new Map(document.vector())).toEqual(new Map([[writer, 2]]))
  })

  it.each([
    ['NAME_INVALID', writer, [{ name: 'ok', value: encodeValue(1) }, { name: '__proto__', value: encodeValue(1) }]],
    ['VALUE_NOT_STORABLE', writer, [{ name: 'ok', value: encodeValue(1) }, { name: 'b', value: Uint8Array.of(255) }]],
    ['VALUE_NOT_STORABLE', writer, [{ name: 'b', value: new Uint8Array(0) }]],
    ['WRITER_INVALID', writer + 1, [{ name: 'ok', value: encodeValue(1) }]],
    ['WRITER_INVALID', -2, [{ name: 'ok', value: encodeValue(1) }]],
  ])('refuses to append with %s and stays as it was [DOC-13]', (code, by, entries) => {
    const document = ofTen(5)
    const before = document.encode()
    expect(() => document.append(by, entries)).toThrow(expect.objectContaining({ code }))
    expect(document.encode()).toEqual(before)
  })

  it('keeps its bytes to itself', () => {
    const document = Document.empty('attributes', live)
    const value = encodeValue(new Uint8Array([1, 2, 3]))
    document.append(writer, [{ name: 'a', value }])
    const update = document.encode()
    const copy = Document.load('attributes', update, live)
    value.fill(0)
    update.fill(0)
    document.raw('a')?.fill(0)
    for (const one of [document, copy]) expect(one.get('a')).toEqual(new Uint8Array([1, 2, 3]))
  })

  it('holds a thousand attributes and values of 64 kB', () => {
    const document = Document.empty('attributes', live)
    const entries = Array.from({ length: 1024 }, (_, i) => ({ name: `name ${i}`, value: encodeValue(i) }))
    document.append(writer, entries)
    document.append(writer, entries)
    set(document, 'big', 'x'.repeat(65_000))
    const stock = new StockYjs('attributes', document.encode())
    expect(new Map(document.entries())).toEqual(stock.values)
    expect(Document.load('attributes', document.encode(), live).encode()).toEqual(document.encode())
  })
})

describe('a delta', () => {
  it('for one changed attribute is the attribute and a few dozen bytes, its delete set one range [DOC-14]', () => {
    const document = ofTen(90)
    for (let i = 0; i < 500; i++) set(document, TEN[i % 10] ?? '', i)
    const benchmark = document.vector()
    set(document, 'attr3', 'x'.repeat(20))
    const delta = document.deltaSince(benchmark)
    expect(decodeUpdate(delta, 'attributes').deletions).toHaveLength(1)
    expect(delta.length).toBe(68)
  })

  it('has no deletions for a new name, and is two bytes when there is nothing new', () => {
    const document = ofTen(5)
    set(document, 'attr1', 'again')
    const benchmark = document.vector()
    set(document, 'new', 1)
    expect(decodeUpdate(document.deltaSince(benchmark), 'attributes').deletions).toEqual([])
    expect(document.deltaSince(document.vector())).toEqual(Uint8Array.of(0, 0))
  })

  it('has all deletions when an entry that travels is dead already [DOC-15]', () => {
    const document = ofTen(5)
    const behind = Document.load('attributes', document.encode(), live)
    set(document, 'attr1', 1)
    set(document, 'attr1', 2)
    const stock = new StockYjs('attributes', behind.encode(), document.deltaSince(behind.vector()))
    expect(stock.array).toHaveLength(10)
    expect(mergeAll(document, behind)).toEqual(['attr1'])
    expect(behind.encode()).toEqual(document.encode())
  })

  it('is as short from a replica that merged the change as from the primary [DOC-14]', () => {
    const primary = ofTen(5)
    const [one, two] = [primary.encode(), primary.encode()].map((state) => Document.load('attributes', state, live))
    if (one === undefined || two === undefined) throw new Error('two were loaded')
    set(primary, 'attr1', 1)
    mergeAll(primary, one)
    expect(one.deltaSince(two.vector())).toEqual(primary.deltaSince(two.vector()))
  })

  it('since a benchmark that knows more than this document is empty', () => {
    const document = ofTen(5)
    expect(document.deltaSince(new Map([[writer, 99], [later, 3]]))).toEqual(Uint8Array.of(0, 0))
  })
})

describe('merging', () => {
  it('what continues at the end, of one epoch after another, never makes a Y.Doc [DOC-16]', () => {
    const none = new LiveDocuments()
    const primary = Document.empty('attributes', none)
    const backup = Document.empty('attributes', none)
    for (let epoch = 1; epoch < 10; epoch++) {
      const by = writerId({ epoch, nonce: epoch, restart: 0, root: 'attributes' })
      for (let i = 0; i < 5; i++) {
        set(primary, `attr${i}`, epoch, by)
        mergeAll(primary, backup)
      }
    }
    expect(Document.load('attributes', primary.encode(), none).encode()).toEqual(backup.encode())
    expect(none.counts).toEqual({ alive: 0, awakened: 0, forgotten: 0, merged: 0 })
  })

  it('of what two epochs wrote apart shows what the later one did, also where it had followed one before the other [DOC-10]', () => {
    const [first, second, third, fourth] = [1, 2, 3, 4].map((epoch) => writerId({ epoch, nonce: epoch, restart: 0, root: 'attributes' }))
    const [here, there] = [Document.empty('attributes', new LiveDocuments()), Document.empty('attributes', new LiveDocuments())]
    set(here, 'a', 1, first)
    mergeAll(here, there)
    set(here, 'b', 2, second)
    set(there, 'a', 3, third)
    set(here, 'a', 4, fourth)
    mergeAll(there, here)
    mergeAll(here, there)
    expect([here.get('a'), there.get('a')]).toEqual([4, 4])
  })

  it('concurrent entries brings to life at most as many Y.Docs as there is room for [DOC-17]', () => {
    const few = new LiveDocuments({ limit: 3 })
    for (let i = 0; i < 10; i++) {
      const [ours, theirs] = [Document.empty('attributes', few), Document.empty('attributes', few)]
      set(ours, 'a', 'earlier epoch')
      set(theirs, 'a', 'later epoch', later)
      mergeAll(theirs, ours)
      mergeAll(ours, theirs)
      expect([ours.get('a'), theirs.get('a')]).toEqual(['later epoch', 'later epoch'])
    }
    expect(few.counts).toEqual({ alive: 3, awakened: 10, forgotten: 7, merged: 10 })
  })

  it('concurrent entries again finds the Y.Doc still alive, unless the document went on without it', () => {
    const few = new LiveDocuments()
    const [ours, theirs] = [Document.empty('attributes', few), Document.empty('attributes', few)]
    for (let i = 0; i < 3; i++) {
      set(theirs, 'a', i, later)
      const update = theirs.deltaSince(ours.vector())
      if (i === 2) set(ours, 'b', i)
      ours.merge(ours.check(update, anyone))
      if (i === 0) set(theirs, 'c', i, later)
    }
    expect(ours.get('a')).toBe(2)
    expect(new StockYjs('attributes', ours.encode()).values).toEqual(new Map(ours.entries()))
  })

  it('tells the names whose value changed, and none for a value that was the same', () => {
    const primary = ofTen(5)
    const backup = Document.load('attributes', primary.encode(), live)
    set(primary, 'attr1', 'vvvvv')
    set(primary, 'attr2', 'other')
    primary.append(writer, [{ name: 'attr3' }, { name: 'never there' }])
    expect([...mergeAll(primary, backup)].sort()).toEqual(['attr2', 'attr3'])
    expect(mergeAll(primary, backup)).toEqual([])
  })
})

describe('growth', () => {
  it('stays within a tenth of a fresh kilobyte after 1,000,000 alternating writes [DOC-18]', () => {
    const document = ofTen(90)
    const value = encodeValue('w'.repeat(90))
    for (let i = 0; i < 1_000_000; i++) document.append(writer, [{ name: TEN[i % 10] ?? '', value }])
    expect(document.restarted(later).byteLength).toBe(document.freshByteLength)
    expect(document.byteLength).toBeLessThan(document.freshByteLength * 1.1)
    expect(document.grown).toBe(false)
  })

  it('with the number of epochs is noticed, and a restart ends it [DOC-19]', () => {
    const document = Document.empty('attributes', live)
    for (let epoch = 1; !document.grown; epoch++) {
      set(document, 'a', epoch, writerId({ epoch, nonce: epoch, restart: 0, root: 'attributes' }))
      document.append(writerId({ epoch, nonce: epoch, restart: 0, root: 'attributes' }), [{ name: `gone ${epoch}` }])
    }
    expect(document.byteLength).toBeGreaterThan(4096)
    expect(document.byteLength).toBeLessThan(4200)
    const fresh = document.restarted(later)
    expect(fresh.entries()).toEqual(document.entries())
    expect(fresh.byteLength).toBe(document.freshByteLength)
    expect(new Map(fresh.vector())).toEqual(new Map([[later, 1]]))
    const entry = { name: 'a', value: document.raw('a'), writer: later, clock: 0 }
    expect([fresh.grown, fresh.liveEntries()]).toEqual([false, [entry]])
  })

  it('to very many writers, or to a very high clock, is noticed however short the document is [DOC-19]', () => {
    const document = Document.empty('attributes', live)
    document.append(writer, [{ name: 'big', value: encodeValue('x'.repeat(60_000)) }])
    for (let epoch = 1; epoch <= 256; epoch++) {
      set(document, 'a', epoch, writerId({ epoch, nonce: 1, restart: 0, root: 'attributes' }))
    }
    expect([document.grown, document.byteLength < document.freshByteLength * 4]).toEqual([true, true])

    const run = deleted(undefined, 2 ** 30)
    const high = update([{ writer, clock: 0, structs: [run, entries([writer, 2 ** 30 - 1], ['a', 1])] }])
    expect(Document.load('attributes', high, live).grown).toBe(true)
    const last = update([{ writer, clock: 0, structs: [deleted(undefined, 2 ** 31 - 2)] }])
    const exhausted = Document.load('attributes', last, live)
    set(exhausted, 'b', 1)
    expect(() => set(exhausted, 'b', 2)).toThrow(expect.objectContaining({ code: 'CLOCK_EXHAUSTED' }))
    expect(new StockYjs('attributes', exhausted.encode()).vector).toEqual(new Map(exhausted.vector()))
  })

  it('is none in an empty document', () => {
    const document = Document.empty('attributes', live)
    expect([document.byteLength, document.freshByteLength, document.grown]).toEqual([2, 2, false])
    expect(new Map(document.restarted(later).vector())).toEqual(new Map())
  })
})

describe('the live entries of a document', () => {
  it('are told with removals and ids, in the order of the array', () => {
    const document = ofTen(5)
    set(document, 'attr1', 1)
    document.append(writer, [{ name: 'attr2' }])
    set(document, 'attr3', 3, later)
    const old = [0, 4, 5, 6, 7, 8, 9].map((i) => ({ name: `attr${i}`, value: encodeValue('vvvvv'), writer, clock: i }))
    expect(document.liveEntries()).toEqual([
      ...old,
      { name: 'attr1', value: encodeValue(1), writer, clock: 10 },
      { name: 'attr2', writer, clock: 11 },
      { name: 'attr3', value: encodeValue(3), writer: later, clock: 0 },
    ])
  })

  it('are several of one name where it was written at the same time', () => {
    const [ours, theirs] = [ofTen(5), ofTen(5)]
    set(ours, 'attr0', 'ours')
    set(theirs, 'attr0', 'theirs', later)
    mergeAll(theirs, ours)
    expect(ours.liveEntries().filter(({ name }) => name === 'attr0')).toEqual([
      { name: 'attr0', value: encodeValue('ours'), writer, clock: 10 },
      { name: 'attr0', value: encodeValue('theirs'), writer: later, clock: 0 },
    ])
  })
})

describe('a vector that a document handed out', () => {
  it('never changes afterwards, whatever is appended or merged [DOC-20]', () => {
    const [document, other] = [ofTen(5), ofTen(5)]
    const handedOut = [document.vector()]
    const copies = [new Map(document.vector())]
    for (let i = 0; i < 20; i++) {
      set(document, 'attr1', i)
      handedOut.push(document.vector())
      copies.push(new Map(document.vector()))
      set(other, `attr${i % 3}`, i, later)
      mergeAll(other, document)
      handedOut.push(document.vector())
      copies.push(new Map(document.vector()))
    }
    expect(handedOut.map((vector) => new Map(vector))).toEqual(copies)
    expect(new Set(handedOut).size).toBe(41)
  })

  it('is what the document holds, also when vectors of many others were asked for in between [DOC-20]', () => {
    const documents = Array.from({ length: 600 }, (_, i) => {
      const document = Document.empty('attributes', live)
      for (let n = 0; n <= i % 7; n++) set(document, 'a', n)
      return document
    })
    for (let round = 0; round < 3; round++) {
      documents.forEach((document, i) => {
        expect(new Map(document.vector())).toEqual(new Map([[writer, (i % 7) + 1 + round]]))
      })
      for (const document of documents) set(document, 'b', round)
    }
  })

  it('is empty for each empty document, also when another is written', () => {
    const [empty, written] = [Document.empty('attributes', live), Document.empty('attributes', live)]
    set(written, 'a', 1)
    expect([empty.vector(), empty.names(), Document.empty('attributes', live).vector()]).toEqual([new Map(), [], new Map()])
  })
})

describe('looking a name up', () => {
  it('never takes a name for another one whose bytes are the same when read as text', () => {
    const document = Document.empty('attributes', live)
    set(document, 'é', 1)
    expect(document.has('\u00c3\u00a9')).toBe(false)
    set(document, '\u00c3\u00a9', 2)
    expect([document.get('é'), document.get('\u00c3\u00a9')]).toEqual([1, 2])
  })

  it('finds no name longer than names can be', () => {
    const document = ofTen(5)
    const names = ['a'.repeat(257), 'é'.repeat(129), 'é'.repeat(300), '']
    expect(names.map((name) => document.has(name))).toEqual([false, false, false, false])
    set(document, 'é'.repeat(128), 1)
    set(document, 'a'.repeat(256), 2)
    expect([document.get('é'.repeat(128)), document.get('a'.repeat(256))]).toEqual([1, 2])
  })
})

describe('comparing documents', () => {
  it('names what has another value, or a value in one of both only', () => {
    const [old, now] = [ofTen(5), ofTen(5)]
    set(old, 'gone', 1)
    old.append(writer, [{ name: 'attr7' }, { name: 'attr8' }, { name: 'never' }])
    set(now, 'attr1', 1)
    now.append(writer, [{ name: 'attr2' }, { name: 'attr7' }])
    set(now, 'new', 1)
    expect(now.differingFrom(old).toSorted()).toEqual(['attr1', 'attr2', 'attr8', 'gone', 'new'])
    expect(old.differingFrom(now).toSorted()).toEqual(['attr1', 'attr2', 'attr8', 'gone', 'new'])
    expect([now.differingFrom(now), now.restarted(later).differingFrom(now)]).toEqual([[], []])
    expect(old.differingFrom(Document.empty('attributes', live))).toEqual(old.names())
  })

  it('peeks at the bytes that raw hands out', () => {
    const document = ofTen(100)
    document.append(writer, [{ name: 'attr3' }])
    for (const name of [...TEN, 'none']) expect(document.peek(name)).toEqual(document.raw(name))
    document.raw('attr1')?.fill(0)
    expect(document.get('attr1')).toBe('v'.repeat(100))
  })
})
