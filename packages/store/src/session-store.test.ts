/** The store as a primary uses it: create, save, touch, destroy, expire. */
import { describe, expect, it } from 'vitest'
import { backupStore, carry, key, NOW, primaryStore, REIGN, set, TERMS, valuesOf } from '../test-support/stores.js'
import type { Before } from './store-calls.js'
import { StoreError } from './store-error.js'

const A = key('a')
const B = key('b')
const DEATH = { at: NOW, reason: 'destroyed' as const }

function codeOf(action: () => unknown): string | undefined {
  try {
    action()
  } catch (error) {
    if (error instanceof Error && 'code' in error) return String(error.code)
    throw error
  }
  return undefined
}

describe('creating', () => {
  it('makes an empty session with its terms', () => {
    const store = primaryStore()
    const stored = store.create(A, { ...TERMS, idleTimeout: 5_000 }, NOW)
    expect(stored.session.terms.idleTimeout).toBe(5_000)
    expect(stored.session.lastAccess).toBe(NOW)
    expect(valuesOf(store, A)).toEqual({})
    expect(store.size).toBe(1)
  })

  it('gives the session that is there already', () => {
    const store = primaryStore()
    const stored = store.create(A, TERMS, NOW)
    store.apply(A, [set('theme', 'dark')], NOW)
    expect(store.create(A, TERMS, NOW + 1)).toBe(stored)
    expect(valuesOf(store, A)).toEqual({ theme: 'dark' })
    expect(store.size).toBe(1)
  })

  it('is refused where this node does not reign [STO-6]', () => {
    const store = backupStore()
    expect(codeOf(() => store.create(A, TERMS, NOW))).toBe('NO_REIGN')
    expect(codeOf(() => store.destroy(A, DEATH))).toBe('NO_REIGN')
    expect(codeOf(() => store.apply(A, [], NOW))).toBe('NO_REIGN')
    store.beginReign(0, { epoch: 1, nonce: 1 })
    store.endReign(0)
    expect(codeOf(() => store.create(A, TERMS, NOW))).toBe('NO_REIGN')
    expect(store.size).toBe(0)
  })
})

describe('saving', () => {
  it('applies all operations as one change', () => {
    const store = primaryStore()
    store.create(A, TERMS, NOW)
    const { sequence } = store.slot(0)
    const { changed, stored } = store.apply(A, [set('a', 1), set('b', 2), { op: 'increment', name: 'a', by: 4 }], NOW)
    expect([...changed].sort()).toEqual(['a', 'b'])
    expect(valuesOf(store, A)).toEqual({ a: 5, b: 2 })
    expect(stored.sequence).toBe(sequence + 1)
  })

  it('changes nothing when one operation is refused', () => {
    const store = primaryStore()
    store.create(A, TERMS, NOW)
    store.apply(A, [set('user', 'ann'), { op: 'freeze', name: 'user' }], NOW)
    const { digest, sequence } = store.slot(0)
    expect(codeOf(() => store.apply(A, [set('theme', 'dark'), set('user', 'bob')], NOW))).toBe('ATTRIBUTE_FROZEN')
    expect(valuesOf(store, A)).toEqual({ user: 'ann' })
    expect({ digest: store.slot(0).digest, sequence: store.slot(0).sequence }).toEqual({ digest, sequence })
  })

  it('applies an operation id once, also when it comes again [STO-7]', () => {
    const store = primaryStore()
    store.create(A, TERMS, NOW)
    const operation = { client: 5, counter: 9 }
    expect(store.apply(A, [{ op: 'increment', name: 'n', by: 1 }], NOW, operation).duplicate).toBe(false)
    const { sequence } = store.slot(0)
    expect(store.apply(A, [{ op: 'increment', name: 'n', by: 1 }], NOW, operation)).toMatchObject({ duplicate: true, changed: [] })
    expect(valuesOf(store, A)).toEqual({ n: 1 })
    expect(store.slot(0).sequence).toBe(sequence)
  })

  it('is refused for a session that is not there', () => {
    expect(codeOf(() => primaryStore().apply(A, [set('a', 1)], NOW))).toBe('SESSION_UNKNOWN')
  })

  it('of no operations changes nothing and finds the session', () => {
    const store = primaryStore()
    const stored = store.create(A, TERMS, NOW)
    const { sequence } = store.slot(0)
    expect(store.apply(A, [], NOW).stored).toBe(stored)
    expect(store.slot(0).sequence).toBe(sequence)
  })
})

describe('a death marker', () => {
  it('takes the place of the session for ever [STO-8]', () => {
    const store = primaryStore()
    store.create(A, TERMS, NOW)
    const stored = store.destroy(A, DEATH)
    expect([stored.session, stored.death, store.size]).toEqual([undefined, DEATH, 0])
    for (const action of [() => store.create(A, TERMS, NOW), () => store.apply(A, [set('a', 1)], NOW), () => store.living(A, NOW)]) {
      expect(codeOf(action)).toBe('SESSION_DESTROYED')
    }
    expect(store.isDead(A, NOW)).toBe(true)
  })

  it('is also put where no session is known: something might still bring it [STO-8]', () => {
    const store = primaryStore()
    store.destroy(A, DEATH)
    expect(codeOf(() => store.create(A, TERMS, NOW))).toBe('SESSION_DESTROYED')
  })

  it('is one change, however often a session is destroyed', () => {
    const store = primaryStore()
    store.create(A, TERMS, NOW)
    const { sequence } = store.destroy(A, DEATH)
    expect(store.destroy(A, { at: NOW + 1, reason: 'destroyed' })).toMatchObject({ sequence, death: DEATH })
  })

  it('says in its error how the session ended', () => {
    const store = primaryStore()
    store.create(A, { ...TERMS, idleTimeout: 1_000 }, NOW)
    store.destroy(B, DEATH)
    expect(() => store.living(A, NOW + 1_000)).toThrow(/expired/)
    expect(() => store.living(B, NOW)).toThrow(new StoreError('SESSION_DESTROYED', 'the session was destroyed; its id cannot be used again, make a new one'))
  })

  it('counts in the digest with its time and reason, and the primary’s word holds for back-ups [STO-5]', () => {
    const one = primaryStore()
    one.destroy(A, DEATH)
    const other = backupStore()
    other.merge({ key: A, generation: 0, death: { at: NOW + 5, reason: 'expired' } }, REIGN)
    expect(one.slot(0).digest).not.toEqual(other.slot(0).digest)
    expect(one.slot(0).digest).not.toEqual([0, 0])
    carry(one, other, A)
    expect(one.slot(0).digest).toEqual(other.slot(0).digest)
  })
})

describe('touching', () => {
  it('moves the idle deadline at once, and becomes one change with the next flush [STO-10]', () => {
    const store = primaryStore()
    store.create(A, { ...TERMS, idleTimeout: 5_000 }, NOW)
    const { sequence } = store.slot(0)
    for (const ms of [1_000, 2_000, 3_000]) store.touch(A, NOW + ms)
    expect(store.slot(0).sequence).toBe(sequence)
    expect(store.find(A)?.session?.deadline()).toBe(NOW + 8_000)
    store.flushTouches()
    expect(store.slot(0).sequence).toBe(sequence + 1)
    store.flushTouches()
    expect(store.slot(0).sequence).toBe(sequence + 1)
  })

  it('does not change the digest', () => {
    const store = primaryStore()
    store.create(A, TERMS, NOW)
    const { digest } = store.slot(0)
    store.touch(A, NOW + 1)
    store.flushTouches()
    expect(store.slot(0).digest).toEqual(digest)
  })

  it('says nothing where there is no such session, or no longer one', () => {
    const store = primaryStore()
    store.touch(A, NOW)
    store.destroy(A, DEATH)
    store.touch(A, NOW)
    store.create(B, { ...TERMS, idleTimeout: 1_000 }, NOW)
    store.touch(B, NOW + 1_000)
    expect(store.isDead(B, NOW)).toBe(true)
  })

  it('is forgotten when the session dies, or the reign ends, before the flush', () => {
    const store = primaryStore()
    store.create(A, TERMS, NOW)
    store.create(key('a', '01'), TERMS, NOW)
    store.touch(A, NOW + 1)
    store.touch(key('a', '01'), NOW + 1)
    store.destroy(A, DEATH)
    store.endReign(1)
    let changes = 0
    store.observe(() => changes++)
    store.flushTouches()
    expect(changes).toBe(0)
  })
})

describe('expiry', () => {
  it('ends a session whose deadline has passed, whoever looks first [STO-11]', () => {
    const swept = primaryStore()
    swept.create(A, { ...TERMS, idleTimeout: 5_000 }, NOW)
    swept.sweep(NOW + 4_000)
    expect(swept.find(A)?.death).toBeUndefined()
    swept.sweep(NOW + 5_000)
    expect(swept.find(A)?.death).toEqual({ at: NOW + 5_000, reason: 'expired' })
    const read = primaryStore()
    read.create(A, { ...TERMS, absoluteDeadline: NOW + 5_000 }, NOW)
    expect(codeOf(() => read.apply(A, [set('a', 1)], NOW + 5_000))).toBe('SESSION_DESTROYED')
    expect(read.find(A)?.death?.reason).toBe('expired')
  })

  it('goes by the terms that a save gave it, sooner or later than before [TRM-1]', () => {
    const store = primaryStore()
    store.create(A, { ...TERMS, idleTimeout: 60_000 }, NOW)
    const { stored } = store.apply(A, [{ op: 'terms', idleTimeout: 5_000 }], NOW)
    expect(stored.termsSequence).toBe(stored.sequence)
    store.create(B, { ...TERMS, idleTimeout: 5_000 }, NOW)
    store.apply(B, [{ op: 'terms', idleTimeout: 60_000 }], NOW)
    store.sweep(NOW + 5_000)
    expect(store.find(A)?.death?.reason).toBe('expired')
    expect(store.find(B)?.isLiving).toBe(true)
  })

  it('is not given impossible terms, and then nothing of the save holds [TRM-2]', () => {
    const store = primaryStore()
    store.create(A, { ...TERMS, idleTimeout: 60_000 }, NOW)
    expect(codeOf(() => store.apply(A, [set('a', 1), { op: 'terms', idleTimeout: 0 }], NOW))).toBe('OPERATION_INVALID')
    expect(valuesOf(store, A)).toEqual({})
  })

  it('waits for who is used, at every sweep anew [STO-11]', () => {
    const store = primaryStore()
    store.create(A, { ...TERMS, idleTimeout: 5_000 }, NOW)
    for (let ms = 4_000; ms <= 40_000; ms += 4_000) {
      store.touch(A, NOW + ms)
      store.sweep(NOW + ms)
    }
    expect(store.find(A)?.session).toBeDefined()
    store.sweep(NOW + 45_000)
    expect(store.find(A)?.death).toBeDefined()
  })

  it('is left to the primary: a back-up ends nothing, until it reigns itself [STO-12]', () => {
    const store = backupStore()
    store.merge({ key: A, generation: 0, terms: { ...TERMS, idleTimeout: 1_000 }, lastAccess: NOW }, { epoch: 1, nonce: 7 })
    store.sweep(NOW + 10_000)
    expect(store.living(A, NOW + 10_000)).toBeDefined()
    expect(store.isDead(A, NOW + 10_000)).toBe(false)
    store.beginReign(0, { epoch: 2, nonce: 8 })
    store.sweep(NOW + 11_000)
    expect(store.find(A)?.death?.reason).toBe('expired')
  })
})

describe('listeners', () => {
  it('hear of every change with what was held before, and the names [STO-13]', () => {
    const store = primaryStore()
    const heard: { before: Before; names: readonly string[]; sequence: number }[] = []
    const stop = store.observe((stored, before, names) => heard.push({ before, names, sequence: stored.sequence }))
    const { session } = store.create(A, TERMS, NOW)
    const created = session.benchmark()
    store.apply(A, [set('theme', 'dark')], NOW)
    const saved = session.benchmark()
    store.destroy(A, DEATH)
    stop()
    store.destroy(B, DEATH)
    expect(heard).toEqual([
      { before: { benchmark: undefined, since: 0 }, names: [], sequence: 2 },
      { before: { benchmark: created, since: 2 }, names: ['theme'], sequence: 3 },
      { before: { benchmark: saved, since: 3 }, names: [], sequence: 4 },
    ])
  })

  it('can compute the whole delta at once: everything is dated when they hear [STO-13]', () => {
    const store = primaryStore()
    const entries: object[] = []
    store.observe((stored, before) => entries.push(store.difference(stored, before).entry))
    store.create(A, TERMS, NOW)
    store.apply(A, [set('n', 1)], NOW, { client: 1, counter: 1 })
    store.apply(A, [set('n', 2)], NOW, { client: 1, counter: 2 })
    expect(entries).toMatchObject([{ terms: TERMS }, { operations: [{ client: 1, counter: 1 }] }, { operations: [{ client: 1, counter: 2 }] }])
  })

  it('are told no benchmark in mode immutable, where none is kept', () => {
    const store = primaryStore({ mode: 'immutable' })
    const benchmarks: unknown[] = []
    store.observe((_, { benchmark }) => benchmarks.push(benchmark))
    store.create(A, TERMS, NOW)
    store.apply(A, [set('n', 1)], NOW)
    expect(benchmarks).toEqual([undefined, undefined])
  })
})

describe('slots', () => {
  it('keep sessions, numbers and digests apart', () => {
    const store = primaryStore()
    store.create(A, TERMS, NOW)
    expect(store.slotOf(A).number).toBe(0)
    expect([store.slot(1).sequence, store.slot(1).digest]).toEqual([1, [0, 0]])
    expect(() => store.slot(256)).toThrow(RangeError)
  })
})
