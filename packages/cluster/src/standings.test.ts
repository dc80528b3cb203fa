import { describe, expect, it } from 'vitest'
import { NO_REIGNS, epochsOf } from './epochs.js'
import type { Epochs } from './epochs.js'
import { Standings } from './standings.js'
import type { Standing } from './standings.js'

function standing(name: string, news: Partial<Standing> = {}): Standing {
  return { name, role: 'member', url: `ws://${name}`, incarnation: 1, number: 1, rank: 'share', hears: [], reigns: NO_REIGNS, ...news }
}

function reigns(...pairs: readonly (readonly [slot: number, epoch: number])[]): Epochs {
  return epochsOf(pairs.map(([slot, epoch]) => ({ slot, epoch })))
}

/** The standings of `a`, which hears these nodes itself. */
function known(hears: readonly string[], ...others: readonly Standing[]): Standings {
  const standings = new Standings(standing('a', { hears }))
  for (const other of others) standings.hear(other)
  return standings
}

describe('standings', () => {
  it('count as alive whom anyone hears that is alive: a cut between two deposes neither [TAK-5]', () => {
    const cut = known(['c'], standing('c', { hears: ['a', 'b'] }), standing('b', { hears: ['c'] }))
    expect([...cut.living()].toSorted()).toEqual(['a', 'b', 'c'])
  })

  it('count nobody as alive whom only the dead hear [TAK-5]', () => {
    const split = known(['b'], standing('b', { hears: ['a'] }), standing('c', { hears: ['d'] }), standing('d', { hears: ['c'] }))
    expect([...split.living()]).toEqual(['a', 'b'])
    expect(split.reignOf(7, split.living())).toBeUndefined()
  })

  it('give the highest reign of another node that is alive', () => {
    const standings = known(['b', 'c'], standing('b', { reigns: reigns([7, 3]) }), standing('c', { reigns: reigns([7, 4]) }))
    expect(standings.reignOf(7, standings.living())).toEqual({ name: 'c', epoch: 4 })
    expect(standings.reignOf(7, new Set(['a', 'b']))).toEqual({ name: 'b', epoch: 3 })
  })

  it('tell in which slots reigns have begun or ended since they were asked last', () => {
    const standings = known(['b'], standing('b', { reigns: reigns([7, 3], [8, 3]) }))
    expect([...standings.takeChanged()]).toEqual([7, 8])
    const { revision } = standings
    standings.hear(standing('b', { number: 2, reigns: reigns([8, 3], [9, 3]) }))
    expect([...standings.takeChanged()].toSorted()).toEqual([7, 9])
    expect(standings.takeChanged().size).toBe(0)
    expect(standings.revision).toBe(revision)
    standings.met('b', 2)
    expect([...standings.takeChanged()].toSorted()).toEqual([8, 9])
    expect(standings.revision).toBeGreaterThan(revision)
  })

  it('let the later word of a node hold, whatever way it came', () => {
    const standings = known(['b'], standing('b', { number: 5 }))
    expect(standings.hear(standing('b', { number: 5 }))).toBe(false)
    expect(standings.hear(standing('b', { number: 4, hears: ['z'] }))).toBe(false)
    expect(standings.hear(standing('b', { number: 6, hears: ['z'] }))).toBe(true)
    expect(standings.of('b')?.hears).toEqual(['z'])
  })

  it('believe nothing of an earlier run of a node that was met since', () => {
    const standings = known(['b'], standing('b', { number: 5, incarnation: 1 }))
    standings.met('b', 2)
    expect(standings.knows('b', 2)).toBe(false)
    expect(standings.hear(standing('b', { number: 9, incarnation: 1 }))).toBe(false)
    expect(standings.hear(standing('b', { number: 2, incarnation: 2 }))).toBe(true)
    expect(standings.knows('b', 2)).toBe(true)
  })
})
