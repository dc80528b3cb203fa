/** Every class of bad update that was thought of: refused with a code, and the document is bit for bit as before. */
import { describe, expect, it } from 'vitest'
import * as Y from 'yjs'
import {
  all,
  any,
  bytes,
  bytesOf,
  deleted,
  entries,
  number,
  struct,
  text,
  update,
  type Id,
  type Part,
} from '../test-support/raw-update.js'
import { StockYjs } from '../test-support/stock-yjs.js'
import { Document } from './document.js'
import { DocumentError, type DocumentErrorCode } from './document-error.js'
import { LiveDocuments } from './live-documents.js'
import { encodeValue } from './value.js'
import { writerId } from './writer-id.js'

const live = new LiveDocuments()
const OURS = writerId({ epoch: 2, nonce: 5, restart: 0, root: 'attributes' })
const EARLIER = writerId({ epoch: 1, nonce: 8, restart: 0, root: 'attributes' })
const OTHER = writerId({ epoch: 3, nonce: 6, restart: 0, root: 'attributes' })
const FROZEN = writerId({ epoch: 3, nonce: 6, restart: 0, root: 'frozen' })
const STRANGER = writerId({ epoch: 9, nonce: 9, restart: 0, root: 'attributes' })

const admit = (writer: number): boolean => writer !== STRANGER

/** Entries 0 `a` (dead), 1 `b`, 2 `a`. */
function victim(): Document {
  const document = Document.empty('attributes', live)
  for (const [name, value] of [['a', 1], ['b', 2], ['a', 3]] as const) {
    document.append(OURS, [{ name, value: encodeValue(value) }])
  }
  return document
}

const LAST: Id = [OURS, 2]

/** One struct by OURS that continues where the document ends. */
function next(...structs: readonly Part[]): Uint8Array {
  return update([{ writer: OURS, clock: 3, structs }])
}

/** One entry with these bytes as its content. */
function content(...parts: readonly Part[]): Uint8Array {
  return next(struct(8, LAST, number(1), ...parts))
}

function named(...name: readonly Part[]): Uint8Array {
  return content(bytes(117, 2), ...name, any(1))
}

function valued(...value: readonly Part[]): Uint8Array {
  return content(bytes(117, 2), any('n'), ...value)
}

function nested(levels: number): Part {
  return all(...Array.from({ length: levels }, () => bytes(117, 1)), any(1))
}

/** One entry at the place that these parts tell. */
function placed(...place: readonly Part[]): Uint8Array {
  return update([{ writer: OTHER, clock: 0, structs: [all(...place, number(1), any(['n', 1]))] }])
}

/** One entry each, by so many writers. */
function byMany(count: number): Uint8Array {
  const structs = [entries(LAST, ['n', 1])]
  return update(Array.from({ length: count }, (_, i) => ({ writer: OTHER + 2 * i, clock: 0, structs })))
}

type Case = readonly [string, DocumentErrorCode, Uint8Array]

const MALFORMED: readonly Case[] = [
  ['no bytes', 'DELTA_MALFORMED', bytesOf()],
  ['only a count of writers', 'DELTA_MALFORMED', bytesOf(number(1))],
  ['seven bytes that claim 268 million structs', 'DELTA_MALFORMED',
    bytesOf(number(1), number(2 ** 28), number(1), number(0))],
  ['2^53 - 1 writers', 'DELTA_MALFORMED', bytesOf(number(Number.MAX_SAFE_INTEGER), number(0))],
  ['a number beyond 53 bits', 'DELTA_MALFORMED',
    bytesOf(bytes(255, 255, 255, 255, 255, 255, 255, 255, 127), number(0))],
  ['a number that is longer than it needs to be', 'DELTA_MALFORMED', bytesOf(bytes(0x80, 0), number(0))],
  ['more structs than there are bytes for', 'DELTA_MALFORMED',
    update([{ writer: OURS, clock: 3, count: 100, structs: [entries(LAST, ['n', 1])] }])],
  ['fewer structs claimed than there are', 'DELTA_MALFORMED',
    update([{ writer: OURS, clock: 3, count: 1, structs: [entries(LAST, ['n', 1]), entries([OURS, 3], ['m', 1])] }])],
  ['a writer without structs', 'DELTA_MALFORMED',
    update([{ writer: OURS, clock: 3, structs: [] }, { writer: OTHER, clock: 0, structs: [entries(LAST, ['n', 1])] }])],
  ['a writer twice', 'DELTA_MALFORMED',
    update([
      { writer: OURS, clock: 3, structs: [entries(LAST, ['n', 1])] },
      { writer: OURS, clock: 4, structs: [entries([OURS, 3], ['n', 2])] },
    ])],
  ['a struct of no entries', 'DELTA_MALFORMED', next(entries(LAST), entries(LAST, ['n', 1]))],
  ['a deleted run of no items', 'DELTA_MALFORMED', next(deleted(LAST, 0))],
  ['a deleted run of 2^31 items', 'DELTA_MALFORMED', next(deleted(LAST, 2 ** 31))],
  ['a deleted run of 2^53 - 1 items', 'DELTA_MALFORMED', next(deleted(LAST, Number.MAX_SAFE_INTEGER))],
  ['runs that together pass 2^31', 'DELTA_MALFORMED',
    next(deleted(LAST, 2 ** 30), deleted([OURS, 2 + 2 ** 30], 2 ** 30))],
  ['a clock beyond 2^31', 'DELTA_MALFORMED',
    update([{ writer: OURS, clock: 2 ** 40, structs: [entries(LAST, ['n', 1])] }])],
  ['bytes behind the update', 'DELTA_MALFORMED', bytesOf(bytes(...next(entries(LAST, ['n', 1]))), bytes(0))],
  ['a delete set that claims more writers than bytes', 'DELTA_MALFORMED', bytesOf(number(0), number(2 ** 28))],
  ['a delete set that claims more ranges than bytes', 'DELTA_MALFORMED',
    update([], [{ writer: OURS, ranges: [[0, 1]], count: 2 ** 28 }])],
  ['a delete set with a writer twice', 'DELTA_MALFORMED',
    update([], [{ writer: OURS, ranges: [[0, 1]] }, { writer: OURS, ranges: [[0, 1]] }])],
  ['a delete set with a writer without ranges', 'DELTA_MALFORMED',
    bytesOf(number(0), number(1), number(OURS), number(0), number(0), number(0))],
  ['an empty deleted range', 'DELTA_MALFORMED', update([], [{ writer: OURS, ranges: [[0, 0]] }])],
  ['a deleted range up to 2^53 - 1', 'DELTA_MALFORMED',
    update([], [{ writer: OURS, ranges: [[0, Number.MAX_SAFE_INTEGER]] }])],
  ['deleted ranges that overlap', 'DELTA_MALFORMED', update([], [{ writer: OURS, ranges: [[0, 2], [1, 1]] }])],
  ['deleted ranges in descending order', 'DELTA_MALFORMED', update([], [{ writer: OURS, ranges: [[2, 1], [0, 1]] }])],
  ['V2 encoding', 'DELTA_MALFORMED', Y.convertUpdateFormatV1ToV2(next(entries(LAST, ['n', 1])))],
]

const FOREIGN: readonly Case[] = [
  ['a GC struct', 'DELTA_FOREIGN_SHAPE', next(all(bytes(0), number(1)))],
  ['a GC struct of 2^53 - 1 items', 'DELTA_FOREIGN_SHAPE', next(all(bytes(0), number(Number.MAX_SAFE_INTEGER)))],
  ['a Skip struct', 'DELTA_FOREIGN_SHAPE', next(all(bytes(10), number(1)))],
  ['JSON content', 'DELTA_FOREIGN_SHAPE', next(struct(2, LAST, number(1), text('["n",1]')))],
  ['binary content', 'DELTA_FOREIGN_SHAPE', next(struct(3, LAST, number(1), bytes(7)))],
  ['text content', 'DELTA_FOREIGN_SHAPE', next(struct(4, LAST, text('hello')))],
  ['an embed', 'DELTA_FOREIGN_SHAPE', next(struct(5, LAST, text('{}')))],
  ['a format', 'DELTA_FOREIGN_SHAPE', next(struct(6, LAST, text('bold'), text('true')))],
  ['a shared type', 'DELTA_FOREIGN_SHAPE', next(struct(7, LAST, number(1)))],
  ['a subdocument', 'DELTA_FOREIGN_SHAPE', next(struct(9, LAST, text('guid'), any({})))],
  ['unknown content', 'DELTA_FOREIGN_SHAPE', next(struct(31, LAST, number(1)))],
  ['a right origin', 'DELTA_FOREIGN_SHAPE',
    next(all(bytes(0x80 | 0x40 | 8), number(OURS), number(0), number(OURS), number(2), number(1), any(['n', 1])))],
  ['a map key', 'DELTA_FOREIGN_SHAPE',
    placed(bytes(0x20 | 8), number(1), text('attributes'), text('key'))],
  ['another root', 'DELTA_FOREIGN_SHAPE',
    placed(bytes(8), number(1), text('frozen'))],
  ['a root with a very long name', 'DELTA_FOREIGN_SHAPE',
    placed(bytes(8), number(1), text('r'.repeat(9999)))],
  ['a type inside another', 'DELTA_FOREIGN_SHAPE',
    placed(bytes(8), number(0), number(OURS), number(1))],
  ['no origin where there must be one', 'DELTA_FOREIGN_SHAPE', next(entries(undefined, ['n', 1]))],
  ['an origin that passes over the writer’s own last entry', 'DELTA_FOREIGN_SHAPE', next(entries([OURS, 0], ['n', 1]))],
  ['an entry that is its own origin', 'DELTA_FOREIGN_SHAPE', next(entries([OURS, 3], ['n', 1]))],
  ['an entry that is no array', 'DELTA_FOREIGN_SHAPE', content(any({ n: 1 }))],
  ['an entry that is undefined', 'DELTA_FOREIGN_SHAPE', content(bytes(127, 127, 127, 127, 127))],
  ['an empty entry', 'DELTA_FOREIGN_SHAPE', content(bytes(117, 0), any('padding'))],
  ['an entry of three', 'DELTA_FOREIGN_SHAPE', content(any(['n', 1, 2]))],
  ['a name that is a number', 'DELTA_FOREIGN_SHAPE', named(any(2 ** 30))],
  ['an empty name', 'DELTA_FOREIGN_SHAPE', named(any(''))],
  ['a name of 257 bytes', 'DELTA_FOREIGN_SHAPE', named(any('n'.repeat(257)))],
  ['the name __proto__', 'DELTA_FOREIGN_SHAPE', named(any('__proto__'))],
  ['the name constructor', 'DELTA_FOREIGN_SHAPE', named(any('constructor'))],
  ['the name prototype', 'DELTA_FOREIGN_SHAPE', named(any('prototype'))],
  ['a deletion that nothing explains', 'DELTA_FOREIGN_SHAPE', update([], [{ writer: OURS, ranges: [[1, 1]] }])],
  ['a deletion beside an entry of another name', 'DELTA_FOREIGN_SHAPE',
    update([{ writer: OURS, clock: 3, structs: [entries(LAST, ['n', 1])] }], [{ writer: OURS, ranges: [[1, 1]] }])],
  ['an entry that comes deleted, with nothing in its place', 'DELTA_FOREIGN_SHAPE',
    update([{ writer: OURS, clock: 3, structs: [entries(LAST, ['n', 1])] }], [{ writer: OURS, ranges: [[3, 1]] }])],
]

const VALUES: readonly Case[] = [
  ['an undefined value', 'DELTA_MALFORMED', valued(bytes(127))],
  ['a value with an unknown tag', 'DELTA_MALFORMED', valued(bytes(30))],
  ['a value that is missing', 'DELTA_MALFORMED', valued()],
  ['nesting beyond 64', 'DELTA_MALFORMED', valued(nested(65))],
  ['huge nesting', 'DELTA_MALFORMED', valued(nested(100_000))],
  ['a nested key __proto__', 'DELTA_MALFORMED', valued(bytes(118, 1), text('__proto__'), any({ polluted: true }))],
  ['a nested key constructor', 'DELTA_MALFORMED', valued(any([{ deep: { constructor: 1 } }]))],
  ['a nested key prototype', 'DELTA_MALFORMED', valued(any({ prototype: 1 }))],
  ['an object with a key twice', 'DELTA_MALFORMED', valued(bytes(118, 2), text('k'), any(1), text('k'), any(2))],
  ['text that is no UTF-8', 'DELTA_MALFORMED', valued(bytes(119, 2, 0xc3, 0x28))],
  ['an encoded half of a surrogate pair', 'DELTA_MALFORMED', valued(bytes(119, 3, 0xed, 0xa0, 0x80))],
  ['text that claims more than there is', 'DELTA_MALFORMED', valued(bytes(119), number(2 ** 28), bytes(97, 97, 97))],
  ['bytes that claim more than there are', 'DELTA_MALFORMED', valued(bytes(116), number(2 ** 28), bytes(1, 2, 3))],
  ['an array that claims more items than bytes', 'DELTA_MALFORMED', valued(bytes(117), number(2 ** 28))],
  ['an object that claims more members than bytes', 'DELTA_MALFORMED', valued(bytes(118), number(2 ** 28))],
  ['an integer beyond 31 bits', 'DELTA_MALFORMED', valued(bytes(125, 0xbf, 0xff, 0xff, 0xff, 0x7f))],
  ['an integer written as a float', 'DELTA_MALFORMED', valued(bytes(124, 0x3f, 0x80, 0, 0))],
  ['a name that is no UTF-8', 'DELTA_MALFORMED', named(bytes(119, 2, 0xff, 0xff))],
]

const UNFITTING: readonly Case[] = [
  ['a gap', 'DELTA_GAP', update([{ writer: OURS, clock: 4, structs: [entries([OURS, 3], ['n', 1])] }])],
  ['a new writer that does not begin at 0', 'DELTA_GAP',
    update([{ writer: OTHER, clock: 1, structs: [entries([OTHER, 0], ['n', 1])] }])],
  ['an origin by a writer that is not known', 'DELTA_GAP', next(entries([OTHER, 0], ['n', 1]))],
  ['an origin beyond what is known', 'DELTA_GAP',
    update([{ writer: OTHER, clock: 0, structs: [entries([OURS, 3], ['n', 1])] }])],
  ['deletions beyond what is known', 'DELTA_GAP', update([], [{ writer: OURS, ranges: [[0, 4]] }])],
  ['deletions of a writer that is not known', 'DELTA_GAP', update([], [{ writer: OTHER, ranges: [[0, 1]] }])],
  ['deletions of a stranger', 'DELTA_FORGED_WRITER', update([], [{ writer: STRANGER, ranges: [[0, 1]] }])],
  ['a stranger’s entry', 'DELTA_FORGED_WRITER',
    update([{ writer: STRANGER, clock: 0, structs: [entries(LAST, ['n', 1])] }])],
  ['an entry by a writer of the other root', 'DELTA_FORGED_WRITER',
    update([{ writer: FROZEN, clock: 0, structs: [entries(LAST, ['n', 1])] }])],
  ['another value for a known entry', 'DELTA_FORGED_WRITER',
    update([{ writer: OURS, clock: 2, structs: [entries([OURS, 1], ['a', 4])] }])],
  ['another name for a known entry', 'DELTA_FORGED_WRITER',
    update([{ writer: OURS, clock: 1, structs: [entries([OURS, 0], ['c', 2], ['a', 3], ['n', 1])] }])],
  ['entries that build on each other in a circle', 'DELTA_MALFORMED', update([
    { writer: OTHER, clock: 0, structs: [entries([OTHER + 2, 0], ['n', 1])] },
    { writer: OTHER + 2, clock: 0, structs: [entries([OTHER, 0], ['m', 1])] },
  ])],
  ['an entry before an earlier one of its writer', 'DELTA_FOREIGN_SHAPE', update([
    { writer: EARLIER, clock: 0, structs: [entries(LAST, ['n', 1]), entries([OURS, 1], ['m', 1])] },
  ])],
  ['more bytes than any session has', 'DELTA_TOO_LARGE', new Uint8Array(16 * 2 ** 20 + 1)],
  ['more writers than any session has', 'DELTA_TOO_LARGE',
    byMany(5000)],
  ['more deleting writers than any session has', 'DELTA_TOO_LARGE',
    update([], Array.from({ length: 5000 }, (_, i) => ({ writer: OTHER + 2 * i, ranges: [[0, 1]] })))],
  ['more concurrent structs than any session has', 'DELTA_TOO_LARGE', update([{
    writer: OTHER,
    clock: 0,
    structs: [entries([OURS, 1], ['n', 1]), ...Array.from({ length: 9000 }, (_, i) => entries([OTHER, i], ['n', 1]))],
  }])],
]

/** What is refused leaves no trace: not in the document, not in the bytes given, not in a prototype. */
function expectRefused([, code, bad]: Case): void {
  const document = victim()
  const before = document.encode()
  const copy = bad.slice()
  let caught: unknown
  try {
    document.check(bad, admit)
  } catch (error) {
    caught = error
  }
  expect(caught).toBeInstanceOf(DocumentError)
  expect(caught).toMatchObject({ code })
  expect(Buffer.compare(document.encode(), before)).toBe(0)
  expect(Buffer.compare(bad, copy)).toBe(0)
  expect(Object.keys(Object.prototype)).toEqual([])
}

describe('the strict check refuses', () => {
  it.each(MALFORMED)('bytes that are no update: %s → %s [DOC-2]', (...args) => expectRefused(args))
  it.each(FOREIGN)('another shape: %s → %s [DOC-3]', (...args) => expectRefused(args))
  it.each(VALUES)('a bad value or name: %s → %s [DOC-4]', (...args) => expectRefused(args))
  it.each(UNFITTING)('what does not fit the document: %s → %s [DOC-5]', (...args) => expectRefused(args))

  it('a bad update to an empty document as well', () => {
    for (const [what, , bad] of [...MALFORMED, ...FOREIGN, ...VALUES]) {
      const document = Document.empty('attributes', live)
      expect(() => document.check(bad, admit), what).toThrow(DocumentError)
      expect(document.encode()).toEqual(Document.empty('attributes', live).encode())
    }
  })

  it('a merge after which the document says something else than the one that was checked', () => {
    const document = victim()
    const twin = victim()
    twin.append(OURS, [{ name: 'n', value: encodeValue('theirs') }])
    const delta = document.check(twin.deltaSince(document.vector()), admit)
    document.append(OURS, [{ name: 'n', value: encodeValue('ours') }])
    const before = document.encode()
    expect(() => document.merge(delta)).toThrow(expect.objectContaining({ code: 'DELTA_FORGED_WRITER' }))
    expect(document.encode()).toEqual(before)
  })

  it('a delta that another document checked', () => {
    const delta = victim().check(update([]), admit)
    expect(() => victim().merge(delta)).toThrow(expect.objectContaining({ code: 'DELTA_UNCHECKED' }))
  })
})

describe('the strict check admits', () => {
  const fine: readonly (readonly [string, Uint8Array])[] = [
    ['nothing at all', update([])],
    ['an entry at the end', next(entries(LAST, ['n', { k: [1, 2n, null] }]))],
    ['a removal',
      update([{ writer: OURS, clock: 3, structs: [entries(LAST, ['a'])] }], [{ writer: OURS, ranges: [[2, 1]] }])],
    ['nesting of 64', valued(nested(63))],
    ['what is known already',
      update(
        [{ writer: OURS, clock: 1, structs: [entries([OURS, 0], ['b', 2], ['a', 3])] }],
        [{ writer: OURS, ranges: [[0, 1]] }],
      )],
    ['what is partly known',
      update([{ writer: OURS, clock: 1, structs: [entries([OURS, 0], ['b', 2], ['a', 3], ['n', 1])] }])],
    ['a known entry told as deleted in an old resend',
      update([{ writer: OURS, clock: 0, structs: [deleted(undefined, 1)] }], [{ writer: OURS, ranges: [[0, 1]] }])],
    ['a known deleted entry told as live in an old resend',
      update([{ writer: OURS, clock: 0, structs: [entries(undefined, ['a', 1])] }])],
    ['concurrent entries', update([{ writer: OTHER, clock: 0, structs: [entries([OURS, 1], ['a', 9])] }])],
    ['an entry that the update itself replaces',
      update(
        [{ writer: OURS, clock: 3, structs: [entries(LAST, ['n', 1], ['n', 2])] }],
        [{ writer: OURS, ranges: [[3, 1]] }],
      )],
  ]

  it.each(fine)('%s, and plain Yjs agrees', (_what, good) => {
    const document = victim()
    const stock = new StockYjs('attributes', document.encode(), good)
    document.merge(document.check(good, admit))
    expect(document.encode()).toEqual(stock.encoded)
    expect(new Map(document.vector())).toEqual(stock.vector)
    expect(stock.hasPending).toBe(false)
    // Twice is the same as once.
    expect(document.merge(document.check(good, admit))).toEqual([])
    expect(document.encode()).toEqual(stock.encoded)
  })

  it('a known writer’s resend without asking who may write', () => {
    const document = victim()
    expect(document.merge(document.check(document.encode(), () => false))).toEqual([])
  })
})
