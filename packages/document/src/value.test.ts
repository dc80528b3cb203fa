/** Values: what may be stored, and that a value has exactly one encoding. */
import * as fc from 'fast-check'
import * as decoding from 'lib0/decoding'
import * as encoding from 'lib0/encoding'
import { describe, expect, it } from 'vitest'
import { DocumentError } from './document-error.js'
import { encodeValue } from './value.js'
import { checkValueBytes, decodeValue } from './value-bytes.js'

const value = fc.letrec((tie) => ({
  leaf: fc.oneof(
    fc.constant(null),
    fc.boolean(),
    fc.integer(),
    fc.double(),
    fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
    fc.string({ unit: 'grapheme' }),
    fc.uint8Array(),
  ),
  node: fc.oneof(
    { maxDepth: 4 },
    tie('leaf'),
    fc.array(tie('node'), { maxLength: 4 }),
    fc.dictionary(fc.oneof(fc.string(), fc.nat().map(String)), tie('node'), { maxKeys: 4 }),
  ),
})).node.filter((candidate) => !/__proto__|constructor|prototype/.test(keysOf(candidate).join(' ')))

function keysOf(candidate: unknown): string[] {
  if (typeof candidate !== 'object' || candidate === null || candidate instanceof Uint8Array) return []
  return [...Object.keys(candidate), ...Object.values(candidate).flatMap(keysOf)]
}

function refusal(run: () => unknown): DocumentError {
  try {
    run()
  } catch (error) {
    if (error instanceof DocumentError) return error
    throw error
  }
  throw new Error('nothing was refused')
}

describe('a value', () => {
  it('is encoded as lib0 does, and read as lib0 reads it [DOC-7]', () => {
    fc.assert(fc.property(value, (candidate) => {
      const encoder = encoding.createEncoder()
      encoding.writeAny(encoder, candidate as encoding.AnyEncodable)
      const bytes = encodeValue(candidate)
      expect(bytes).toEqual(encoding.toUint8Array(encoder))
      checkValueBytes(bytes)
      expect(decodeValue(bytes)).toEqual(decoding.readAny(decoding.createDecoder(bytes)))
    }))
  })

  it('has one encoding only: bytes that are read are written again as they were [DOC-7]', () => {
    const tag = fc.integer({ min: 116, max: 126 })
    const bytes = fc.tuple(tag, fc.uint8Array({ maxLength: 24 })).map(([first, rest]) => Uint8Array.of(first, ...rest))
    fc.assert(fc.property(bytes, (candidate) => {
      try {
        checkValueBytes(candidate)
      } catch (error) {
        expect(error).toMatchObject({ code: 'VALUE_NOT_STORABLE' })
        expect(() => decodeValue(candidate)).toThrow(DocumentError)
        return
      }
      expect(encodeValue(decodeValue(candidate))).toEqual(candidate)
    }), { numRuns: 20_000 })
  })

  it('leaves out undefined members, as JSON does', () => {
    expect(decodeValue(encodeValue({ a: undefined, b: 1 }))).toEqual({ b: 1 })
  })

  it('may be null, -0, NaN and infinite', () => {
    for (const number of [-0, NaN, Infinity, -Infinity, 2 ** 31, 2 ** 31 - 1, 0.1, 1.5]) {
      expect(Object.is(decodeValue(encodeValue(number)), number)).toBe(true)
    }
    expect(decodeValue(encodeValue(null))).toBe(null)
  })

  it('comes back without a prototype', () => {
    const object = decodeValue(encodeValue({ inner: [{ deep: 1 }] }))
    expect(Object.getPrototypeOf(object)).toBe(null)
    expect(JSON.stringify(object)).toBe('{"inner":[{"deep":1}]}')
  })

  it('comes back in bytes of its own', () => {
    const bytes = encodeValue(new Uint8Array([1, 2, 3]))
    const first = decodeValue(bytes)
    bytes.fill(0)
    expect(first).toEqual(new Uint8Array([1, 2, 3]))
  })

  it('of another realm is a plain object as well', () => {
    const foreign: unknown = Object.create(Object.create(null), { a: { value: 1, enumerable: true } })
    expect(decodeValue(encodeValue(foreign))).toEqual({ a: 1 })
  })
})

describe('a value that cannot be stored is refused with the path to the culprit [DOC-8]', () => {
  const cycle: { self?: unknown } = {}
  cycle.self = [cycle]
  let deep: unknown = 1
  for (let i = 0; i < 65; i++) deep = [deep]

  it.each([
    ['undefined', undefined, 'The value is undefined'],
    ['a function', { a: () => 1 }, 'at .a is a function'],
    ['a symbol', [1, Symbol('s')], 'at [1] is a symbol'],
    ['undefined in an array', { list: [undefined] }, 'at .list[0] is undefined'],
    ['a Date', { at: new Date(0) }, 'at .at is an instance of Date'],
    ['a Map', new Map(), 'is an instance of Map'],
    ['a Float64Array', new Float64Array(1), 'is an instance of Float64Array'],
    ['a class instance', { user: new (class User { readonly id = 1 })() }, 'at .user is an instance of User'],
    ['a cycle', cycle, 'at .self[0] contains itself'],
    ['a bigint beyond 64 bits', 2n ** 63n, 'beyond 64 bits'],
    ['half a surrogate pair', { a: '\ud83d' }, 'at .a holds half a surrogate pair'],
    ['half a surrogate pair in a key', { '\ud83d': 1 }, 'has a key with half'],
    ['the key __proto__', JSON.parse('{"a":{"__proto__":{}}}'), 'at .a.__proto__ has a key that reaches the prototype'],
    ['the key constructor', { constructor: 1 }, 'at .constructor'],
    ['the key prototype', { prototype: 1 }, 'at .prototype'],
    ['nesting beyond 64', deep, 'nested deeper than 64'],
  ])('%s', (_what, bad, words) => {
    const error = refusal(() => encodeValue(bad))
    expect(error.code).toBe('VALUE_NOT_STORABLE')
    expect(error.message).toContain(words)
  })

  it('bytes around the window are never read', () => {
    const bytes = Uint8Array.from([...encodeValue('abc'), ...encodeValue('def')])
    expect(() => checkValueBytes(bytes)).toThrow(DocumentError)
    checkValueBytes(bytes, 0, 5)
    checkValueBytes(bytes, 5, 10)
    expect(() => checkValueBytes(bytes, 0, 4)).toThrow(DocumentError)
  })
})

describe('encoding one value after another', () => {
  const long = 'x'.repeat(200_000)

  it('gives the same bytes whatever was encoded, or refused, before [DOC-7]', () => {
    const plain = encodeValue({ a: [1, 'two'] })
    for (const before of ['', long, { deep: [[['x'.repeat(300)]]] }, [1, { f: () => 1 }], { a: { b: [undefined] } }]) {
      try {
        encodeValue(before)
      } catch (error) {
        expect(error).toBeInstanceOf(DocumentError)
      }
      expect(encodeValue({ a: [1, 'two'] })).toEqual(plain)
    }
    expect(decodeValue(encodeValue(long))).toBe(long)
  })

  it('also when a getter of the value encodes another one meanwhile', () => {
    const outer = {
      get inner() {
        return encodeValue({ other: 'x'.repeat(500) })
      },
      after: 'y'.repeat(500),
    }
    const expected = encodeValue({ inner: encodeValue({ other: 'x'.repeat(500) }), after: 'y'.repeat(500) })
    expect(encodeValue(outer)).toEqual(expected)
  })

  it('gives bytes that later values do not touch', () => {
    const first = encodeValue('first')
    const copy = first.slice()
    encodeValue('other')
    expect(first).toEqual(copy)
  })
})
