/**
 * A session that a back-up takes whole against the same that it merges as a delta: histories of every sort (frozen
 * attributes, parts, removals, generations, several reigns and clients, rest), each its own seed; plain Yjs as the oracle.
 */
import { describe, expect, it } from 'vitest'
import { ByteWriter, encodeValue } from '@understudy/document'
import { writeResting } from '@understudy/session'
import type { Operation, SessionKey } from '@understudy/session'
import * as Y from 'yjs'
import { Chance } from '../../../test/support/chance.js'
import { backupStore, carry, key, NOW, primaryStore, set } from '../test-support/stores.js'
import type { SessionStore } from './session-store.js'
import { Before } from './store-calls.js'

const SEEDS = 1_000
const SESSIONS = 4
const KEYS = Array.from({ length: SESSIONS }, (_, i) => key(`s${i}`))
const NAMES = ['user', 'theme', 'ü', 'views', 'x'.repeat(140)]
const NOTHING = new Before(undefined, 0)
const FIRST = { epoch: 1, nonce: 7 }
const LATER = { epoch: 2, nonce: 9 }

function operationOf(chance: Chance): Operation {
  const name = chance.pick(NAMES)
  switch (chance.below(9)) {
    case 0:
      return { op: 'remove', name }
    case 1:
      return { op: 'freeze', name }
    case 2:
      return { op: 'increment', name: 'count', by: 1 }
    case 3:
      return { op: 'terms', idleTimeout: 1_000 + chance.below(100_000), absoluteTimeout: 200_000 }
    case 4:
      return set('cart\u001fsku', chance.below(9))
    case 5:
      return set(name, 'v'.repeat(chance.below(5_000)))
    default:
      return set(name, chance.pick<unknown>([chance.below(1_000_000), 'ÿ', { deep: [null, true, 1.5] }]))
  }
}

/** Some saves of one session; what the session refuses is left out. */
function write(store: SessionStore, sessionKey: SessionKey, chance: Chance): void {
  for (let left = chance.below(8); left > 0; left--) {
    const operation = chance.below(2) === 0 ? { client: 1 + chance.below(10), counter: NOW + chance.below(20) } : undefined
    try {
      store.apply(sessionKey, Array.from({ length: 1 + chance.below(4) }, () => operationOf(chance)), NOW + chance.below(500), operation)
    } catch (error) {
      if (!(error instanceof Error && 'code' in error)) throw error
    }
  }
}

/** A primary of some histories; in half of them another reigned before. */
function primaryOf(chance: Chance, mode: 'benchmark' | 'immutable'): SessionStore {
  const [first, later] = [primaryStore({ restBeyond: 0, mode }, FIRST), primaryStore({ restBeyond: 0, mode }, LATER)]
  for (const sessionKey of KEYS) {
    first.create(sessionKey, { createdAt: NOW, stamp: chance.pick([1, NOW]), ...(chance.below(2) === 0 && { idleTimeout: 90_000 }) }, NOW)
    write(first, sessionKey, chance)
  }
  if (chance.below(2) === 0) return first
  for (const sessionKey of KEYS) {
    later.adopt(first.difference(first.find(sessionKey) ?? never(), NOTHING).entry, NOW)
    write(later, sessionKey, chance)
  }
  return later
}

/** The session as it would rest, and what is dated of it. */
function outline(store: SessionStore, sessionKey: SessionKey): unknown {
  const stored = store.find(sessionKey) ?? never()
  const out = new ByteWriter()
  const session = stored.look() ?? never()
  writeResting(out, session)
  const { fingerprint, sequence, isLiving } = stored
  const before = [out.take(), fingerprint, sequence, isLiving, stored.deadline(), session.fingerprint(sessionKey)]
  const { termsSequence, frozenSequence } = stored
  return [...before, termsSequence, frozenSequence, session.operations.map(({ client }) => stored.sequenceOf(client)), session.toJSON()]
}

/** Takes all sessions both ways, and tells what is wrong, if anything; gives how many went whole. */
function play(seed: number): { readonly problem: string | undefined; readonly whole: number } {
  const chance = new Chance(seed)
  const mode = chance.pick(['benchmark', 'immutable'] as const)
  const primary = primaryOf(chance, mode)
  for (let look = chance.below(30); look > 0; look--) primary.letRest()
  const [whole, merged] = [backupStore({ mode, restBeyond: 0 }), backupStore({ mode, restBeyond: 0 })]
  // The clock of the back-up may be behind, so that a last access is not believed.
  const now = NOW + chance.pick([0, -119_800, 1_000])
  let count = 0
  for (const sessionKey of KEYS) {
    const stored = primary.find(sessionKey) ?? never()
    const sent = primary.wholes.write(stored)
    const { entry, cut } = primary.difference(stored, NOTHING)
    merged.merge(entry, LATER, now)
    if (sent === undefined) whole.merge(entry, LATER, now)
    else {
      count++
      if (String(Object.values(sent.cut)) !== String(Object.values(cut))) return { problem: 'the cut is another', whole: count }
      const said = whole.wholes.take(sessionKey, sent.bytes, LATER, now)
      if (said !== 'merged') return { problem: `it was said to be ${said}`, whole: count }
      if (whole.find(sessionKey)?.resting() === undefined) return { problem: 'it does not rest', whole: count }
    }
  }
  return { problem: differenceBetween(whole, merged) ?? goOn(primary, [whole, merged], chance), whole: count }
}

function differenceBetween(one: SessionStore, other: SessionStore): string | undefined {
  if (String(one.slot(0).digest) !== String(other.slot(0).digest)) return 'digests differ'
  if (one.size !== other.size || one.slot(0).living !== other.slot(0).living) return 'counts differ'
  for (const sessionKey of KEYS) {
    const [a, b] = [outline(one, sessionKey), outline(other, sessionKey)]
    if (JSON.stringify(a) !== JSON.stringify(b)) return `${JSON.stringify(a)} instead of ${JSON.stringify(b)}`
  }
  return undefined
}

/** The primary goes on, and both back-ups merge what it sends. */
function goOn(primary: SessionStore, backups: readonly [SessionStore, SessionStore], chance: Chance): string | undefined {
  for (const sessionKey of KEYS) {
    const stored = primary.find(sessionKey) ?? never()
    const before = new Before(stored.session?.benchmark(), stored.sequence)
    write(primary, sessionKey, chance)
    for (const backup of backups) if (backup.merge(primary.difference(stored, before, 'benchmark').entry, LATER) !== 'merged') return 'what follows does not fit'
    const [doc, state] = [new Y.Doc(), backups[0].find(sessionKey)?.session?.state() ?? never()]
    if (state.attributes !== undefined) Y.applyUpdate(doc, state.attributes)
    const ours = backups[0].find(sessionKey)?.session?.attributes.entries() ?? never()
    const values = new Map(doc.getArray<[string, unknown]>('attributes').toArray().map(([name, value]) => [name, value]))
    for (const [name, value] of ours) if (!Buffer.from(encodeValue(values.get(name))).equals(encodeValue(value))) return `Yjs has another ${name}`
    if (doc.store.pendingStructs !== null) return 'Yjs waits for something'
  }
  return differenceBetween(...backups)
}

function never(): never {
  throw new Error('there is no such session')
}

describe('a session that is taken whole', () => {
  it(`is in every way what merging its delta makes, in each of ${SEEDS.toLocaleString('en-US')} histories [STO-50]`, { timeout: 300_000 }, () => {
    const wrong: string[] = []
    let whole = 0
    for (let seed = 1; seed <= SEEDS && wrong.length < 3; seed++) {
      const played = play(seed)
      whole += played.whole
      if (played.problem !== undefined) wrong.push(`seed ${seed}: ${played.problem}`)
    }
    expect(wrong).toEqual([])
    expect(whole).toBeGreaterThan((SEEDS * SESSIONS) / 2)
  })

  it('neither wakes on the one side nor on the other', () => {
    const [primary, backup] = [primaryStore({ restBeyond: 0 }), backupStore()]
    for (const sessionKey of KEYS) primary.create(sessionKey, { createdAt: NOW, stamp: 1 }, NOW)
    for (let look = 0; look < 40; look++) primary.letRest()
    for (const sessionKey of KEYS) {
      const stored = primary.find(sessionKey) ?? never()
      backup.wholes.take(sessionKey, primary.wholes.write(stored)?.bytes ?? never(), FIRST)
      expect([stored.resting(), backup.find(sessionKey)?.resting()]).not.toContain(undefined)
    }
    expect(backup.slot(0).digest).toEqual(primary.slot(0).digest)
  })

  it('is merged where something of it is held, and refused where it is dead or its death was dropped [STO-51]', () => {
    const [primary, backup] = [primaryStore(), backupStore()]
    const [held, dead, forgotten, fresh] = [key('held'), key('dead'), key('forgotten', '01'), key('fresh')]
    for (const sessionKey of [held, dead, forgotten, fresh]) {
      primary.create(sessionKey, { createdAt: NOW, stamp: 1 }, NOW)
      primary.apply(sessionKey, [set('a', 1)], NOW)
    }
    carry(primary, backup, held)
    primary.apply(held, [set('b', 2)], NOW)
    backup.merge({ key: dead, generation: 0, death: { at: NOW, reason: 'destroyed' } }, FIRST)
    backup.slot(1).remember({ destroyed: NOW + 1, expired: 0 })
    const take = (sessionKey: SessionKey) => backup.wholes.take(sessionKey, primary.wholes.write(primary.find(sessionKey) ?? never())?.bytes ?? never(), FIRST)
    expect([held, dead, forgotten, fresh].map(take)).toEqual(['merged', 'lacks', 'lacks', 'merged'])
    expect(backup.find(held)?.session?.toJSON()).toEqual({ a: 1, b: 2 })
    expect([dead, forgotten].map((sessionKey) => backup.find(sessionKey)?.death?.reason)).toEqual(['destroyed', 'destroyed'])
    expect(take(fresh)).toBe('merged')
    expect(backup.size).toBe(2)
  })

  it('is found by its user and by its deadline, without having been asked for [STO-52]', () => {
    const [primary, backup] = [primaryStore(), backupStore({ userAttribute: ['user'] })]
    const [sessionKey] = KEYS
    const made = primary.create(sessionKey ?? never(), { createdAt: NOW, stamp: 1, idleTimeout: 1_000 }, NOW)
    primary.apply(made.key, [set('user', 'ada')], NOW)
    const heard: (readonly string[])[] = []
    backup.observe((_, before, names) => heard.push([String(before.since), ...names]))
    backup.wholes.take(made.key, primary.wholes.write(made)?.bytes ?? never(), FIRST)
    expect(heard).toEqual([['0', 'user']])
    expect(backup.users?.size).toBe(1)
    expect(backup.find(made.key)?.resting()).toBeDefined()
    backup.beginReign(0, LATER)
    backup.sweep(NOW + 2_000_000)
    expect(backup.find(made.key)?.death?.reason).toBe('expired')
  })
})
