/** The expiry wheel hands out what is due, and never before its time. */
import { describe, expect, it } from 'vitest'
import * as fc from 'fast-check'
import { ExpiryWheel } from './expiry-wheel.js'
import { RowLists } from './row-lists.js'

const A = 1
const B = 2

function newWheel(): ExpiryWheel {
  return new ExpiryWheel(new RowLists())
}

describe('the expiry wheel', () => {
  it('hands out a row once its time has come, and once only [STO-2]', () => {
    const wheel = newWheel()
    wheel.file(A, 5_000)
    expect(wheel.due(4_999)).toEqual([])
    expect(wheel.due(5_000)).toEqual([A])
    expect(wheel.due(9_000)).toEqual([])
  })

  it('is at most one bucket of a second late [STO-2]', () => {
    const wheel = newWheel()
    wheel.file(A, 5_001)
    expect(wheel.due(5_999)).toEqual([])
    expect(wheel.due(6_000)).toEqual([A])
  })

  it('hands out at the next look what is filed for the past', () => {
    const wheel = newWheel()
    expect(wheel.due(10_000)).toEqual([])
    wheel.file(A, 3_000)
    expect(wheel.due(10_500)).toEqual([])
    expect(wheel.due(11_000)).toEqual([A])
  })

  it('goes by the earliest time, whenever that was filed, and hands out once what was filed often [STO-2]', () => {
    for (const times of [[5_000, 9_000], [9_000, 5_000], [5_000, 4_900, 5_000]]) {
      const wheel = newWheel()
      for (const time of times) wheel.file(A, time)
      expect(wheel.due(4_000)).toEqual([])
      expect(wheel.due(5_000)).toEqual([A])
      expect(wheel.due(20_000)).toEqual([])
    }
  })

  it('stands a clock that goes back', () => {
    const wheel = newWheel()
    wheel.file(A, 20_000)
    expect(wheel.due(15_000)).toEqual([])
    expect(wheel.due(2_000)).toEqual([])
    wheel.file(B, 16_000)
    expect(wheel.due(16_000)).toEqual([B])
    expect(wheel.due(20_000)).toEqual([A])
  })

  it('stands a clock that jumps a century, at once', () => {
    const wheel = newWheel()
    wheel.due(1_000)
    wheel.file(A, 5_000)
    wheel.file(B, 3e12 + 5_000)
    expect(wheel.due(3e12)).toEqual([A])
    expect(wheel.due(3e12 + 5_000)).toEqual([B])
  })

  it('keeps what is due when nobody will be there', () => {
    const wheel = newWheel()
    wheel.file(A, Number.MAX_SAFE_INTEGER)
    expect(wheel.due(3e12)).toEqual([])
  })

  it('takes 200,000 different deadlines before its first look', () => {
    const wheel = newWheel()
    for (let second = 1; second <= 200_000; second++) wheel.file(second, second * 1_000)
    expect(wheel.due(150_000_000)).toHaveLength(150_000)
    expect(wheel.due(200_000_000)).toHaveLength(50_000)
  })

  it('loses nothing and hands out nothing early, whatever is filed and whenever it is looked at [STO-2]', () => {
    const step = fc.oneof(fc.record({ row: fc.integer({ min: 1, max: 9 }), at: fc.nat(30_000) }), fc.record({ look: fc.nat(30_000) }))
    fc.assert(
      fc.property(fc.array(step), (steps) => {
        const wheel = newWheel()
        const filed = new Map<number, number>()
        for (const step of steps) {
          if ('at' in step) {
            wheel.file(step.row, step.at)
            filed.set(step.row, Math.min(step.at, filed.get(step.row) ?? Infinity))
          } else {
            for (const due of wheel.due(step.look)) {
              expect(filed.get(due)).toBeLessThanOrEqual(step.look)
              filed.delete(due)
            }
          }
        }
        expect(wheel.due(60_000).sort((a, b) => a - b)).toEqual([...filed.keys()].sort((a, b) => a - b))
      }),
    )
  })
})
