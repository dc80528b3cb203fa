/** A table says on what terms both sides were measured, what was reached, and what was not measured. */
import { describe, expect, it } from 'vitest'
import type { Result } from './result.js'
import { tableOf } from './table.js'

const result: Result = {
  name: 'save',
  title: 'Save',
  shows: 'how it is measured',
  terms: 'in memory, two copies',
  rows: [
    { variant: 'ours', figure: 'saves', unit: '/s', at: 64, values: [12_345], median: 12_345, min: 12_000, max: 13_000, goal: { atLeast: 10_000 }, met: true },
    { variant: 'ours : theirs', figure: 'saves', unit: '×', values: [1.234], median: 1.234, min: 1, max: 2, goal: { atLeast: 3 }, met: false },
  ],
  absent: [{ variant: 'theirs', reason: 'redis-server is not installed; type: sudo apt-get install redis-server', failed: false }],
}

describe('a table', () => {
  const lines = tableOf(result).split('\n')

  it('has durability and copies in its head [BEN-4]', () => {
    expect(lines.slice(0, 3)).toEqual(['Save  [save]', '  how it is measured', '  Durability and copies: in memory, two copies'])
  })

  it('gives medians, goals and verdicts [BEN-4]', () => {
    expect(lines[4]).toMatch(/^ {2}ours +saves at 64 +12,345 +12,000 +13,000 +\/s +≥ 10,000 +reached$/)
    expect(lines[5]).toMatch(/^ {2}ours : theirs +saves +1\.23 +1 +2 +× +≥ 3 +MISSED$/)
  })

  it('says which command brings what is missing [BEN-4]', () => {
    expect(lines[6]).toBe('  not run: theirs: redis-server is not installed; type: sudo apt-get install redis-server')
  })
})
