/** A Map for entries that come and go is a Map. */
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { TransientMap } from './transient-map.js'

test('holds what a Map holds, in the same order, whatever comes and goes', () => {
  const step = fc.record({ key: fc.nat(200), goes: fc.boolean() })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 600 }), (steps) => {
      const map = new Map<number, { readonly key: number }>()
      const transient = new TransientMap<number, { readonly key: number }>()
      for (const { key, goes } of steps) {
        if (goes) {
          map.delete(key)
          transient.delete(key)
        } else {
          map.set(key, { key })
          transient.set(key, { key })
        }
        expect([transient.size, transient.get(key)]).toEqual([map.size, map.get(key)])
      }
      expect([...transient.values()]).toEqual([...map.values()])
    }),
  )
})

test('lets go of entries while they are gone through', () => {
  const transient = new TransientMap<number, object>()
  for (let i = 0; i < 500; i++) transient.set(i, { i })
  for (const value of transient.values()) if ('i' in value) transient.delete(Number(value.i))
  expect(transient.size).toBe(0)
})

test('does not come to what went while the entries before it were gone through', () => {
  const transient = new TransientMap<number, { readonly key: number }>()
  for (let key = 0; key < 500; key++) transient.set(key, { key })
  const seen: number[] = []
  for (const { key } of transient.values()) {
    seen.push(key)
    for (let other = key + 1; other < 499; other++) transient.delete(other)
  }
  expect(seen).toEqual([0, 499])
})
