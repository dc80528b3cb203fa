/** The expiry wheel hands out what is due, and never before its time. */
import { describe, expect, it } from 'vitest'
import * as fc from 'fast-check'
import { ExpiryWheel } from './expiry-wheel.js'

describe('the expiry wheel', () => {
  it('hands out an item once its time has come, and once only [STO-2]', () => {
    const wheel = new ExpiryWheel<string>()
    wheel.file('a', 5_000)
    expect(wheel.due(4_999)).toEqual([])
    expect(wheel.due(5_000)).toEqual(['a'])
    expect(wheel.due(9_000)).toEqual([])
  })

  it('is at most one bucket of a second late [STO-2]', () => {
    const wheel = new ExpiryWheel<string>()
    wheel.file('a', 5_001)
    expect(wheel.due(5_999)).toEqual([])
    expect(wheel.due(6_000)).toEqual(['a'])
  })

  it('hands out at the next look what is filed for the past', () => {
    const wheel = new ExpiryWheel<string>()
    expect(wheel.due(10_000)).toEqual([])
    wheel.file('a', 3_000)
    expect(wheel.due(10_500)).toEqual([])
    expect(wheel.due(11_000)).toEqual(['a'])
  })

  it('holds an item once a bucket, however often it is filed', () => {
    const wheel = new ExpiryWheel<string>()
    wheel.file('a', 5_000)
    wheel.file('a', 4_900)
    expect(wheel.due(6_000)).toEqual(['a'])
  })

  it('stands a clock that goes back', () => {
    const wheel = new ExpiryWheel<string>()
    wheel.file('a', 20_000)
    expect(wheel.due(15_000)).toEqual([])
    expect(wheel.due(2_000)).toEqual([])
    wheel.file('b', 16_000)
    expect(wheel.due(16_000)).toEqual(['b'])
    expect(wheel.due(20_000)).toEqual(['a'])
  })

  it('stands a clock that jumps a century, at once', () => {
    const wheel = new ExpiryWheel<string>()
    wheel.due(1_000)
    wheel.file('a', 5_000)
    wheel.file('b', 3e12 + 5_000)
    expect(wheel.due(3e12)).toEqual(['a'])
    expect(wheel.due(3e12 + 5_000)).toEqual(['b'])
  })

  it('takes 200,000 different deadlines before its first look', () => {
    const wheel = new ExpiryWheel<number>()
    for (let second = 1; second <= 200_000; second++) wheel.file(second, second * 1_000)
    expect(wheel.due(150_000_000)).toHaveLength(150_000)
    expect(wheel.due(200_000_000)).toHaveLength(50_000)
  })

  it('loses nothing and hands out nothing early, whatever is filed and whenever it is looked at [STO-2]', () => {
    const step = fc.oneof(fc.record({ at: fc.nat(30_000) }), fc.record({ look: fc.nat(30_000) }))
    fc.assert(
      fc.property(fc.array(step), (steps) => {
        const wheel = new ExpiryWheel<number>()
        const filed = new Map<number, number>()
        for (const [item, step] of steps.entries()) {
          if ('at' in step) {
            wheel.file(item, step.at)
            filed.set(item, step.at)
          } else {
            for (const due of wheel.due(step.look)) {
              expect(filed.get(due)).toBeLessThanOrEqual(step.look)
              filed.delete(due)
            }
          }
        }
        expect(wheel.due(60_000).sort((a, b) => a - b)).toEqual([...filed.keys()])
      }),
    )
  })
})
