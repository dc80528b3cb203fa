/** The primary's side when a back-up comes, or comes back: the cheapest way to bring it up to date, and no guess. */
import { describe, expect, it } from 'vitest'
import { encodeBenchmark } from '@understudy/differencing'
import { benchmarkAt, key } from '../test-support/toy-sessions.js'
import { EPOCH, OneLink, PROCESS } from '../test-support/one-link.js'

const KEEPINGS = ['retained', 'asked', 'elsewhere', 'none'] as const

/** Answers whatever the side wants to know with "I hold the first write", until deltas go out. Gives their keys. */
function resumed(link: OneLink): string[] {
  const keys: string[] = []
  for (let round = 0; round < 5; round++) {
    for (const session of link.side.lookups()) link.side.told(session, benchmarkAt(1))
    for (const frame of link.frames()) {
      if (frame.type === 'ask') {
        const entries = frame.keys.map((one) => ({ key: one, benchmark: encodeBenchmark(benchmarkAt(1)), dead: false }))
        link.side.benchmarks({ type: 'benchmarks', entries })
      }
      if (frame.type === 'deltas') keys.push(...frame.entries.map((entry) => entry.key))
    }
  }
  return keys
}

describe('a back-up that holds nothing', () => {
  it.each(KEEPINGS)('gets every session whole, without a question (%s) [REP-12]', (keeping) => {
    const link = new OneLink({ keeping })
    for (let i = 0; i < 10; i++) link.write(i)
    link.connect()
    expect(link.side.progress).toEqual({ done: 0, total: 10 })
    expect(link.sync()).toBe(10)
    expect(link.side.progress).toEqual({ done: 10, total: 10 })
    expect(new Set(link.sessions.differenced)).toEqual(new Set([undefined]))
  })
})

describe('a back-up that names a position of this epoch', () => {
  it.each(KEEPINGS)('gets the sessions changed since, each from its own benchmark, and nothing else (%s) [REP-13]', (keeping) => {
    const link = new OneLink({ keeping })
    for (let i = 0; i < 1_000; i++) link.sessions.write(key(i))
    const mark = link.equalMark()
    for (const number of [3, 5, 8]) link.sessions.write(key(number))
    link.connect([mark], PROCESS + 1)
    expect(resumed(link)).toEqual([key(3), key(5), key(8)])
    expect(link.sessions.differenced).toEqual(keeping === 'none' ? [undefined, undefined, undefined] : [1, 1, 1])
    expect(link.sessions.differenced).toHaveLength(3)
  })

  it('gets nothing when nothing changed', () => {
    const link = new OneLink()
    link.write(1)
    link.connect([link.equalMark()])
    expect(link.frames()).toEqual([])
    expect(link.side.isSettled(0)).toBe(true)
  })

  it('is compared with when it differs although it claims to be level', () => {
    const link = new OneLink()
    link.write(1)
    link.connect([{ ...link.equalMark(), digest: [1, 1] }])
    expect(link.frames()[0]).toMatchObject({ type: 'compare', slot: 0 })
  })
})

describe('a back-up that names none', () => {
  it('of an older epoch is compared with, unless digests are equal [REP-14]', () => {
    const link = new OneLink()
    link.sessions.hold(key(1), 1)
    link.connect([{ ...link.equalMark(), epoch: EPOCH - 1, sequence: 500 }])
    expect(link.frames()).toEqual([])
    const other = new OneLink()
    other.sessions.hold(key(1), 1)
    other.connect([{ ...other.equalMark(), epoch: EPOCH - 1, digest: [1, 1] }])
    expect(other.frames()).toMatchObject([{ type: 'compare', slot: 0, entries: [{ key: key(1) }] }])
    expect(other.side.isSettled(0)).toBe(false)
  })

  it('of this epoch is not taken to hold its beginning [REP-14]', () => {
    const link = new OneLink()
    link.sessions.hold(key(1), 1)
    link.write(2)
    link.connect([{ ...link.equalMark(0, 0), digest: [1, 1] }])
    expect(link.frames()[0]).toMatchObject({ type: 'compare', slot: 0 })
  })

  it('and has equal digests still gets what was touched in this reign: digests know no plain fields [REP-15]', () => {
    const link = new OneLink({ keeping: 'none' })
    link.sessions.hold(key(1), 1)
    link.sessions.write(key(2))
    link.connect([link.equalMark(0, 0)])
    expect(resumed(link)).toEqual([key(2)])
  })
})

describe('the same process, when benchmarks are retained', () => {
  it('gets what it lacks from the backlog, whatever its position [REP-13]', () => {
    const link = new OneLink()
    link.connect()
    for (const number of [1, 2, 3]) link.write(number)
    link.sync()
    link.side.lost()
    link.write(2)
    link.connect([link.equalMark(0, 0)])
    expect(link.deltas().entries.map((entry) => entry.key)).toEqual([key(2)])
    expect(link.sessions.differenced.at(-1)).toBe(1)
  })

  it('is compared with again when the comparison with it was broken off [REP-16]', () => {
    const link = new OneLink()
    const mark = { ...link.equalMark(), epoch: EPOCH - 1, count: 1, digest: [1, 1] as const }
    link.connect([{ ...mark, digest: [1, 1] }])
    expect(link.frames()).toMatchObject([{ type: 'compare' }])
    link.side.lost()
    link.connect([{ ...mark, digest: [1, 1] }])
    expect(link.side.isSettled(0)).toBe(false)
    expect(link.frames()).toMatchObject([{ type: 'compare', slot: 0 }])
  })

  it('is resumed by its marks in a slot whose reign began while it was away [REP-16]', () => {
    let slots = 1
    const link = new OneLink({ serves: (slot) => slot < slots })
    link.connect()
    link.side.lost()
    slots = 2
    link.sessions.write(key(9, 1))
    link.connect()
    expect(link.deltas().entries.map((entry) => entry.key)).toEqual([key(9, 1)])
  })
})

describe('another process of the same back-up', () => {
  it('is not taken to hold what its predecessor acknowledged [REP-17]', () => {
    const link = new OneLink()
    link.connect()
    link.write(1)
    link.sync()
    link.write(1)
    link.side.lost()
    link.connect([], PROCESS + 1)
    link.deltas()
    expect(link.sessions.differenced).toEqual([undefined, undefined])
  })
})

describe('a reign that ends', () => {
  it('leaves nothing to send', () => {
    const link = new OneLink()
    link.connect()
    link.write(1)
    link.write(2, 1)
    link.side.forget(0)
    expect(link.deltas().entries.map((entry) => entry.key)).toEqual([key(2, 1)])
  })
})

describe('death markers that were dropped', () => {
  const FORGOTTEN = { destroyed: 500, expired: 0 }

  it('while a back-up was away cost it a mark and no comparison [REP-30]', () => {
    const link = new OneLink()
    link.connect()
    link.write(1)
    link.write(2)
    link.sync()
    const mark = link.equalMark()
    link.side.lost()
    link.sessions.sessions.delete(key(2))
    link.sessions.forgotten.set(0, FORGOTTEN)
    link.connect([mark], PROCESS + 1)
    expect(link.frames()).toEqual([])
    expect(link.side.settle()).toMatchObject({ type: 'marks', slots: [{ slot: 0, forgotten: FORGOTTEN }, { slot: 1 }] })
  })

  it('are told to a back-up that is linked, once [REP-30]', () => {
    const link = new OneLink()
    link.connect()
    link.write(1)
    link.sync()
    link.side.settle()
    expect(link.side.settle()).toBeUndefined()
    link.sessions.sessions.delete(key(1))
    link.sessions.forgotten.set(0, FORGOTTEN)
    expect(link.side.settle()).toMatchObject({ slots: [{ slot: 0, count: 0, forgotten: FORGOTTEN }] })
    expect(link.side.settle()).toBeUndefined()
  })

  it('by the back-up are learnt once all is known that it held, and not before [REP-30]', () => {
    const link = new OneLink()
    link.connect()
    link.write(1)
    link.sync()
    link.side.stands({ ...link.equalMark(), digest: [9, 9], forgotten: FORGOTTEN })
    expect(link.frames()).toMatchObject([{ type: 'compare', slot: 0 }])
    expect(link.sessions.learned.size).toBe(0)
    link.side.benchmarks({ type: 'benchmarks', entries: [], answers: 1 })
    expect([...link.sessions.learned]).toEqual([[0, FORGOTTEN]])
  })
})

describe('a session that turns out to be lost when it is to be sent', () => {
  it('is left out, and the others go [REP-31]', () => {
    const link = new OneLink()
    link.connect()
    for (const number of [1, 2, 3]) link.write(number)
    link.sessions.lost.add(key(2))
    expect(link.deltas().entries.map((entry) => entry.key)).toEqual([key(1), key(3)])
    expect(link.side.waiting).toBe(0)
  })

  it('is looked for in the slot of the back-up [REP-31]', () => {
    const link = new OneLink()
    link.connect()
    link.write(1)
    link.sync()
    link.sessions.sessions.delete(key(1))
    link.side.compare(0)
    expect(link.frames()).toMatchObject([{ type: 'compare', slot: 0, entries: [] }])
    link.side.benchmarks({ type: 'benchmarks', answers: 1, entries: [{ key: key(1), dead: false, benchmark: encodeBenchmark(benchmarkAt(1)) }] })
    expect(link.frames()).toMatchObject([{ type: 'want', entries: [{ key: key(1) }] }])
  })
})

describe('a back-up that must answer under our epoch', () => {
  it('is settled by its answer, not by what it greeted with [REP-33]', () => {
    for (const marks of [[], [{ slot: 0, epoch: EPOCH - 1, sequence: 0, digest: [0, 0] as const, count: 0, reigns: false }]]) {
      const link = new OneLink({ verifies: true })
      link.connect(marks)
      const frames = link.frames()
      expect(frames.map(({ type }) => type)).toEqual(['marks', 'compare'])
      expect(link.side.isSettled(0)).toBe(false)
      expect(link.side.benchmarks({ type: 'benchmarks', answers: 1, entries: [] })).toEqual([0, 1])
      expect(link.side.isSettled(0)).toBe(true)
    }
  })

  it('is asked for an answer alone where it has nothing to compare, and gets its sessions whole meanwhile [REP-33]', () => {
    const link = new OneLink({ verifies: true })
    link.write(1)
    link.write(2, 1)
    link.connect()
    expect(link.frames().map(({ type }) => type)).toEqual(['compare', 'deltas'])
    expect(link.side.isSettled(0)).toBe(false)
    link.side.benchmarks({ type: 'benchmarks', answers: 1, entries: [] })
    expect([link.side.isSettled(0), link.side.isSettled(1)]).toEqual([true, true])
  })

  it('that followed this very reign has heard of it [REP-33]', () => {
    const link = new OneLink({ verifies: true })
    link.write(1)
    link.connect([link.equalMark()])
    expect(link.side.isSettled(0)).toBe(true)
  })

  it('answers once for all slots, and a loss that it tells of meanwhile is looked for [REP-33]', () => {
    const link = new OneLink({ verifies: true })
    link.write(1)
    link.connect()
    // Slot 0 needs an answer, slot 1 a comparison of digests; both are done with the one answer behind them.
    expect(link.frames().map(({ type }) => type)).toEqual(['marks', 'compare', 'deltas'])
    link.side.stands({ slot: 0, epoch: EPOCH, sequence: 0, digest: [7, 7], count: 0, reigns: false })
    expect(link.side.benchmarks({ type: 'benchmarks', answers: 1, entries: [] })).toEqual([])
    expect(link.frames()).toMatchObject([{ type: 'compare', slot: 0, entries: [{ key: key(1) }] }])
    expect(link.side.benchmarks({ type: 'benchmarks', answers: 2, entries: [] })).toEqual([0, 1])
  })
})
