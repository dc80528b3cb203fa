/** Amounts as people read them. */
import { describe, expect, it } from 'vitest'
import { bytes, percent, significant, SPACE, whole } from './bytes.js'

describe('an amount of bytes', () => {
  it.each([
    [0, '0 B'],
    [347, '347 B'],
    [999, '999 B'],
    [999.6, '1 kB'],
    [1_240, '1.24 kB'],
    [28_100_000, '28.1 MB'],
    [262_144, '262 kB'],
    [3e15, '3,000 TB'],
  ])('%d is %s', (count, text) => {
    expect(bytes(count)).toBe(text.replace(' ', SPACE))
  })
})

describe('a figure', () => {
  it('has three significant digits', () => {
    expect([0, 0.5, 3.4159, 34.159, 341.59, 34_159].map(significant)).toEqual(['0', '0.50', '3.42', '34.2', '342', '34,159'])
  })

  it('separates thousands', () => {
    expect(whole(100_000)).toBe('100,000')
  })

  it('is no 100 % while something is missing', () => {
    expect([0, 0.914, 0.9934, 0.99999, 1].map((share) => percent(share).replace(SPACE, ' '))).toEqual(['0 %', '91 %', '99.3 %', '99.9 %', '100 %'])
  })
})
