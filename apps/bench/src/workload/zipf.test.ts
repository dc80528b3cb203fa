/** The same seed chooses the same; the first is asked for twice as often as the second. */
import { describe, expect, it } from 'vitest'
import { Zipf } from './zipf.js'

const SEED = 11

describe('popularity by Zipf', () => {
  it('follows from its seed', () => {
    const [one, same, another] = [new Zipf(100, SEED), new Zipf(100, SEED), new Zipf(100, SEED + 1)].map((zipf) => Array.from({ length: 50 }, () => zipf.next()))
    expect(one).toEqual(same)
    expect(one).not.toEqual(another)
  })

  it(`asks for the n-th 1/n as often as for the first (seed ${SEED})`, () => {
    const zipf = new Zipf(1_000, SEED)
    const counts = new Uint32Array(1_000)
    for (let i = 0; i < 200_000; i++) {
      const rank = zipf.next()
      counts[rank] = (counts[rank] ?? 0) + 1
    }
    expect((counts[0] ?? 0) / (counts[1] ?? 1)).toBeCloseTo(2, 0)
    expect((counts[0] ?? 0) / (counts[9] ?? 1)).toBeGreaterThan(8)
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(200_000)
  })
})
