/** State vectors in Yjs' own format. */
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import * as Y from 'yjs'
import { bytesOf, number } from '../test-support/raw-update.js'
import { covers, decodeStateVector, encodeStateVector, equalVectors } from './state-vector.js'

const clock = fc.integer({ min: 1, max: 2 ** 31 - 1 })
const vectors = fc.array(fc.tuple(fc.maxSafeNat(), clock), { maxLength: 8 }).map((pairs) => new Map(pairs))

describe('a state vector', () => {
  it('is written and read as Yjs does [DOC-11]', () => {
    fc.assert(fc.property(vectors, (vector) => {
      const bytes = encodeStateVector(vector)
      expect(bytes).toEqual(Y.encodeStateVector(new Map(vector)))
      expect(decodeStateVector(bytes)).toEqual(vector)
    }))
  })

  it('has the same bytes whatever order its writers came in', () => {
    expect(encodeStateVector(new Map([[1, 2], [3, 4]]))).toEqual(encodeStateVector(new Map([[3, 4], [1, 2]])))
  })

  it.each([
    ['no bytes', bytesOf()],
    ['a count without writers', bytesOf(number(1))],
    ['a giant count', bytesOf(number(2 ** 28), number(1), number(1))],
    ['a count of 2^53 - 1', bytesOf(number(Number.MAX_SAFE_INTEGER), number(1), number(1))],
    ['trailing bytes', bytesOf(number(0), number(0))],
    ['a writer twice', bytesOf(number(2), number(7), number(1), number(7), number(2))],
    ['the clock 0', bytesOf(number(1), number(7), number(0))],
    ['a clock of 2^31', bytesOf(number(1), number(7), number(2 ** 31))],
    ['too many writers', encodeStateVector(new Map(Array.from({ length: 4097 }, (_, i) => [i, 1])))],
  ])('is refused with %s [DOC-12]', (_what, bytes) => {
    expect(() => decodeStateVector(bytes)).toThrow(expect.objectContaining({ code: 'VECTOR_MALFORMED' }))
  })

  it('may be bounded more tightly', () => {
    const bytes = encodeStateVector(new Map([[1, 1], [2, 1]]))
    const tight = (): unknown => decodeStateVector(bytes, { maxWriters: 1 })
    expect(tight).toThrow(expect.objectContaining({ code: 'VECTOR_MALFORMED' }))
    expect(decodeStateVector(bytes, { maxWriters: 2 }).size).toBe(2)
  })

  it('covers another that holds no more', () => {
    const some = new Map([[1, 5]])
    const more = new Map([[1, 5], [2, 1]])
    expect([covers(more, some), covers(some, more)]).toEqual([true, false])
    expect([covers(some, some), covers(some, new Map())]).toEqual([true, true])
    expect([equalVectors(some, more), equalVectors(more, new Map(more))]).toEqual([false, true])
  })
})
