/** A long list costs what is visible of it. */
import { describe, expect, it } from 'vitest'
import { shownRows } from './shown-rows.js'

const list = { top: 0, height: 600, total: 100_000, rowHeight: 30 }

describe('of 100,000 rows', () => {
  it('only the visible ones and a few more exist', () => {
    expect(shownRows(list)).toEqual({ first: 0, end: 28 })
    expect(shownRows({ ...list, top: 1_500_000 })).toEqual({ first: 49_992, end: 50_028 })
  })

  it('the last one is reached, and nothing beyond', () => {
    expect(shownRows({ ...list, top: 100_000 * 30 - 600 }).end).toBe(100_000)
    expect(shownRows({ ...list, top: 10 ** 9 })).toEqual({ first: 100_000, end: 100_000 })
  })

  it('a list that became short shows what it has', () => {
    expect(shownRows({ ...list, total: 3, top: 9_000 })).toEqual({ first: 3, end: 3 })
    expect(shownRows({ ...list, total: 0 })).toEqual({ first: 0, end: 0 })
  })
})
