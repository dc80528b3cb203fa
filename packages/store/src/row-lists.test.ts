/** Lists of rows against arrays. */
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { RowLists } from './row-lists.js'

describe('lists of rows', () => {
  it('hold what arrays would, in their order, whatever enters and leaves [STO-44]', () => {
    const step = fc.record({ row: fc.integer({ min: 1, max: 12 }), list: fc.nat(4) })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 100 }), (steps) => {
        const lists = new RowLists()
        const model: number[][] = [[], [], [], [], []]
        for (const { row, list } of steps) {
          for (const [i, rows] of model.entries()) model[i] = rows.filter((other) => other !== row)
          if (list === 0) lists.remove(row)
          else {
            lists.append(list, row)
            model[list]?.push(row)
          }
          expect([1, 2, 3, 4].map((each) => [...lists.rows(each)])).toEqual(model.slice(1))
          expect([lists.listOf(row), lists.size]).toEqual([list, model.flat().length])
          expect([...lists.lists.keys()].sort()).toEqual([1, 2, 3, 4].filter((each) => model[each]?.length !== 0))
        }
      }),
    )
  })

  it('can be emptied while they are read [STO-44]', () => {
    const lists = new RowLists()
    for (const row of [4_095, 4_096, 9_000]) lists.append(1, row)
    const met: number[] = []
    for (const row of lists.rows(1)) {
      met.push(row)
      lists.remove(row)
    }
    expect([met, lists.size]).toEqual([[4_095, 4_096, 9_000], 0])
  })
})
