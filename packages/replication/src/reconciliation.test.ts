/** Reconciliation: both sides find out what differs, and afterwards both hold it. */
import { describe, expect, it } from 'vitest'
import type { SessionKey } from '@understudy/protocol'
import { key, slotOf, ToySessions } from '../test-support/toy-sessions.js'
import type { ToySession } from '../test-support/toy-sessions.js'
import { EPOCH, OneLink } from '../test-support/one-link.js'
import { BackupSide } from './backup-side.js'
import { Reconciliation } from './reconciliation.js'

/** A back-up with sessions of its own, that no common history explains. */
function backupWith(...held: readonly (readonly [SessionKey, number])[]): ToySessions {
  const sessions = new ToySessions()
  for (const [one, clock] of held) sessions.hold(one, clock)
  return sessions
}

/** Lets both sides talk until neither has anything to say. Gives the slots that were settled, in order. */
function talk(link: OneLink, backup: BackupSide<ToySession>): number[] {
  const settled: number[] = []
  for (let frame = link.side.next(0); frame !== undefined; frame = link.side.next(0)) {
    if (frame.type === 'compare') settled.push(...link.side.benchmarks(backup.compare(frame)))
    if (frame.type === 'ask') settled.push(...link.side.benchmarks(backup.ask(frame)))
    if (frame.type === 'want') for (const offer of backup.want(frame)) settled.push(...link.side.offer(offer))
    if (frame.type === 'reigns') backup.reigns(frame)
    if (frame.type === 'marks') backup.marks(frame)
    if (frame.type !== 'deltas') continue
    const lacking = backup.merge(frame)
    if (lacking !== undefined) link.side.benchmarks(lacking)
    link.side.acknowledge(frame.number)
  }
  return settled
}

function join(link: OneLink, sessions: ToySessions): number[] {
  const backup = new BackupSide(sessions, slotOf)
  link.side.connected(1, [{ ...sessions.mark(0), epoch: EPOCH - 1 }])
  return talk(link, backup)
}

describe('a comparison', () => {
  it('fetches what the back-up alone holds, sends what it lacks, and settles the slot [REP-22]', () => {
    const link = new OneLink()
    link.write(1)
    link.write(1)
    link.write(2)
    const sessions = backupWith([key(2), 5], [key(3), 4])
    expect(join(link, sessions)).toEqual([0])
    expect(link.sessions.adopted.map((entry) => entry.key).sort()).toEqual([key(2), key(3)])
    for (const one of [key(1), key(2), key(3)]) expect(sessions.find(one)?.clock).toBe(link.sessions.find(one)?.clock)
    expect(link.side.isSettled(0)).toBe(true)
    expect(link.side.idle).toBe(true)
  })

  it('carries death both ways [REP-22]', () => {
    const link = new OneLink()
    link.write(1)
    link.write(2).dead = true
    const sessions = backupWith([key(2), 1])
    sessions.hold(key(1), 0, true)
    join(link, sessions)
    for (const holder of [link.sessions, sessions]) for (const one of [key(1), key(2)]) expect(holder.find(one)?.dead).toBe(true)
  })

  it('does not send back what it has just fetched', () => {
    const link = new OneLink()
    const sessions = backupWith([key(3), 4])
    join(link, sessions)
    expect(link.sessions.differenced).toEqual([])
  })

  it('keeps the slot unsettled until the last answer is in [REP-22]', () => {
    const link = new OneLink()
    const sessions = backupWith([key(3), 4])
    const backup = new BackupSide(sessions, slotOf)
    link.side.connected(1, [{ ...sessions.mark(0), epoch: EPOCH - 1 }])
    link.side.next(0)
    const compare = link.side.next(0)
    if (compare?.type !== 'compare') throw new Error('no comparison')
    expect(link.side.benchmarks(backup.compare(compare))).toEqual([])
    expect(link.side.isSettled(0)).toBe(false)
    const want = link.side.next(0)
    if (want?.type !== 'want') throw new Error('nothing wanted')
    const offers = [...backup.want(want)].flatMap((offer) => link.side.offer(offer))
    expect(offers).toEqual([0])
    expect(link.side.isSettled(0)).toBe(true)
  })

  it('takes changes made meanwhile to be unknown to the back-up', () => {
    const link = new OneLink()
    link.side.connected(1, [{ ...backupWith([key(3), 4]).mark(0), epoch: EPOCH - 1 }])
    link.write(5)
    expect(link.frames().map(({ type }) => type)).toEqual(['reigns', 'compare', 'ask'])
  })

  it('passes over answers to questions of a link that is gone', () => {
    const link = new OneLink()
    link.side.connected(1, [{ ...backupWith([key(3), 4]).mark(0), epoch: EPOCH - 1 }])
    link.frames()
    link.side.lost()
    expect(link.side.benchmarks({ type: 'benchmarks', answers: 1, entries: [] })).toEqual([])
    expect(link.side.offer({ type: 'offer', request: 1, entries: [], done: true })).toEqual([])
  })
})

describe('a back-up whose digest differs although it has merged everything', () => {
  it('is compared with and repaired, and then marked again [REP-23]', () => {
    const link = new OneLink()
    const sessions = new ToySessions()
    const backup = new BackupSide(sessions, slotOf)
    link.side.connected(1, [])
    link.write(1)
    link.write(1)
    talk(link, backup)
    const damaged = sessions.find(key(1))
    if (damaged !== undefined) damaged.clock = 1
    const marks = link.side.settle()
    if (marks?.type !== 'marks') throw new Error('no marks')
    const unequal = backup.marks(marks)
    for (const mark of unequal?.slots ?? []) link.side.stands(mark)
    talk(link, backup)
    expect(sessions.find(key(1))?.clock).toBe(2)
    const again = link.side.settle()
    expect(again).toMatchObject({ slots: [{ slot: 0 }] })
    if (again?.type === 'marks') expect(backup.marks(again)).toBeUndefined()
    expect(sessions.slot(0).sequence).toBe(link.sessions.slot(0).sequence)
  })

  it('is left alone in slots that are not ours', () => {
    const link = new OneLink()
    link.connect()
    link.side.stands({ ...link.equalMark(0), slot: 9 })
    expect(link.frames()).toEqual([])
  })
})

describe('questions', () => {
  it('are asked one at a time, each in ranges of 2,000 keys that leave no gap [REP-24]', () => {
    const sessions = new ToySessions()
    for (let number = 1; number <= 4_500; number++) sessions.hold(key(number), 1)
    const reconciliation = new Reconciliation(sessions)
    reconciliation.compare(0)
    reconciliation.compare(0)
    const ranges: object[] = []
    let count = 0
    for (let question = reconciliation.next(); question !== undefined; question = reconciliation.next()) {
      if (question.type !== 'compare') continue
      expect(reconciliation.next()).toBeUndefined()
      ranges.push({ from: question.from, to: question.to })
      count += question.entries.length
      reconciliation.answered()
    }
    expect(ranges).toEqual([{ from: '', to: key(2_001) }, { from: key(2_001), to: key(4_001) }, { from: key(4_001), to: '' }])
    expect(count).toBe(4_500)
  })

  it('cover a slot of which we hold nothing', () => {
    const reconciliation = new Reconciliation(new ToySessions())
    reconciliation.compare(7)
    expect(reconciliation.next()).toMatchObject({ slot: 7, from: '', to: '', entries: [] })
  })

  it('for sessions come before further comparisons, 200 at a time, with our benchmarks', () => {
    const sessions = new ToySessions()
    sessions.hold(key(1), 3)
    const reconciliation = new Reconciliation(sessions)
    reconciliation.compare(0)
    reconciliation.want(Array.from({ length: 201 }, (_, number) => key(number + 1)))
    const counts: (number | string)[] = []
    for (let question = reconciliation.next(); question !== undefined; question = reconciliation.next()) {
      counts.push(question.type === 'want' ? question.entries.length : question.type)
      reconciliation.answered()
    }
    expect(counts).toEqual([1, 200, 'compare'])
  })

  it('settle all slots together, when the last one is answered', () => {
    const reconciliation = new Reconciliation(new ToySessions())
    reconciliation.compare(0)
    reconciliation.compare(1)
    expect([reconciliation.comparing, reconciliation.settled]).toEqual([2, false])
    reconciliation.next()
    expect(reconciliation.answered()).toEqual([])
    expect(reconciliation.isSettled(0)).toBe(false)
    reconciliation.next()
    expect(reconciliation.answered()).toEqual([0, 1])
    expect(reconciliation.settled).toBe(true)
  })
})
