/** The median is the middle, whatever the order. */
import { describe, expect, it } from 'vitest'
import { isMet, spreadOf } from './statistics.js'

describe('a spread', () => {
  it('has the middle of an odd number, the mean of both middles of an even one', () => {
    expect(spreadOf([9, 1, 5])).toEqual({ median: 5, min: 1, max: 9 })
    expect(spreadOf([4, 1, 9, 2])).toEqual({ median: 3, min: 1, max: 9 })
    expect(spreadOf([100, 20, 3])).toMatchObject({ median: 20 })
  })
})

describe('a goal', () => {
  it('is met at its bound', () => {
    expect([isMet({ atMost: 40 }, 40), isMet({ atMost: 40 }, 40.1), isMet({ atLeast: 10 }, 10), isMet({ atLeast: 10 }, 9.9)]).toEqual([true, false, true, false])
  })

  it('is missed by what could not be measured', () => {
    expect([isMet({ atMost: 40 }, Number.NaN), isMet({ atLeast: 1 }, Number.NaN)]).toEqual([false, false])
  })
})
