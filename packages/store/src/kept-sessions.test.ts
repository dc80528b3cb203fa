/** Sessions on disk: restored, cooled, damaged. */
import { MemoryDisk, MemoryStorage } from '@understudy/storage'
import { describe, expect, it } from 'vitest'
import { NOW, REIGN, TERMS, backupStore, carry, key, primaryStore, set, valuesOf } from '../test-support/stores.js'
import { LEAST_RETENTION } from './forgotten.js'
import { decodeHead, encodeRecord } from './session-record.js'
import type { SessionStore } from './session-store.js'

const K = key('k')
const L = key('l', '01')
const scheduler = { soon: setImmediate, after: () => () => {} }
const open = (disk: MemoryDisk): MemoryStorage => MemoryStorage.open(disk, { name: 'a', scheduler })

/** What two stores must have in common when one was restored from the other's disk. */
function summary(store: SessionStore): unknown {
  return store.slots.filter(({ size }) => size > 0).map((slot) => ({ number: slot.number, epoch: slot.epoch, digest: slot.digest, keys: Array.from(slot.all(), (stored) => stored.key).sort() }))
}

/** A disk on which a primary left a session, a death marker and a session with all there is. */
async function filledDisk(): Promise<{ disk: MemoryDisk; before: unknown }> {
  const disk = new MemoryDisk()
  const persistence = open(disk)
  const store = primaryStore({ persistence })
  store.create(K, { ...TERMS, idleTimeout: 60_000, absoluteDeadline: NOW + 100_000 }, NOW)
  store.apply(K, [set('n', 1), set('user', 'ada'), { op: 'freeze', name: 'user' }], NOW, { client: 5, counter: 9 })
  store.create(L, TERMS, NOW)
  store.destroy(L, { at: NOW, reason: 'destroyed' })
  await persistence.close()
  return { disk, before: summary(store) }
}

describe('a store on a disk', () => {
  it('holds after a restart what it held before, without decoding a session [STG-4]', async () => {
    const { disk, before } = await filledDisk()
    const persistence = open(disk)
    const store = backupStore({ persistence })
    const reads = countReads(persistence)
    expect(summary(store)).toEqual(before)
    expect([store.size, store.find(K)?.deadline(), store.isDead(L, NOW), reads()]).toEqual([1, NOW + 60_000, true, 0])
    expect(valuesOf(store, K)).toEqual({ n: 1, user: 'ada' })
    const session = store.find(K)?.session
    expect([session?.terms.absoluteDeadline, session?.isFrozen('user'), session?.operations]).toEqual([NOW + 100_000, true, [{ client: 5, counter: 9 }]])
    expect(session?.fingerprint(K)).toEqual(store.find(K)?.fingerprint)
    expect(reads()).toBe(1)
  })

  it('knows a save that it applied before the restart, and ends sessions on time [STG-4]', async () => {
    const { disk } = await filledDisk()
    const store = primaryStore({ persistence: open(disk) }, { epoch: 2, nonce: 8 })
    expect(store.apply(K, [set('n', 2)], NOW, { client: 5, counter: 9 }).duplicate).toBe(true)
    expect(() => store.create(L, TERMS, NOW)).toThrow(expect.objectContaining({ code: 'SESSION_DESTROYED' }))
    store.sweep(NOW + 61_000)
    expect(store.isDead(K, NOW + 61_000)).toBe(true)
  })

  it('forgets a death marker on disk, too, when it has served its time [STG-4]', async () => {
    const { disk } = await filledDisk()
    const persistence = open(disk)
    const store = primaryStore({ persistence }, { epoch: 2, nonce: 8 })
    store.forgetting.forget(1, NOW + LEAST_RETENTION, true)
    await persistence.settled('flushed')
    expect(persistence.get(L)).toBeUndefined()
    await persistence.close()
    const next = backupStore({ persistence: open(disk) })
    expect([next.deaths, next.slot(1).forgotten]).toEqual([0, { destroyed: NOW, expired: NOW }])
  })

  it('cools what changed longest ago, and reads it again when it is asked for [STG-9]', async () => {
    const persistence = open(new MemoryDisk())
    const store = primaryStore({ persistence, warmSessions: 2 })
    const keys = Array.from({ length: 6 }, (_, i) => key(`s${i}`))
    for (const [i, one] of keys.entries()) {
      store.create(one, TERMS, NOW)
      store.apply(one, [set('n', i)], NOW)
    }
    store.sweep(NOW)
    const reads = countReads(persistence)
    expect(keys.map((one) => valuesOf(store, one)?.['n'])).toEqual([0, 1, 2, 3, 4, 5])
    expect(reads(), 'nothing is cold while the disk does not have it').toBe(0)
    await persistence.settled('committed')
    store.sweep(NOW + 1_000)
    const [digest] = store.slots
    expect(keys.map((one) => valuesOf(store, one)?.['n'])).toEqual([0, 1, 2, 3, 4, 5])
    expect(reads()).toBe(4)
    expect(store.slots[0]?.digest).toEqual(digest?.digest)
    store.touch(keys[0] ?? K, NOW + 500)
    await persistence.settled('committed')
    store.sweep(NOW + 2_000)
    expect(store.find(keys[0] ?? K)?.session?.lastAccess, 'a touch that is not on disk keeps a session warm').toBe(NOW + 500)
  })
})

describe('a damaged record', () => {
  it('leaves no place behind, but a name under which nothing new is made [STG-8]', async () => {
    const { disk } = await filledDisk()
    disk.damage(K)
    const store = primaryStore({ persistence: open(disk) }, { epoch: 2, nonce: 8 })
    expect([store.damaged, store.size, store.find(K)]).toEqual([1, 0, undefined])
    expect(() => store.create(K, TERMS, NOW)).toThrow(expect.objectContaining({ code: 'SESSION_DAMAGED' }))
    expect(() => store.apply(K, [], NOW)).toThrow(expect.objectContaining({ code: 'SESSION_DAMAGED' }))
  })

  it('is healed by the first replica that brings the whole session, and not by a part of it [STG-8]', async () => {
    const { disk } = await filledDisk()
    const peer = backupStore({ persistence: open((await filledDisk()).disk) })
    disk.damage(K)
    const store = backupStore({ persistence: open(disk) })
    expect(store.merge({ key: K, generation: 0, lastAccess: NOW + 5 }, REIGN)).toBe('lacks')
    expect([store.damaged, store.find(K)]).toEqual([1, undefined])
    expect(carry(peer, store, K)).toBe('merged')
    expect([store.damaged, valuesOf(store, K)]).toEqual([0, { n: 1, user: 'ada' }])
  })

  it('that is whole but makes no sense is set aside as well [STG-8]', async () => {
    const { disk } = await filledDisk()
    const persistence = open(disk)
    persistence.put({ key: K, bytes: () => Uint8Array.of(99, 0, 1) })
    persistence.put({ key: 'ab', bytes: () => Uint8Array.of(1) })
    await persistence.settled('committed')
    const store = backupStore({ persistence })
    expect([store.damaged, [...persistence.setAsides()].sort()]).toEqual([1, [K, 'ab'].sort()])
  })

  it.each(['read', 'merged into', 'expired', 'touched'])('found only when it is %s gives up its place, says so, and is healed by a replica [STG-8]', async (used) => {
    const { disk } = await filledDisk()
    const persistence = open(disk)
    const lost: number[] = []
    const store = backupStore({ persistence, lost: ({ slot }) => lost.push(slot) })
    store.beginReign(0, { epoch: 2, nonce: 8 }, NOW)
    disk.damage(K)
    const stored = store.find(K)
    const uses: Readonly<Record<string, () => unknown>> = {
      read: () => expect(valuesOf(store, K)).toBeUndefined(),
      'merged into': () => store.adopt({ key: K, generation: 0, lastAccess: NOW + 5 }),
      expired: () => store.sweep(NOW + 61_000),
      touched: () => store.touch(K, NOW + 5),
    }
    uses[used]?.()
    expect([[...persistence.setAsides()], store.damaged, store.size, store.find(K), lost]).toEqual([[K], 1, 0, undefined, [0]])
    expect([store.slot(0).digest, stored?.session, stored?.isLiving]).toEqual([[0, 0], undefined, false])
    expect(() => store.create(K, TERMS, NOW)).toThrow(expect.objectContaining({ code: 'SESSION_DAMAGED' }))
    const peer = backupStore({ persistence: open((await filledDisk()).disk) })
    carry(peer, store, K)
    expect([store.damaged, store.size, valuesOf(store, K)]).toEqual([0, 1, { n: 1, user: 'ada' }])
    await persistence.settled('committed')
    expect([...persistence.setAsides()]).toEqual([])
  })
})

describe('a session on disk alone whose record is damaged', () => {
  it.each(['here', 'elsewhere'])('is destroyed for good all the same, %s [STG-17]', async (where) => {
    const { disk } = await filledDisk()
    const persistence = open(disk)
    const store = backupStore({ persistence })
    const death = { at: NOW, reason: 'destroyed' } as const
    if (where === 'here') store.beginReign(0, { epoch: 2, nonce: 8 }, NOW)
    disk.damage(K)
    if (where === 'here') store.destroy(K, death)
    else store.merge({ key: K, generation: 0, death }, REIGN, NOW)
    expect([store.find(K)?.death, store.damaged, store.size]).toEqual([death, 0, 0])
    await persistence.settled('committed')
    expect([...persistence.setAsides()]).toEqual([])
  })
})

describe('a record', () => {
  it('keeps its head apart from the session [STG-4]', () => {
    const death = { at: NOW, reason: 'expired' } as const
    const head = { sequence: 2 ** 40, fingerprint: [4_294_967_295, 0] as const, death, deadline: undefined }
    expect(decodeHead(encodeRecord({ ...head, state: undefined }))).toEqual(head)
  })
})

function countReads(storage: MemoryStorage): () => number {
  let reads = 0
  const get = storage.get.bind(storage)
  storage.get = (sought) => {
    reads++
    return get(sought)
  }
  return () => reads
}
