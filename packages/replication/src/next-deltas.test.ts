/** Whole sessions: who gets them, in which frames, and what becomes of them on the way. */
import { describe, expect, it } from 'vitest'
import { encodeBenchmark } from '@understudy/differencing'
import type { Deltas, PeerFrame } from '@understudy/protocol'
import { benchmarkAt, key } from '../test-support/toy-sessions.js'
import { OneLink } from '../test-support/one-link.js'

/** A primary whose sessions have a whole form, but for those named. */
function linkOf(numbers: readonly number[], window = 1_000_000): OneLink {
  const link = new OneLink({ window })
  link.sessions.sendsWhole = true
  for (const number of numbers) link.write(number)
  return link
}

function deltasIn(frames: readonly PeerFrame[]): Deltas[] {
  return frames.flatMap((frame) => (frame.type === 'deltas' ? [frame] : []))
}

function keysOf({ wholes = [], entries }: Deltas): { whole: string[]; deltas: string[] } {
  return { whole: wholes.map((one) => one.key), deltas: entries.map((one) => one.key) }
}

describe('an empty back-up', () => {
  it('gets whole sessions, and in the same frame those that have no such form [REP-12]', () => {
    const link = linkOf([1, 2])
    link.sessions.hold(key(3), 0, true)
    link.connect()
    expect(keysOf(link.deltas())).toEqual({ whole: [key(1), key(2)], deltas: [key(3)] })
  })

  it('gets a save during the transfer as a delta from the cut that it acknowledged, or within the session that is still to come [REP-32]', () => {
    const link = linkOf([1])
    link.connect()
    link.deltas()
    link.write(1)
    expect(link.frames()).toEqual([])
    link.side.acknowledge(1)
    expect(keysOf(link.deltas())).toEqual({ whole: [], deltas: [key(1)] })
    expect(link.sessions.differenced).toEqual([1])
  })

  it('gets again whole what was on its way when the link was lost, and then only what it lacks [REP-32]', () => {
    const link = linkOf([1, 2])
    link.connect()
    link.deltas()
    link.side.lost()
    link.connect()
    expect(keysOf(link.deltas())).toEqual({ whole: [key(1), key(2)], deltas: [] })
    link.side.acknowledge(1)
    link.write(2)
    expect(keysOf(link.deltas())).toEqual({ whole: [], deltas: [key(2)] })
  })

  it('has no more than the window on its way [REP-2]', () => {
    const link = linkOf(Array.from({ length: 20_000 }, (_, i) => i), 100_000)
    link.connect()
    const frames = deltasIn(link.frames())
    const sent = frames.reduce((sum, { wholes = [] }) => sum + wholes.length, 0)
    expect(sent).toBeGreaterThan(1_000)
    expect(sent).toBeLessThan(20_000)
    expect(link.side.inFlight).toBeLessThan(100_000 + 300_000)
    expect(link.side.waiting).toBe(20_000 - sent)
    link.side.acknowledge(frames.at(-1)?.number ?? 0)
    expect(deltasIn(link.frames()).length).toBeGreaterThan(0)
  })
})

describe('a back-up that holds something', () => {
  it('gets whole what it says that it holds nothing of, and deltas of all else [REP-32]', () => {
    const link = linkOf([1, 2])
    link.connect([{ slot: 0, epoch: 1, sequence: 1, count: 1, digest: [9, 9], reigns: false }])
    link.frames()
    const benchmark = encodeBenchmark(benchmarkAt(1))
    link.write(2)
    link.side.benchmarks({ type: 'benchmarks', answers: 1, entries: [{ key: key(1), dead: false }, { key: key(2), benchmark, dead: false }] })
    const [frame] = deltasIn(link.frames())
    expect(frame && keysOf(frame)).toEqual({ whole: [key(1)], deltas: [key(2)] })
  })

  it('gets a new session as a delta: who makes one goes on writing to it [REP-32]', () => {
    const link = linkOf([])
    link.connect()
    link.write(1)
    expect(keysOf(link.deltas())).toEqual({ whole: [], deltas: [key(1)] })
  })
})
