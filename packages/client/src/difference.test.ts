import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { difference, isPlain } from './difference.js'
import type { Change } from './difference.js'

/** Makes the changes, in a copy. */
function applied(before: unknown, changes: readonly Change[]): unknown {
  const holder: Record<string, unknown> = { root: structuredClone(before) }
  for (const change of changes) {
    let at = holder
    const steps = ['root', ...change.path]
    const last = steps.pop() ?? ''
    for (const step of steps) {
      const next = at[step]
      if (!isPlain(next)) throw new Error(`${change.path.join()} leads through no object`)
      at = next as Record<string, unknown>
    }
    if (change.kind === 'remove') delete at[last]
    else if (change.kind === 'set') at[last] = structuredClone(change.value)
    else if (!isPlain(at[last])) at[last] = {}
  }
  return holder['root']
}

const key = fc.constantFrom('a', 'b', 'c')
const leaf = fc.oneof(fc.nat(3), fc.constantFrom<unknown>(null, 'x', true, [], [1, { a: 1 }]), fc.date({ noInvalidDate: true }))
const { tree } = fc.letrec((tie) => ({
  tree: fc.oneof({ maxDepth: 4 }, leaf, fc.dictionary(fc.oneof(key, fc.constant('')), tie('tree'), { maxKeys: 3, noNullPrototype: true })),
}))
const root = fc.dictionary(key, tree, { maxKeys: 3, noNullPrototype: true })

describe('the difference of two values', () => {
  test('makes the one of the other, and is nothing between equal ones [PTH-4]', () => {
    fc.assert(
      fc.property(root, root, (before, after) => {
        expect(applied(before, difference(before, after))).toEqual(after)
        expect(difference(after, structuredClone(after))).toEqual([])
      }),
      { numRuns: 3_000, seed: 3 },
    )
  })

  test('is a three-way merge: what others changed elsewhere stays [PTH-4]', () => {
    const before = { cart: { one: 1 }, name: 'x' }
    const mine = difference(before, { cart: { one: 1, two: 2 }, name: 'x' })
    expect(mine).toEqual([{ kind: 'set', path: ['cart', 'two'], value: 2 }])
    expect(applied({ cart: { three: 3 }, name: 'y' }, mine)).toEqual({ cart: { three: 3, two: 2 }, name: 'y' })
  })

  test('takes arrays, Dates, bytes and instances as wholes', () => {
    const when = new Date(5)
    const map = new Map()
    const before = { list: [1, 2], when, bytes: Uint8Array.of(1), map }
    expect(difference(before, { list: [1, 2], when: new Date(5), bytes: Uint8Array.of(1), map })).toEqual([])
    const after = { list: [1], when: new Date(6), bytes: Uint8Array.of(2), map: new Map() }
    expect(difference(before, after).map(({ kind, path }) => [kind, path.join()])).toEqual([
      ['set', 'list'], ['set', 'when'], ['set', 'bytes'], ['set', 'map'],
    ])
  })

  test('says which objects are made, and that members are gone', () => {
    expect(difference(undefined, {}, ['cart'])).toEqual([{ kind: 'make', path: ['cart'] }])
    expect(difference({ a: 1 }, {}, ['cart'])).toEqual([{ kind: 'remove', path: ['cart', 'a'] }])
    expect(difference({ a: 1 }, { a: undefined }, ['cart'])).toEqual([{ kind: 'remove', path: ['cart', 'a'] }])
    expect(difference({ a: 1 }, undefined, ['cart'])).toEqual([{ kind: 'remove', path: ['cart'] }])
    expect(difference(null, { a: { b: 1 } }, ['cart'])).toEqual([
      { kind: 'make', path: ['cart'] },
      { kind: 'make', path: ['cart', 'a'] },
      { kind: 'set', path: ['cart', 'a', 'b'], value: 1 },
    ])
  })

  test('ends where an object contains itself, is too deep, or has keys that make no path', () => {
    const cyclic: { self?: unknown } = {}
    cyclic.self = cyclic
    expect(difference({}, cyclic, ['a'])).toEqual([{ kind: 'set', path: ['a', 'self'], value: cyclic }])
    const odd = { 'x\u001fy': 1 }
    expect(difference({}, odd, ['a'])).toEqual([{ kind: 'set', path: ['a'], value: odd }])
    const hostile: unknown = JSON.parse('{"__proto__": {"polluted": true}}')
    expect(difference({}, hostile, ['a'])).toEqual([{ kind: 'set', path: ['a'], value: hostile }])
    let deep: unknown = 1
    for (let i = 0; i < 60; i++) deep = { deeper: deep }
    expect(Math.max(...difference({}, deep, ['a']).map(({ path }) => path.length))).toBe(32)
  })
})
