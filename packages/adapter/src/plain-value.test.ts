/** What is stored of a value: JSON is the oracle. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { equalValues, plainValue, workingCopy } from './plain-value.js'

/** Anything but what JSON refuses; members named __proto__ are the nodes' to refuse. */
const anything = fc.anything({ withDate: true, withMap: true, withSet: true, withBoxedValues: true, withSparseArray: true, withObjectString: true })

test('what JSON would keep of anything is what is kept [ADP-8]', () => {
  fc.assert(
    fc.property(anything, (value) => {
      const text = JSON.stringify(value)
      expect(JSON.stringify(plainValue('a', value))).toBe(text)
    }),
    { numRuns: 2_000 },
  )
})

test('a working copy is the app’s own, equals what is stored, and leads back to it [ADP-8]', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const stored = plainValue('a', value)
      if (stored === undefined) return
      const copy = workingCopy(stored)
      const again = plainValue('a', copy)
      expect(equalValues(again, stored)).toBe(true)
      if (typeof stored === 'object' && stored !== null) expect(copy).not.toBe(stored)
    }),
    { numRuns: 1_000 },
  )
})

test('values are equal just when their JSON is, whatever the order of members [ADP-8]', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), (one, other) => {
      const [a, b] = [plainValue('a', one), plainValue('a', other)]
      expect(equalValues(a, b)).toBe(JSON.stringify(a, sorted) === JSON.stringify(b, sorted))
      expect(equalValues(a, plainValue('a', one))).toBe(true)
    }),
    { numRuns: 2_000 },
  )
})

test('bytes are copied, and bigints of other programs are read as text [ADP-8]', () => {
  const bytes = Buffer.from([1, 2, 3])
  const stored = plainValue('a', { bytes })
  bytes[0] = 9
  expect(stored).toEqual({ bytes: Uint8Array.of(1, 2, 3) })
  expect(equalValues(Uint8Array.of(1), Uint8Array.of(1))).toBe(true)
  expect(equalValues(Uint8Array.of(1), Uint8Array.of(2))).toBe(false)
  expect(equalValues(Uint8Array.of(1), [1])).toBe(false)
  expect(workingCopy([5n])).toEqual(['5'])
})

function sorted(_: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
}
