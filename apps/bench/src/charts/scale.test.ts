/** Axes are honest: linear ones begin at 0, logarithmic ones at a power of ten, and all values lie on them. */
import { describe, expect, it } from 'vitest'
import { linear, logarithmic, ordinal, short } from './scale.js'

describe('an axis', () => {
  it('that is linear begins at 0 and has round steps', () => {
    const scale = linear(43_000, [0, 100])
    expect(scale.ticks).toEqual([0, 10_000, 20_000, 30_000, 40_000, 50_000])
    expect(scale.of(0)).toBe(0)
    expect(scale.of(25_000)).toBe(50)
  })

  it('that is logarithmic goes from power to power of ten', () => {
    const scale = logarithmic(30, 4_000, [0, 300])
    expect(scale.ticks).toEqual([10, 100, 1_000, 10_000])
    expect(scale.of(100)).toBeCloseTo(100)
    expect(logarithmic(5, 5, [0, 1]).ticks).toEqual([1, 10])
  })

  it('of single values puts them as far from each other, whatever they are', () => {
    const scale = ordinal([1, 4, 256], [10, 30])
    expect([1, 4, 256].map((value) => scale.of(value))).toEqual([10, 20, 30])
  })

  it('writes values short', () => {
    expect([0.0108, 38.24, 1_234, 43_400, 2_500_000].map(short)).toEqual(['0.011', '38.2', '1,230', '43.4 k', '2.5 M'])
  })
})
