/** The key index against a Map, through growth, removal and rows that are used again. */
import * as fc from 'fast-check'
import { isSessionKey } from '@understudy/session'
import type { SessionKey } from '@understudy/session'
import { describe, expect, it, vi } from 'vitest'
import { KeyIndex } from './key-index.js'
import { keyOf, keyWords, parseKey } from './key-words.js'
import { NO_ROW, Rows } from './rows.js'

const words = keyWords()

function keyFrom(digits: string): SessionKey {
  if (!isSessionKey(digits)) throw new Error(`${digits} is no key`)
  return digits
}

/** Keys of which many differ in one word only. */
const keys = fc.array(fc.constantFrom('00000000', '00000001', '80000000', 'ffffffff', '9e3779b1'), { minLength: 4, maxLength: 4 }).map((parts) => keyFrom(parts.join('')))

/** An index, and the Map that it should be. */
class World {
  readonly rows = new Rows()
  readonly index: KeyIndex
  readonly model = new Map<SessionKey, number>()

  constructor(seed = 0) {
    this.index = new KeyIndex(this.rows, seed)
  }

  find(key: SessionKey): number {
    return this.index.find(parseKey(key, words))
  }

  add(key: SessionKey): void {
    if (this.model.has(key)) return
    const row = this.rows.take(parseKey(key, words), 3)
    this.index.add(row)
    this.model.set(key, row)
  }

  remove(key: SessionKey): void {
    const row = this.model.get(key)
    if (row === undefined) return
    this.model.delete(key)
    this.index.remove(row)
    this.rows.giveUp(row)
  }

  get isRight(): boolean {
    return [...this.model].every(([key, row]) => this.find(key) === row && this.rows.keyOf(row) === key)
  }
}

describe('a key as numbers', () => {
  it('is the same key again [STO-44]', () => {
    const anyKey = fc.array(fc.integer({ min: 0, max: 2 ** 32 - 1 }), { minLength: 4, maxLength: 4 }).map((parts) => parts.map((part) => part.toString(16).padStart(8, '0')).join(''))
    fc.assert(fc.property(anyKey, (digits) => keyOf(parseKey(keyFrom(digits), words)) === digits))
  })
})

describe('the key index', () => {
  it('finds what a Map would, whatever comes and goes, with any seed [STO-44]', () => {
    const step = fc.record({ key: keys, adds: fc.boolean() })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200, size: 'max' }), fc.integer(), (steps, seed) => {
        const world = new World(seed)
        for (const { key, adds } of steps) {
          if (adds) world.add(key)
          else world.remove(key)
          expect(world.find(key)).toBe(world.model.get(key) ?? NO_ROW)
        }
        expect(world.isRight).toBe(true)
      }),
    )
  })

  it('grows through several rounds, and finds all of them all the while [STO-44]', () => {
    const world = new World(5)
    const keyOfNumber = (number: number): SessionKey => keyFrom(Math.imul(number, 0x9e3779b1).toString(16).replace('-', '').padStart(8, '0').repeat(4))
    for (let number = 1; number <= 20_000; number++) {
      world.add(keyOfNumber(number))
      // From within chains: those added later stand before it.
      if (number % 3 === 0) world.remove(keyOfNumber(number / 3))
      if (number % 1_999 === 0) expect(world.isRight).toBe(true)
    }
    expect(world.isRight).toBe(true)
    expect(world.find(keyOfNumber(2))).toBe(NO_ROW)
    expect(world.model.size).toBe(20_000 - Math.floor(20_000 / 3))
  })

  it('has chains of a few rows at most, also of keys that differ in few bits [STO-44]', () => {
    for (const place of [0, 8, 16, 24]) expectShortChains(place)
  })

  /** Of keys that differ in four digits from a place on. */
  function expectShortChains(place: number): void {
    const world = new World(7)
    for (let number = 0; number < 5_000; number++) world.add(keyFrom(`${'0'.repeat(place)}${number.toString(16).padStart(4, '0')}`.padEnd(32, '0')))
    const compare = vi.spyOn(world.rows, 'isOf')
    const looks = Array.from(world.model.keys(), (key) => {
      compare.mockClear()
      world.find(key)
      return compare.mock.calls.length
    })
    expect(Math.max(...looks)).toBeLessThan(12)
    expect(looks.reduce((sum, each) => sum + each, 0) / looks.length).toBeLessThan(2)
  }
})
