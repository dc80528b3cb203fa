/** Two revisions stand side by side, figure by figure. */
import { describe, expect, it } from 'vitest'
import { comparison } from './compare.js'
import type { Result, Row } from './result.js'

function result(...rows: Row[]): Result {
  return { name: 'save', title: 'Save', shows: '', terms: '', rows, absent: [] }
}

function row(figure: string, median: number, at?: number): Row {
  return { variant: 'ours', figure, unit: '/s', values: [median], median, min: median, max: median, ...(at !== undefined && { at }) }
}

describe('a comparison', () => {
  it('sets figures of the same variant, title and place side by side [BEN-7]', () => {
    const lines = comparison('v1', result(row('saves', 100, 1), row('saves', 200, 64)), result(row('saves', 150, 1), row('saves', 100, 64))).split('\n')
    expect(lines[0]).toMatch(/^ {2}variant +figure +v1 +here +unit +here : there$/)
    expect(lines[1]).toMatch(/^ {2}ours +saves at 1 +100\.0 +150\.0 +\/s +1\.50 ×$/)
    expect(lines[2]).toMatch(/^ {2}ours +saves at 64 +200\.0 +100\.0 +\/s +0\.50 ×$/)
  })

  it('says what the other revision did not measure', () => {
    expect(comparison('v1', result(), result(row('saves', 1)))).toMatch(/ours +saves +not measured +1\.000 +\/s\n$/)
    expect(comparison('v1', undefined, result())).toBe('  v1 has no measurement "save"\n')
  })
})
