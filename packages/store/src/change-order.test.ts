/** The change order finds what changed after a sequence, and walks no further. */
import { describe, expect, it, vi } from 'vitest'
import * as fc from 'fast-check'
import { key } from '../test-support/stores.js'
import { ChangeOrder } from './change-order.js'
import { keyWords, parseKey } from './key-words.js'
import { Rows, SEQUENCE } from './rows.js'

/** Some rows, and their order. */
class World {
  readonly rows = new Rows()
  readonly order = new ChangeOrder(this.rows)
  readonly all: readonly number[]

  constructor(count: number) {
    this.all = Array.from({ length: count }, (_, i) => this.rows.take(parseKey(key(String(i)), keyWords()), 0))
  }

  change(row: number | undefined, sequence: number): void {
    if (row === undefined) return
    this.rows.setNumber(row, SEQUENCE, sequence)
    this.order.moveToEnd(row)
  }

  since(sequence: number): number[] {
    return [...this.order.since(sequence)]
  }
}

describe('the change order', () => {
  it('gives what changed after a sequence, newest first [STO-1]', () => {
    const world = new World(3)
    const [a, b, c] = world.all
    for (const [i, row] of world.all.entries()) world.change(row, i + 1)
    expect(world.since(1)).toEqual([c, b])
    expect(world.since(3)).toEqual([])
    expect(world.since(0)).toEqual([c, b, a])
  })

  it('lists a session once, at its latest change [STO-1]', () => {
    const world = new World(2)
    const [a, b] = world.all
    world.change(a, 1)
    world.change(b, 2)
    world.change(a, 3)
    world.change(a, 4)
    expect(world.since(0)).toEqual([a, b])
    expect(world.since(2)).toEqual([a])
  })

  it('lets a session leave from anywhere, also while it is at hand', () => {
    for (const leaving of [0, 1, 2]) {
      const world = new World(3)
      for (const [i, row] of world.all.entries()) world.change(row, i + 1)
      const gone = world.all[leaving]
      const met: number[] = []
      for (const row of world.order.all()) {
        met.push(row)
        if (row === gone) world.order.remove(row)
      }
      expect(met).toEqual(world.all.toReversed())
      expect(world.since(0)).toEqual(world.all.filter((row) => row !== gone).toReversed())
    }
  })

  it('looks at nothing but what changed', () => {
    const world = new World(1_000)
    for (const [i, row] of world.all.entries()) world.change(row, i + 1)
    const looks = vi.spyOn(world.rows, 'number')
    expect(world.since(998)).toHaveLength(2)
    expect(looks).toHaveBeenCalledTimes(3)
  })

  it('is what sorting by sequence would give, whatever changes and leaves [STO-1]', () => {
    const step = fc.record({ which: fc.nat(9), leaves: fc.boolean() })
    fc.assert(
      fc.property(fc.array(step), fc.nat(40), (steps, since) => {
        const world = new World(10)
        const present = new Map<number, number>()
        for (const [i, { which, leaves }] of steps.entries()) {
          const row = world.all[which]
          if (row === undefined) continue
          if (leaves) {
            if (present.delete(row)) world.order.remove(row)
          } else {
            present.set(row, i + 1)
            world.change(row, i + 1)
          }
        }
        const sorted = [...present].filter(([, sequence]) => sequence > since).sort(([, a], [, b]) => b - a)
        expect(world.since(since)).toEqual(sorted.map(([row]) => row))
      }),
    )
  })
})
