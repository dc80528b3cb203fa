/** Deadlines where clocks differ. */
import { describe, expect, it } from 'vitest'
import { backupStore, key, NOW, primaryStore, REIGN, set, TERMS } from '../test-support/stores.js'
import { CLOCKS_DIFFER } from './forgotten.js'

const A = key('a')
const IDLE = 60_000

/** A store that takes over, at this time by its clock, a session that was last used at `NOW` by another clock. */
function heir(begunAt: number, terms: object) {
  const store = backupStore()
  store.merge({ key: A, generation: 0, terms: { ...TERMS, ...terms }, lastAccess: NOW }, REIGN, NOW)
  store.beginReign(0, { epoch: 2, nonce: 8 }, begunAt)
  return store
}

describe('who takes over', () => {
  it('with a clock two minutes ahead ends nothing that is in use [DTH-7]', () => {
    const store = heir(NOW + CLOCKS_DIFFER, { idleTimeout: IDLE })
    store.sweep(NOW + CLOCKS_DIFFER + IDLE - 1)
    expect(store.isDead(A, NOW + CLOCKS_DIFFER + IDLE - 1)).toBe(false)
    store.apply(A, [set('n', 1)], NOW + CLOCKS_DIFFER + IDLE - 1)
    expect(store.isDead(A, NOW + CLOCKS_DIFFER + 2 * IDLE - 2)).toBe(false)
    // What is used under its own clock has no more than its time.
    expect(store.isDead(A, NOW + CLOCKS_DIFFER + 2 * IDLE - 1)).toBe(true)
  })

  it('ends what nobody uses once it is over by any clock [DTH-7]', () => {
    const store = heir(NOW + 10, { idleTimeout: IDLE })
    store.sweep(NOW + CLOCKS_DIFFER + IDLE - 1)
    expect(store.find(A)?.death).toBeUndefined()
    store.sweep(NOW + CLOCKS_DIFFER + IDLE + 1_000)
    expect(store.find(A)?.death?.reason).toBe('expired')
  })

  it('gives no time beyond the absolute deadline [DTH-8]', () => {
    const store = heir(NOW + 10, { idleTimeout: IDLE, absoluteDeadline: NOW + 30_000 })
    expect(store.isDead(A, NOW + 29_999)).toBe(false)
    expect(store.isDead(A, NOW + 30_000)).toBe(true)
  })

  it('raises its reign without giving time again [DTH-7]', () => {
    const store = primaryStore()
    store.beginReign(0, REIGN, NOW)
    store.create(A, { ...TERMS, idleTimeout: IDLE }, NOW)
    store.beginReign(0, { epoch: 2, nonce: 7 }, NOW + IDLE - 1)
    expect(store.isDead(A, NOW + IDLE)).toBe(true)
  })
})

describe('an access', () => {
  it('stamped by a clock that is more than two minutes ahead counts as two minutes ahead [DTH-9]', () => {
    for (const [stamp, counts] of [[NOW + 5, NOW + 5], [NOW + CLOCKS_DIFFER, NOW + CLOCKS_DIFFER], [NOW + 1e9, NOW + CLOCKS_DIFFER], [NOW - 1e5, NOW - 1e5]] as const) {
      const backup = backupStore()
      backup.merge({ key: A, generation: 0, terms: TERMS, lastAccess: stamp }, REIGN, NOW)
      expect(backup.find(A)?.session?.lastAccess).toBe(counts)
      const primary = primaryStore()
      primary.adopt({ key: A, generation: 0, terms: TERMS, lastAccess: stamp }, NOW)
      expect(primary.find(A)?.session?.lastAccess).toBe(counts)
    }
  })

  it('stamped earlier than what is known is none [DTH-9]', () => {
    const store = primaryStore()
    store.create(A, TERMS, NOW)
    store.touch(A, NOW - 60_000)
    store.adopt({ key: A, generation: 0, lastAccess: NOW - 60_000 }, NOW)
    expect(store.find(A)?.session?.lastAccess).toBe(NOW)
  })
})

describe('a back-up whose clock is ahead', () => {
  it('neither ends nor refuses what its primary has not ended [DTH-10]', () => {
    const store = backupStore()
    const entry = { key: A, generation: 0, terms: { ...TERMS, idleTimeout: IDLE, absoluteDeadline: NOW + IDLE }, lastAccess: NOW }
    expect(store.merge(entry, REIGN, NOW + 1e9)).toBe('merged')
    store.sweep(NOW + 1e9)
    expect(store.living(A, NOW + 1e9)?.session).toBeDefined()
    expect(store.merge({ key: A, generation: 0, lastAccess: NOW + 5 }, REIGN, NOW + 1e9)).toBe('merged')
    expect(store.find(A)?.session?.lastAccess).toBe(NOW + 5)
  })
})
