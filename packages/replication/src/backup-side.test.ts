/** The back-up's side: fencing, "I lack this" before the acknowledgement, positions, and answers. */
import { describe, expect, it } from 'vitest'
import { decodeBenchmark, encodeBenchmark } from '@understudy/differencing'
import type { Benchmarks, Deltas, Reigns, SessionDeltaEntry, SessionKey } from '@understudy/protocol'
import { benchmarkAt, epochsOf, key, slotOf, ToySessions } from '../test-support/toy-sessions.js'
import type { ToySession } from '../test-support/toy-sessions.js'
import { BackupSide } from './backup-side.js'

/** A back-up of slot 0, whose primary has announced its reign. */
function backup(epoch = 3): { readonly sessions: ToySessions; readonly side: BackupSide<ToySession> } {
  const sessions = new ToySessions()
  const side = new BackupSide(sessions, slotOf)
  side.reigns(announcement(epoch))
  return { sessions, side }
}

function announcement(epoch: number): Reigns {
  return { type: 'reigns', epochs: epochsOf(epoch) }
}

/** A delta from one number of writes to another. */
function delta(sessionKey: SessionKey, from: number, to: number): SessionDeltaEntry {
  return { key: sessionKey, generation: 0, attributes: new Uint8Array([from, to]) }
}

function deltas(number: number, ...entries: SessionDeltaEntry[]): Deltas {
  return { type: 'deltas', number, time: 0, remaining: 4, entries }
}

/** What an answer says: key → number of writes, 'dead' or 'nothing'. */
function told(frame: Benchmarks | undefined): Record<string, number | string> {
  const entries = frame?.entries ?? []
  return Object.fromEntries(
    entries.map((one) => [one.key, one.dead ? 'dead' : one.benchmark === undefined ? 'nothing' : (decodeBenchmark(one.benchmark).attributes.get(7) ?? 0)]),
  )
}

describe('merging', () => {
  it('merges a frame and acknowledges it when it is held, once [REP-18]', () => {
    const { sessions, side } = backup()
    expect(side.merge(deltas(1, delta(key(1), 0, 2), delta(key(2), 0, 1)))).toBeUndefined()
    expect(sessions.find(key(1))?.clock).toBe(2)
    expect([side.merged, side.deltas, side.remaining]).toEqual([1, 2, 4])
    expect(side.held(side.merged)).toEqual({ type: 'ack', number: 1 })
    expect(side.held(side.merged)).toBeUndefined()
  })

  it('acknowledges many frames at once', () => {
    const { side } = backup()
    for (const number of [1, 2, 3]) side.merge(deltas(number, delta(key(1), number - 1, number)))
    expect(side.held(side.merged)).toEqual({ type: 'ack', number: 3 })
  })

  it('says what it holds of a session whose delta does not fit, before the acknowledgement [REP-18]', () => {
    const { sessions, side } = backup()
    sessions.hold(key(1), 1)
    const answer = side.merge(deltas(1, delta(key(1), 3, 4), delta(key(2), 0, 1), delta(key(3), 2, 3)))
    expect(told(answer)).toEqual({ [key(1)]: 1, [key(3)]: 'nothing' })
    expect(answer?.answers).toBeUndefined()
    expect(sessions.find(key(1))?.clock).toBe(1)
    expect(sessions.find(key(2))?.clock).toBe(1)
  })

  it('says that a session is dead which the primary takes for living', () => {
    const { sessions, side } = backup()
    sessions.hold(key(1), 0, true)
    expect(told(side.merge(deltas(1, delta(key(1), 0, 1))))).toEqual({ [key(1)]: 'dead' })
  })
})

describe('fencing', () => {
  it('refuses deltas of a slot whose reign was not announced [REP-19]', () => {
    const { sessions, side } = backup()
    expect(() => side.merge(deltas(1, delta(key(1, 4), 0, 1)))).toThrow(expect.objectContaining({ code: 'NOT_PRIMARY' }))
    expect(sessions.sessions.size).toBe(0)
  })

  it('refuses deltas of a reign from the moment a newer one is announced, on any link [REP-19]', () => {
    const { sessions, side } = backup(3)
    const newer = new BackupSide(sessions, slotOf)
    newer.reigns(announcement(4))
    expect(() => side.merge(deltas(1, delta(key(1), 0, 1)))).toThrow(expect.objectContaining({ code: 'EPOCH_STALE' }))
    expect(sessions.sessions.size).toBe(0)
    newer.merge(deltas(1, delta(key(1), 0, 1)))
    expect(sessions.find(key(1))?.clock).toBe(1)
  })

  it('refuses a frame whole when one of its deltas is fenced off [REP-19]', () => {
    const { sessions, side } = backup(3)
    expect(() => side.merge(deltas(1, delta(key(1), 0, 1), delta(key(1, 4), 0, 1)))).toThrow(expect.objectContaining({ code: 'NOT_PRIMARY' }))
    expect(sessions.sessions.size).toBe(0)
    expect([side.merged, side.held(side.merged)]).toEqual([0, undefined])
  })

  it('refuses the announcement of a reign that is over [REP-19]', () => {
    const { side } = backup(3)
    expect(() => side.reigns(announcement(2))).toThrow(expect.objectContaining({ code: 'EPOCH_STALE' }))
  })

  it('goes on when the reign is raised', () => {
    const { sessions, side } = backup(3)
    side.reigns(announcement(9))
    side.merge(deltas(1, delta(key(1), 0, 1)))
    expect(sessions.slot(0).epoch).toBe(9)
  })
})

describe('marks', () => {
  it('give a position when digests are equal [REP-20]', () => {
    const { sessions, side } = backup()
    side.merge(deltas(1, delta(key(1), 0, 1)))
    const mark = { ...sessions.mark(0, true), sequence: 17 }
    expect(side.marks({ type: 'marks', slots: [mark] })).toBeUndefined()
    expect(sessions.slot(0)).toMatchObject({ epoch: 3, sequence: 17 })
  })

  it('give none when digests differ: the back-up says where it stands instead [REP-20]', () => {
    const { sessions, side } = backup()
    side.merge(deltas(1, delta(key(1), 0, 1)))
    const { sequence, digest } = sessions.slot(0)
    expect(side.marks({ type: 'marks', slots: [{ slot: 0, epoch: 3, sequence: 17, count: 0, digest: [0, 0], reigns: true }] })).toEqual({
      type: 'marks',
      slots: [{ slot: 0, epoch: 3, sequence, digest, count: 1, reigns: false }],
    })
    expect(sessions.slot(0).sequence).toBe(0)
    expect(side.unequal).toBe(1)
  })

  it('of another back-up are no business of this side', () => {
    const { sessions, side } = backup()
    expect(side.marks({ type: 'marks', slots: [{ slot: 0, epoch: 9, sequence: 5, count: 0, digest: [0, 0], reigns: false }] })).toBeUndefined()
    expect(sessions.slot(0).epoch).toBe(3)
  })

  it('count no more once a newer epoch is announced: the old position is taken away [REP-20]', () => {
    const { sessions, side } = backup()
    side.marks({ type: 'marks', slots: [{ ...sessions.mark(0, true), sequence: 17 }] })
    side.reigns(announcement(4))
    expect(sessions.slot(0)).toMatchObject({ epoch: 4, sequence: 0 })
  })
})

describe('answers', () => {
  it('to an ask: what is held of each key', () => {
    const { sessions, side } = backup()
    sessions.hold(key(1), 4)
    sessions.hold(key(2), 0, true)
    expect(told(side.ask({ type: 'ask', keys: [key(1), key(2), key(3)] }))).toEqual({ [key(1)]: 4, [key(2)]: 'dead', [key(3)]: 'nothing' })
  })

  it('to a comparison: all that differs in the range, from either side [REP-21]', () => {
    const { sessions, side } = backup()
    const equal = sessions.hold(key(1), 1)
    sessions.hold(key(2), 2)
    sessions.hold(key(3), 3)
    sessions.hold(key(8), 3)
    const fingerprints = [
      { key: key(1), fingerprint: sessions.fingerprint(equal) },
      { key: key(2), fingerprint: [9, 9] as const },
      { key: key(4), fingerprint: [9, 9] as const },
    ].map(({ key: one, fingerprint: [high, low] }) => ({ key: one, fingerprint: [high, low] as const }))
    const answer = side.compare({ type: 'compare', request: 6, slot: 0, from: key(1), to: key(8), entries: fingerprints })
    expect(answer.answers).toBe(6)
    expect(told(answer)).toEqual({ [key(2)]: 2, [key(3)]: 3, [key(4)]: 'nothing' })
    expect(told(side.compare({ type: 'compare', request: 7, slot: 0, from: key(8), to: '', entries: [] }))).toEqual({ [key(8)]: 3 })
  })

  it('to a want: the deltas from what the primary holds, the last frame marked done [REP-21]', () => {
    const { sessions, side } = backup()
    sessions.hold(key(1), 4)
    const entries = [{ key: key(1), benchmark: encodeBenchmark(benchmarkAt(2)) }, { key: key(2) }]
    const offers = [...side.want({ type: 'want', request: 5, entries })]
    expect(offers).toMatchObject([{ request: 5, done: true, entries: [{ key: key(1), attributes: new Uint8Array([2, 4]) }] }])
    expect(offers[0]?.entries).toHaveLength(1)
  })

  it('to a want of much: frames of bounded size', () => {
    const { sessions, side } = backup()
    for (const number of [1, 2, 3]) sessions.hold(key(number), 1)
    sessions.difference = (session) => ({ entry: { key: session.key, generation: 0, attributes: new Uint8Array(100_000) }, cut: { benchmark: undefined, since: 0 } })
    const offers = [...side.want({ type: 'want', request: 5, entries: [1, 2, 3].map((number) => ({ key: key(number) })) })]
    expect(offers.map(({ entries, done }) => [entries.length, done])).toEqual([[2, false], [1, true]])
  })
})

describe('a session that a back-up has lost', () => {
  it('makes it tell the slot’s primary where it stands, and nobody else [REP-31]', () => {
    const { sessions, side } = backup()
    sessions.hold(key(1), 3)
    expect(side.lost(0)).toEqual({ type: 'marks', slots: [sessions.mark(0)] })
    expect(side.lost(1)).toBeUndefined()
  })

  it('is left out of what it offers [REP-31]', () => {
    const { sessions, side } = backup()
    for (const number of [1, 2]) sessions.hold(key(number), 1)
    sessions.lost.add(key(1))
    const [offer, ...more] = side.want({ type: 'want', request: 4, entries: [{ key: key(1) }, { key: key(2) }] })
    expect(offer).toMatchObject({ done: true, entries: [{ key: key(2) }] })
    expect(more).toEqual([])
  })
})
