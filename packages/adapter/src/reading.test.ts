/** Three ways: what was read, what the request left behind, what others wrote meanwhile. */
import type { Change, Value } from '@understudy/client'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Reading } from './reading.js'

const attributes = fc.dictionary(fc.constantFrom('a', 'b', 'c', 'd'), fc.nat(2)).map((object) => new Map<string, Value>(Object.entries(object)))

function apply(store: Map<string, Value>, changes: readonly Change[]): void {
  for (const change of changes) {
    const [name = ''] = change.path
    if (change.kind === 'set') store.set(name, change.value as Value)
    else store.delete(name)
  }
}

test('what is written brings a store that nobody else wrote to to what the request left behind [ADP-2]', () => {
  fc.assert(
    fc.property(attributes, attributes, (read, left) => {
      const store = new Map(read)
      apply(store, new Reading(read).changes(left))
      expect(Object.fromEntries(store)).toEqual(Object.fromEntries(left))
    }),
  )
})

test('of two requests that changed different attributes both are kept, in either order [ADP-2]', () => {
  fc.assert(
    fc.property(attributes, attributes, attributes, (read, one, two) => {
      const names = ['a', 'b', 'c', 'd']
      const differs = (left: ReadonlyMap<string, Value>, name: string): boolean => left.get(name) !== read.get(name)
      fc.pre(!names.some((name) => differs(one, name) && differs(two, name)))
      const [first, second] = [new Map(read), new Map(read)]
      for (const [store, order] of [[first, [one, two]], [second, [two, one]]] as const) {
        for (const left of order) apply(store, new Reading(read).changes(left))
      }
      const expected = names.flatMap((name) => {
        const value = (differs(one, name) ? one : two).get(name)
        return value === undefined ? [] : [[name, value]]
      })
      expect(Object.fromEntries(first)).toEqual(Object.fromEntries(expected))
      expect(Object.fromEntries(second)).toEqual(Object.fromEntries(expected))
    }),
  )
})

test('what was written is not written again, what failed is [ADP-2]', () => {
  const reading = new Reading(new Map([['a', 1], ['b', 1]]))
  const left = new Map<string, Value>([['a', 2]])
  const changes = reading.changes(left)
  expect(changes).toEqual([{ kind: 'set', path: ['a'], value: 2 }, { kind: 'remove', path: ['b'] }])
  reading.written(changes, left)
  expect(reading.changes(left)).toEqual([])
  reading.unwritten(changes)
  expect(reading.changes(left)).toEqual([{ kind: 'remove', path: ['a'] }, { kind: 'set', path: ['a'], value: 2 }, { kind: 'remove', path: ['b'] }])
  reading.forget('b')
  expect(reading.changes(left)).toHaveLength(2)
})

test('of nested objects only the leaves that differ are written; the cookie as a whole [ADP-2]', () => {
  const values = (cart: Value, cookie: Value): Map<string, Value> => new Map([['cart', cart], ['cookie', cookie]])
  const reading = new Reading(values({ pen: 1, box: { nib: 2 }, list: [1] }, { path: '/', secure: true }), new Set(['cookie']))
  expect(reading.changes(values({ pen: 1, box: { nib: 2, ink: 3 }, list: [1, 2] }, { path: '/shop', secure: true }))).toEqual([
    { kind: 'set', path: ['cart', 'box', 'ink'], value: 3 },
    { kind: 'set', path: ['cart', 'list'], value: [1, 2] },
    { kind: 'set', path: ['cookie'], value: { path: '/shop', secure: true } },
  ])
})

test('an attribute that nobody took into hand is not gone through [ADP-2]', () => {
  const untouched = { get member(): never { throw new Error('it was compared') } }
  const reading = new Reading(new Map<string, Value>([['untouched', untouched], ['a', 1]]))
  expect(reading.changes(new Map<string, Value>([['untouched', untouched], ['a', 2]]))).toEqual([{ kind: 'set', path: ['a'], value: 2 }])
})
