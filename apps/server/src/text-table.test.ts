/** Figures as people read them. */
import { expect, test } from 'vitest'
import { byteCount, count, duration, textTable } from './text-table.js'

test('columns are as wide as their widest cell, numbers stand to the right, and no line ends in spaces', () => {
  expect(
    textTable(
      [
        ['name', 'n', 'x'],
        ['a', '1,000', ''],
        ['longer', '7', 'y'],
      ],
      new Set([1]),
    ),
  ).toEqual(['name        n  x', 'a       1,000', 'longer      7  y'])
})

test.each([
  [0, '0'],
  [999.4, '999'],
  [1_234_567, '1,234,567'],
])('%d is counted as %s', (number, text) => {
  expect(count(number)).toBe(text)
})

test.each([
  [0, '0 B'],
  [1023, '1023 B'],
  [1024, '1.0 kB'],
  [1536, '1.5 kB'],
  [1024 ** 2, '1.0 MB'],
  [2.5 * 1024 ** 3, '2.5 GB'],
  [1024 ** 5, '1024.0 TB'],
])('%d bytes are %s', (bytes, text) => {
  expect(byteCount(bytes)).toBe(text)
})

test.each([
  [0, '0s'],
  [999, '0s'],
  [61_000, '1m 1s'],
  [3_600_000, '1h 0m 0s'],
  [93_784_000, '1d 2h 3m 4s'],
])('%d ms are %s', (ms, text) => {
  expect(duration(ms)).toBe(text)
})
