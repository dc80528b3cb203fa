/** Which death markers go, and what a slot that dropped some says of sessions that come back. */
import { MemoryDisk, MemoryStorage } from '@understudy/storage'
import { describe, expect, it } from 'vitest'
import { backupStore, carry, key, NOW, primaryStore, REIGN, TERMS, valuesOf } from '../test-support/stores.js'
import { believable, CLOCKS_DIFFER, forgettable, LEAST_RETENTION } from './forgotten.js'
import type { Retention } from './forgotten.js'

const DAY = 86_400_000
const A = key('a')
const B = key('b')
const HELD: Retention = { now: 10 * DAY, retention: DAY, limit: 100, isHeld: true }

function deaths(reason: 'destroyed' | 'expired', ...ages: number[]) {
  return ages.map((age) => ({ at: HELD.now - age, reason }))
}

describe('death markers', () => {
  it('go when they are old enough and all hold them, both kinds up to the same time [DTH-3]', () => {
    const all = [...deaths('destroyed', 3 * DAY, DAY, DAY - 1), ...deaths('expired', 2 * DAY, 5)]
    expect(forgettable(all, HELD)).toEqual({ destroyed: 9 * DAY, expired: 9 * DAY })
    expect(forgettable(deaths('expired', DAY), HELD), 'what expired is remembered, too').toEqual({ destroyed: 9 * DAY, expired: 9 * DAY })
    expect(forgettable(all, { ...HELD, isHeld: false })).toEqual({ destroyed: 0, expired: 0 })
  })

  it('are never younger than ten minutes when they go [DTH-4]', () => {
    const young = deaths('destroyed', LEAST_RETENTION - 1, 0)
    expect(forgettable(young, { ...HELD, retention: 0, limit: 0 })).toEqual({ destroyed: 0, expired: 0 })
    expect(forgettable(deaths('expired', LEAST_RETENTION, 3), { ...HELD, isHeld: false, limit: 0 })).toEqual({ destroyed: 0, expired: HELD.now - LEAST_RETENTION })
  })

  it('go early where there are too many, the oldest first, those of expired sessions before others [DTH-4]', () => {
    const hours = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, i) => (from + i) * 3_600_000)
    const all = [...deaths('destroyed', ...hours(1, 9)), ...deaths('expired', ...hours(1, 5))]
    const full = { ...HELD, limit: 10, isHeld: false }
    expect(forgettable(all, full)).toEqual({ destroyed: 0, expired: HELD.now - 3 * 3_600_000 })
    expect(forgettable(all, { ...full, limit: 6 })).toEqual({ destroyed: HELD.now - 7 * 3_600_000, expired: HELD.now - 3_600_000 })
    expect(forgettable(all, { ...full, limit: 12 })).toEqual({ destroyed: 0, expired: 0 })
    // Where all hold them, room is made before it is needed.
    expect(forgettable(all, { ...HELD, limit: 12 })).toEqual({ destroyed: HELD.now - 6 * 3_600_000, expired: HELD.now - 6 * 3_600_000 })
  })
})

describe('a slot that has dropped markers', () => {
  /** A primary that has forgotten A, which was destroyed at `NOW`. */
  function forgetful(persistence?: MemoryStorage) {
    const store = primaryStore({ persistence })
    store.create(A, TERMS, NOW)
    store.destroy(A, { at: NOW, reason: 'destroyed' })
    store.forgetting.forget(0, NOW + DAY, true)
    expect([store.deaths, store.slot(0).digest, store.slot(0).forgotten]).toEqual([0, [0, 0], { destroyed: NOW, expired: NOW }])
    return store
  }

  it('takes a whole session that was made before for dead, by any clock, as primary and as back-up [DTH-1]', () => {
    for (const createdAt of [NOW - 5, NOW, NOW + CLOCKS_DIFFER]) {
      const store = forgetful()
      store.adopt({ key: A, generation: 0, terms: { ...TERMS, createdAt } })
      expect(store.find(A)?.death).toEqual({ at: NOW + 1, reason: 'destroyed' })
      store.endReign(0)
      const lacks = store.merge({ key: B, generation: 0, terms: { ...TERMS, createdAt } }, { epoch: 2, nonce: 9 })
      expect([lacks, store.isDead(B, NOW)]).toEqual(['lacks', true])
    }
  })

  it('takes what was made later as it is, and changes of what it knows [DTH-6]', () => {
    const store = forgetful()
    store.adopt({ key: B, generation: 0, terms: { ...TERMS, createdAt: NOW + CLOCKS_DIFFER + 1 } })
    expect(store.find(B)?.session).toBeDefined()
    const known = primaryStore()
    known.create(B, TERMS, NOW)
    known.destroy(A, { at: NOW, reason: 'destroyed' })
    known.forgetting.forget(0, NOW + DAY, true)
    known.adopt({ key: B, generation: 0, terms: TERMS, lastAccess: NOW + 5 })
    expect(known.find(B)?.session?.lastAccess).toBe(NOW + 5)
  })

  it('remembers it on disk, with the position [DTH-1]', async () => {
    const disk = new MemoryDisk()
    const open = (): MemoryStorage => MemoryStorage.open(disk, { name: 'a', scheduler: { soon: setImmediate, after: () => () => {} } })
    const persistence = open()
    forgetful(persistence)
    await persistence.close()
    const store = primaryStore({ persistence: open() }, { epoch: 2, nonce: 8 })
    expect(store.slot(0).forgotten).toEqual({ destroyed: NOW, expired: NOW })
    store.adopt({ key: A, generation: 0, terms: TERMS })
    expect(store.isDead(A, NOW)).toBe(true)
  })

  it('does not count what is damaged on its own disk as unknown [DTH-6]', async () => {
    const disk = new MemoryDisk()
    const open = (): MemoryStorage => MemoryStorage.open(disk, { name: 'a', scheduler: { soon: setImmediate, after: () => () => {} } })
    const persistence = open()
    const before = primaryStore({ persistence })
    before.create(B, TERMS, NOW)
    before.destroy(A, { at: NOW, reason: 'destroyed' })
    const replica = backupStore()
    carry(before, replica, B)
    before.forgetting.forget(0, NOW + DAY, true)
    await persistence.close()
    disk.damage(B)
    const store = backupStore({ persistence: open() })
    expect([carry(replica, store, B), valuesOf(store, B)]).toEqual(['merged', {}])
  })

  it('does not believe another that has forgotten the future [DTH-6]', () => {
    expect(believable({ destroyed: NOW + 1, expired: 0 }, NOW)).toEqual({ destroyed: 0, expired: 0 })
    expect(believable({ destroyed: 0, expired: NOW + 1 }, NOW)).toEqual({ destroyed: 0, expired: 0 })
    expect(believable({ destroyed: NOW, expired: 5 }, NOW)).toEqual({ destroyed: NOW, expired: 5 })
    expect(believable(undefined, NOW)).toEqual({ destroyed: 0, expired: 0 })
  })

  it('hands its memory on: to a back-up that holds the same, and to a primary that holds all that it holds [DTH-5]', () => {
    const store = forgetful()
    const { digest, forgotten } = store.slot(0)
    const backup = backupStore()
    backup.merge({ key: A, generation: 0, death: { at: NOW, reason: 'destroyed' } }, REIGN)
    expect([backup.forgetting.agree(0, [1, 1], forgotten), backup.deaths, backup.slot(0).forgotten.destroyed]).toEqual([false, 1, 0])
    expect([backup.forgetting.agree(0, digest, forgotten), backup.deaths, backup.slot(0).forgotten.destroyed]).toEqual([true, 0, NOW])
    const heir = primaryStore()
    heir.destroy(B, { at: NOW - 9, reason: 'destroyed' })
    heir.forgetting.learn(0, forgotten)
    expect([heir.slot(0).forgotten, heir.find(B)?.death?.at]).toEqual([forgotten, NOW + 1])
  })
})
