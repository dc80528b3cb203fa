/** The primary's side in steady traffic: what is sent, from which benchmark, and what an acknowledgement moves. */
import { describe, expect, it } from 'vitest'
import { encodeBenchmark } from '@understudy/differencing'
import { benchmarkAt, epochsOf, key } from '../test-support/toy-sessions.js'
import { EPOCH, OneLink } from '../test-support/one-link.js'

describe('a link that stands', () => {
  it('announces the reigns before anything else [REP-9]', () => {
    const link = new OneLink()
    link.side.connected(1, [])
    link.write(1)
    const [first, second] = link.frames()
    expect(first).toEqual({ type: 'reigns', epochs: epochsOf(EPOCH, EPOCH) })
    expect(second?.type).toBe('deltas')
  })

  it('announces them again when they are raised', () => {
    const link = new OneLink()
    link.connect()
    link.sessions.epochs.set(0, EPOCH + 1)
    link.side.announce()
    expect(link.frames()).toEqual([{ type: 'reigns', epochs: epochsOf(EPOCH + 1, EPOCH) }])
  })

  it('sends many changes in one frame, a session once', () => {
    const link = new OneLink()
    link.connect()
    for (const number of [1, 2, 1, 3, 1]) link.write(number)
    const { entries, number, remaining } = link.deltas()
    expect(entries.map((entry) => entry.key)).toEqual([key(1), key(2), key(3)])
    expect([number, remaining]).toEqual([1, 0])
    expect(link.frames()).toEqual([])
  })

  it('sends nothing while no link stands', () => {
    const link = new OneLink()
    link.write(1)
    expect(link.frames()).toEqual([])
    link.connect()
    link.side.lost()
    link.write(1)
    expect([link.frames(), link.side.lookups(), link.side.settle()]).toEqual([[], [], undefined])
  })
})

describe('benchmarks', () => {
  it('are moved by acknowledgements only, to the cut of the frame [REP-6]', () => {
    const link = new OneLink()
    link.connect()
    const session = link.write(1)
    link.deltas()
    link.write(1)
    expect(link.frames()).toEqual([])
    expect(link.side.acknowledge(1)).toMatchObject([{ session, sequence: 2, cut: { since: 2 } }])
    link.deltas()
    // The first delta from nothing, the second from what the first frame carried, though the session was further.
    expect(link.sessions.differenced).toEqual([undefined, 1])
    expect(link.side.acknowledge(2)).toMatchObject([{ sequence: 3 }])
    expect(link.side.idle).toBe(true)
  })

  it('are restored to what was acknowledged when the link is lost [REP-8]', () => {
    const link = new OneLink()
    link.connect()
    link.write(1)
    link.sync()
    link.write(1)
    link.deltas()
    link.side.lost()
    expect([link.side.inFlight, link.side.acknowledged]).toEqual([0, 0])
    link.connect()
    link.deltas()
    expect(link.sessions.differenced).toEqual([undefined, 1, 1])
  })

  it('are overridden by what the back-up says it holds, and its frame then counts for nothing [REP-7]', () => {
    const link = new OneLink()
    link.connect()
    for (let i = 0; i < 3; i++) link.write(1)
    link.sync()
    link.write(1)
    link.deltas()
    link.side.benchmarks({ type: 'benchmarks', entries: [{ key: key(1), benchmark: encodeBenchmark(benchmarkAt(2)), dead: false }] })
    expect(link.side.acknowledge(2)).toEqual([])
    link.deltas()
    expect(link.sessions.differenced).toEqual([undefined, 3, 2])
    expect(link.side.acknowledge(3)).toMatchObject([{ sequence: 5 }])
  })

  it('that are damaged end the link and change nothing', () => {
    const link = new OneLink()
    link.connect()
    link.write(1)
    link.sync()
    expect(() => link.side.benchmarks({ type: 'benchmarks', entries: [{ key: key(1), benchmark: new Uint8Array([9]), dead: false }] })).toThrow()
    expect(link.side.idle).toBe(true)
  })
})

describe('the window', () => {
  it('bounds what is in flight; the rest stays in the backlog, a session an entry [REP-2]', () => {
    const link = new OneLink({ window: 1 })
    link.connect()
    link.write(1)
    link.deltas()
    for (let i = 0; i < 1_000; i++) link.write(2)
    link.write(3)
    expect(link.frames()).toEqual([])
    expect(link.side.waiting).toBe(2)
    expect(link.side.inFlight).toBeGreaterThan(0)
    link.side.acknowledge(1)
    expect(link.deltas().entries).toHaveLength(2)
  })

  it('takes frames of 64 kB, and tells how much remains', () => {
    const link = new OneLink({ retainedLimit: 5_000 })
    link.connect()
    for (let i = 0; i < 5_000; i++) link.write(i)
    const frames = link.frames()
    expect(frames.length).toBeGreaterThan(1)
    expect(frames.at(-1)).toMatchObject({ type: 'deltas', remaining: 0 })
    expect(frames[0]).toMatchObject({ number: 1, remaining: 5_000 - (frames[0]?.type === 'deltas' ? frames[0].entries.length : 0) })
  })

  it('refuses an acknowledgement of what was not sent [REP-3]', () => {
    const link = new OneLink()
    link.connect()
    expect(() => link.side.acknowledge(1)).toThrow(expect.objectContaining({ code: 'ACK_UNKNOWN' }))
  })
})

describe('keeping benchmarks elsewhere than on the primary', () => {
  it('asks the back-up, and sends from its answer [REP-10]', () => {
    const link = new OneLink({ keeping: 'asked' })
    link.connect()
    link.write(1)
    expect(link.frames()).toEqual([{ type: 'ask', keys: [key(1)] }])
    expect(link.side.waiting).toBe(1)
    link.side.benchmarks({ type: 'benchmarks', entries: [{ key: key(1), dead: false }] })
    link.deltas()
    link.side.acknowledge(1)
    for (let i = 0; i < 3; i++) link.write(1)
    expect(link.frames()).toHaveLength(1)
    link.side.benchmarks({ type: 'benchmarks', entries: [{ key: key(1), benchmark: encodeBenchmark(benchmarkAt(1)), dead: false }] })
    link.deltas()
    expect(link.sessions.differenced).toEqual([undefined, 1])
  })

  it('looks them up where they live, and sends from there [REP-10]', () => {
    const link = new OneLink({ keeping: 'elsewhere' })
    link.connect()
    const session = link.write(1)
    expect(link.frames()).toEqual([])
    expect(link.side.lookups()).toEqual([session])
    expect(link.side.lookups()).toEqual([])
    link.write(1)
    link.side.told(session, benchmarkAt(1))
    link.deltas()
    expect(link.sessions.differenced).toEqual([1])
  })

  it('passes over an answer that comes after the link was lost, and looks up again', () => {
    const link = new OneLink({ keeping: 'elsewhere' })
    link.connect()
    const session = link.write(1)
    link.side.lookups()
    link.side.lost()
    link.side.told(session, benchmarkAt(0))
    link.connect([link.equalMark(0, 1)])
    expect(link.side.lookups()).toEqual([session])
  })

  it('keeps none in mode immutable, and needs none [REP-10]', () => {
    const link = new OneLink({ keeping: 'none' })
    link.connect()
    link.write(1)
    expect(link.sync()).toBe(1)
    expect(link.side.idle).toBe(true)
  })

  it('retains a bounded number of them, and asks about the others [REP-5]', () => {
    const link = new OneLink({ retainedLimit: 2, window: 1 })
    link.connect()
    link.write(0)
    link.deltas()
    for (const number of [1, 2, 3, 4]) link.write(number)
    expect(link.frames()).toEqual([{ type: 'ask', keys: [key(3), key(4)] }])
    link.side.benchmarks({ type: 'benchmarks', entries: [3, 4].map((number) => ({ key: key(number), dead: false })) })
    link.side.acknowledge(1)
    expect(link.deltas().entries).toHaveLength(4)
  })
})

describe('telling a back-up that it has everything', () => {
  it('follows all deltas it speaks of, and comes once a position [REP-11]', () => {
    const link = new OneLink()
    link.connect()
    link.write(1)
    expect(link.side.settle()).toMatchObject({ slots: [{ slot: 1 }] })
    link.deltas()
    expect(link.side.settle()).toMatchObject({ slots: [{ slot: 0, epoch: EPOCH, sequence: 2, reigns: true }] })
    expect(link.side.settle()).toBeUndefined()
    link.side.acknowledge(1)
    link.write(1)
    link.sync()
    expect(link.side.settle()).toMatchObject({ slots: [{ slot: 0, sequence: 3 }] })
  })

  it('waits for deltas that must be sent again', () => {
    const link = new OneLink()
    link.connect()
    link.write(1)
    link.deltas()
    link.write(1)
    expect(link.side.settle()).toMatchObject({ slots: [{ slot: 1 }] })
  })

  it('says it again on the next link, and under the next epoch', () => {
    const link = new OneLink()
    link.connect()
    link.side.settle()
    link.side.lost()
    link.connect()
    expect(link.side.settle()).toMatchObject({ slots: [{ slot: 0 }, { slot: 1 }] })
    link.sessions.epochs.set(1, EPOCH + 1)
    expect(link.side.settle()).toMatchObject({ slots: [{ slot: 1, epoch: EPOCH + 1 }] })
  })

  it('is about slots that it backs up only', () => {
    const link = new OneLink({ serves: (slot) => slot === 1 })
    link.connect()
    expect(link.side.settle()).toMatchObject({ slots: [{ slot: 1 }] })
  })
})
