/** A count that grows is noticed, a time never is. */
import { describe, expect, it } from 'vitest'
import { countsOf, worsened } from './baseline.js'
import type { Unit } from './measurement.js'
import type { Result, Row } from './result.js'

function row(unit: Unit, median: number, varies?: true): Row {
  return { variant: 'v', figure: 'f', unit, values: [median], median, min: median, max: median, ...(varies && { varies }) }
}

function result(...rows: Row[]): Result {
  return { name: 'm', title: 'M', shows: '', terms: '', rows, absent: [] }
}

describe('the baseline', () => {
  it('holds counts and bytes, no times, rates or figures that vary [BEN-1]', () => {
    expect(countsOf([result(row('B', 34.5), row('ms', 9), row('/s', 9))])).toEqual({ 'm | v | f, B': 34.5 })
    expect(countsOf([result(row('B', 34.5, true), { ...row('B', 9), others: true })])).toEqual({})
    expect(countsOf([result({ ...row('B', 355), at: 1_000_000 })])).toEqual({ 'm | v | f at 1,000,000, B': 355 })
  })

  it('is worsened by what is more than a twentieth above it, or was not measured [BEN-2]', () => {
    const kept = countsOf([result(row('B', 100), row('deltas', 7))])
    expect(worsened(countsOf([result(row('B', 105), row('deltas', 7))]), kept, ['m'])).toEqual([])
    expect(worsened(countsOf([result(row('B', 106))]), kept, ['m'])).toEqual([
      'm | v | f, B: 106.0, the baseline has 100.0',
      'm | v | f, deltas: was not measured',
    ])
    expect(worsened({}, kept, ['another'])).toEqual([])
  })
})
