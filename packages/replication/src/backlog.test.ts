/** The backlog: every arrow of its diagram, what a loss restores, and that its counts are true. */
import { describe, expect, it } from 'vitest'
import * as fc from 'fast-check'
import { key, knownAt } from '../test-support/toy-sessions.js'
import { Backlog } from './backlog.js'
import type { Known, ReplicatedSession } from './sessions.js'

const A: ReplicatedSession = { key: key(1), slot: 0, sequence: 1 }
const B: ReplicatedSession = { key: key(2), slot: 0, sequence: 1 }
const ELSEWHERE: ReplicatedSession = { key: key(3, 1), slot: 1, sequence: 1 }
const OLD = knownAt(1, 1)
const CUT = knownAt(2, 2)
const TOLD = knownAt(0, 0)

function backlog(retainedLimit = 100): Backlog<ReplicatedSession> {
  return new Backlog(retainedLimit)
}

/** A backlog in which A is on its way in frame 1, from OLD to CUT. */
function sending(): Backlog<ReplicatedSession> {
  const lacking = backlog()
  lacking.mark(A, OLD)
  lacking.send(A, 1, OLD, CUT)
  return lacking
}

describe('clean → dirty, by a mark', () => {
  it('keeps what the back-up held before the change [REP-4]', () => {
    const lacking = backlog()
    lacking.mark(A, OLD)
    expect(lacking.oldest()).toEqual([A, OLD])
    expect(lacking.waiting).toBe(1)
  })

  it('keeps it through further changes: one entry, however many changes [REP-5]', () => {
    const lacking = backlog()
    lacking.mark(A, OLD)
    for (let i = 2; i < 100; i++) lacking.mark(A, knownAt(i, i))
    expect(lacking.oldest()).toEqual([A, OLD])
    expect(lacking.waiting).toBe(1)
  })

  it('gives the session that has waited longest first', () => {
    const lacking = backlog()
    lacking.mark(A, OLD)
    lacking.mark(B, OLD)
    lacking.mark(A, CUT)
    expect(lacking.oldest()?.[0]).toBe(A)
  })
})

describe('clean → unknown, beyond the limit or without a benchmark', () => {
  it('forgets benchmarks beyond the limit, never sessions [REP-5]', () => {
    const lacking = backlog(1)
    lacking.mark(A, OLD)
    lacking.mark(B, OLD)
    expect(lacking.waiting).toBe(2)
    expect(lacking.takeUnknown(10)).toEqual([B])
  })

  it('leaves a session that waits already where it is', () => {
    const lacking = backlog()
    lacking.mark(A, OLD)
    lacking.markUnknown(A, 1)
    expect(lacking.takeUnknown(10)).toEqual([])
    lacking.markUnknown(B, 1)
    lacking.mark(B, OLD)
    expect(lacking.takeUnknown(10)).toEqual([B])
    lacking.mark(B, OLD)
    lacking.markUnknown(B, 1)
    expect(lacking.waiting).toBe(2)
  })
})

describe('unknown → asked → dirty', () => {
  it('asks about the oldest first, so many at a time', () => {
    const lacking = backlog()
    for (const session of [A, B, ELSEWHERE]) lacking.markUnknown(session, 1)
    expect(lacking.takeUnknown(2)).toEqual([A, B])
    expect(lacking.takeUnknown(2)).toEqual([ELSEWHERE])
    expect(lacking.takeUnknown(2)).toEqual([])
    expect(lacking.waiting).toBe(3)
  })

  it('takes the benchmark told, and the sequence up to which plain fields were known', () => {
    const lacking = backlog()
    lacking.markUnknown(A, 5)
    lacking.takeUnknown(1)
    expect(lacking.oldest()).toBeUndefined()
    lacking.tell(A, TOLD)
    expect(lacking.oldest()).toEqual([A, { ...TOLD, since: 5 }])
    expect(lacking.waiting).toBe(1)
  })

  it('also when told without being asked', () => {
    const lacking = backlog()
    lacking.markUnknown(A, 5)
    lacking.tell(A, TOLD)
    expect(lacking.oldest()).toEqual([A, { ...TOLD, since: 5 }])
    lacking.tell(B, TOLD)
    expect(lacking.waiting).toBe(2)
  })

  it('overrides what was believed of a dirty session', () => {
    const lacking = backlog()
    lacking.mark(A, OLD)
    lacking.tell(A, TOLD)
    expect(lacking.oldest()).toEqual([A, TOLD])
    expect(lacking.waiting).toBe(1)
  })
})

describe('dirty → sent → clean', () => {
  it('is clean once its frame is acknowledged: the benchmark is at the cut, and only there [REP-6]', () => {
    const lacking = sending()
    expect([lacking.waiting, lacking.sent, lacking.isSent(0)]).toEqual([0, 1, true])
    expect(lacking.acknowledge(A, 1)).toEqual({ session: A, sequence: 2, cut: CUT })
    expect([lacking.waiting, lacking.sent]).toEqual([0, 0])
  })

  it('is moved by no other frame, and by none twice [REP-6]', () => {
    const lacking = sending()
    expect(lacking.acknowledge(A, 2)).toBeUndefined()
    expect(lacking.sent).toBe(1)
    lacking.acknowledge(A, 1)
    expect(lacking.acknowledge(A, 1)).toBeUndefined()
    expect(lacking.acknowledge(B, 1)).toBeUndefined()
  })
})

describe('sent → dirty', () => {
  it('when it was marked meanwhile: from the cut, after the acknowledgement, not before [REP-6]', () => {
    const lacking = sending()
    lacking.mark(A, knownAt(9, 9))
    expect(lacking.oldest()).toBeUndefined()
    expect(lacking.isSent(0)).toBe(false)
    expect(lacking.acknowledge(A, 1)).toMatchObject({ sequence: 2 })
    expect(lacking.oldest()).toEqual([A, CUT])
  })

  it('when the back-up said otherwise: from there, and the frame counts for nothing [REP-7]', () => {
    const lacking = sending()
    lacking.tell(A, TOLD)
    expect(lacking.acknowledge(A, 1)).toBeUndefined()
    expect(lacking.oldest()).toEqual([A, TOLD])
  })

  it('when the back-up said otherwise and it changed again: still from there [REP-7]', () => {
    const lacking = sending()
    lacking.tell(A, TOLD)
    lacking.mark(A, knownAt(9, 9))
    lacking.markUnknown(A, 9)
    lacking.acknowledge(A, 1)
    expect(lacking.oldest()).toEqual([A, TOLD])
    expect(lacking.waiting).toBe(1)
  })
})

describe('losing the link', () => {
  it('restores what was known before the send: an unacknowledged delta counts as not sent [REP-8]', () => {
    const lacking = sending()
    lacking.lose()
    expect(lacking.oldest()).toEqual([A, OLD])
    expect([lacking.waiting, lacking.sent, lacking.isSent(0)]).toEqual([1, 0, false])
  })

  it('restores it also for what was marked meanwhile, and counts it once [REP-8]', () => {
    const lacking = sending()
    lacking.mark(A, CUT)
    lacking.lose()
    expect(lacking.oldest()).toEqual([A, OLD])
    expect(lacking.waiting).toBe(1)
  })

  it('keeps what the back-up said of itself [REP-8]', () => {
    const lacking = sending()
    lacking.tell(A, TOLD)
    lacking.lose()
    expect(lacking.oldest()).toEqual([A, TOLD])
  })

  it('asks again what was not answered', () => {
    const lacking = backlog()
    lacking.markUnknown(A, 5)
    lacking.takeUnknown(1)
    lacking.lose()
    expect(lacking.takeUnknown(1)).toEqual([A])
  })
})

describe('leaving the backlog otherwise', () => {
  it('settles what the back-up is known to hold', () => {
    const lacking = backlog()
    lacking.mark(A, OLD)
    lacking.markUnknown(B, 1)
    lacking.markUnknown(ELSEWHERE, 1)
    lacking.takeUnknown(1)
    for (const session of [A, B, ELSEWHERE]) lacking.settle(session)
    expect([lacking.waiting, lacking.isSent(0), lacking.isSent(1)]).toEqual([0, true, true])
  })

  it('forgets one slot and no other', () => {
    const lacking = sending()
    lacking.mark(B, OLD)
    lacking.mark(ELSEWHERE, OLD)
    lacking.forget(0)
    expect([lacking.waiting, lacking.sent, lacking.isSent(0), lacking.isSent(1)]).toEqual([1, 0, true, false])
    expect(lacking.acknowledge(A, 1)).toBeUndefined()
  })
})

describe('whatever happens', () => {
  const SESSIONS = [A, B, ELSEWHERE]
  const step = fc.record({
    do: fc.constantFrom('mark', 'unknown', 'tell', 'settle', 'take', 'send', 'ack', 'lose', 'forget'),
    which: fc.nat(2),
  })

  it('a slot is sent exactly when none of its sessions waits, and nothing marked is forgotten [REP-5]', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), fc.nat(2), (steps, limit) => {
        const lacking = backlog(limit)
        let frame = 0
        const waits = new Set<ReplicatedSession>()
        const sent = new Map<ReplicatedSession, { frame: number; again: boolean }>()
        for (const { do: what, which } of steps) {
          const session = SESSIONS[which] ?? A
          const onItsWay = sent.get(session)
          if (what === 'mark') lacking.mark(session, OLD)
          if (what === 'unknown') lacking.markUnknown(session, 1)
          if (what === 'tell') lacking.tell(session, TOLD)
          if (what === 'mark' || what === 'unknown' || what === 'tell') {
            if (onItsWay === undefined) waits.add(session)
            else onItsWay.again = true
          }
          if (what === 'settle' && onItsWay === undefined) {
            lacking.settle(session)
            waits.delete(session)
          }
          if (what === 'take') lacking.takeUnknown(1)
          const oldest: readonly [ReplicatedSession, Known] | undefined = what === 'send' ? lacking.oldest() : undefined
          if (oldest !== undefined) {
            lacking.send(oldest[0], ++frame, oldest[1], CUT)
            waits.delete(oldest[0])
            sent.set(oldest[0], { frame, again: false })
          }
          if (what === 'ack' && onItsWay !== undefined) {
            lacking.acknowledge(session, onItsWay.frame)
            sent.delete(session)
            if (onItsWay.again) waits.add(session)
          }
          if (what === 'lose') {
            lacking.lose()
            for (const lost of sent.keys()) waits.add(lost)
            sent.clear()
          }
          if (what === 'forget') {
            lacking.forget(session.slot)
            for (const gone of SESSIONS) if (gone.slot === session.slot) waits.delete(gone)
            for (const gone of SESSIONS) if (gone.slot === session.slot) sent.delete(gone)
          }
          expect([lacking.waiting, lacking.sent]).toEqual([waits.size, sent.size])
          for (const slot of [0, 1]) {
            const again = [...sent].some(([one, { again }]) => one.slot === slot && again)
            expect(lacking.isSent(slot)).toBe(![...waits].some((one) => one.slot === slot) && !again)
          }
        }
      }),
    )
  })
})
