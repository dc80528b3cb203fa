/** ③④ what a delta carries: documents from the benchmark on, plain fields from the sequence on. */
import { describe, expect, it } from 'vitest'
import { emptyBenchmark } from '@understudy/differencing'
import { backupStore, carry, key, NOW, primaryStore, set, TERMS } from '../test-support/stores.js'
import type { SessionStore } from './session-store.js'
import type { Before } from './store-calls.js'

const A = key('a')
const NOTHING_KNOWN: Before = { benchmark: undefined, since: 0 }

function found(store: SessionStore) {
  const stored = store.find(A)
  if (stored === undefined) throw new Error('the session is not there')
  return stored
}

/** A primary with one session of two attributes, one of them frozen, saved by client 1. */
function primaryWithSession(mode: 'benchmark' | 'immutable'): SessionStore {
  const store = primaryStore({ mode })
  store.create(A, TERMS, NOW)
  store.apply(A, [set('theme', 'dark'), set('user', 'ann'), { op: 'freeze', name: 'user' }], NOW, { client: 1, counter: 1 })
  return store
}

describe('the difference to a benchmark', () => {
  it('is everything for who knows nothing [STO-19]', () => {
    const store = primaryWithSession('benchmark')
    const { entry, cut } = store.difference(found(store), NOTHING_KNOWN)
    expect(Object.keys(entry).sort()).toEqual(['attributes', 'frozen', 'generation', 'key', 'lastAccess', 'operations', 'terms'])
    expect(cut).toEqual({ benchmark: found(store).session?.benchmark(), since: found(store).sequence })
  })

  it('is a few bytes, and only the plain fields that are new, for who knows the rest [STO-19]', () => {
    const store = primaryWithSession('benchmark')
    const { cut } = store.difference(found(store), NOTHING_KNOWN)
    store.apply(A, [set('theme', 'light')], NOW + 1, { client: 2, counter: 1 })
    const { entry } = store.difference(found(store), cut)
    expect(Object.keys(entry).sort()).toEqual(['attributes', 'generation', 'key', 'lastAccess', 'operations'])
    expect(entry.operations).toEqual([{ client: 2, counter: 1 }])
    expect(entry.attributes?.length).toBeLessThan(50)
  })

  it('is the last access alone when nothing else is new', () => {
    const store = primaryWithSession('benchmark')
    const { cut } = store.difference(found(store), NOTHING_KNOWN)
    store.touch(A, NOW + 5)
    store.flushTouches()
    expect(store.difference(found(store), cut).entry).toEqual({ key: A, generation: 0, lastAccess: NOW + 5 })
  })

  it('takes who has no benchmark for who knows nothing, whatever sequence goes with it', () => {
    const store = primaryWithSession('benchmark')
    const { entry } = store.difference(found(store), { benchmark: undefined, since: 99 })
    expect(entry.terms).toEqual(TERMS)
    expect(entry.operations).toEqual([{ client: 1, counter: 1 }])
  })

  it('carries terms and operations for who knows none, also where they are dated with sequence 0 [STO-20]', () => {
    const backup = backupStore()
    carry(primaryWithSession('benchmark'), backup, A)
    expect(found(backup).sequence).toBe(0)
    const { entry } = backup.difference(found(backup), { benchmark: emptyBenchmark, since: 0 })
    expect(entry.terms).toEqual(TERMS)
    expect(entry.operations).toEqual([{ client: 1, counter: 1 }])
  })

  it('dates operations that came by a merge: they travel on once [STO-21]', () => {
    const backup = backupStore()
    carry(primaryWithSession('benchmark'), backup, A)
    const heir = primaryStore({}, { epoch: 2, nonce: 9 })
    heir.adopt(backup.difference(found(backup), NOTHING_KNOWN).entry)
    const { cut } = heir.difference(found(heir), NOTHING_KNOWN)
    heir.apply(A, [set('theme', 'light')], NOW, { client: 3, counter: 1 })
    expect(heir.difference(found(heir), cut).entry.operations).toEqual([{ client: 3, counter: 1 }])
  })

  it('dates an operation anew when a merge brings a later one of that client [STO-21]', () => {
    const heir = primaryStore()
    heir.create(A, TERMS, NOW)
    heir.apply(A, [set('n', 1)], NOW, { client: 1, counter: 1 })
    const { cut } = heir.difference(found(heir), NOTHING_KNOWN)
    heir.adopt({ key: A, generation: 0, operations: [{ client: 1, counter: 5 }] })
    expect(heir.difference(found(heir), cut).entry.operations).toEqual([{ client: 1, counter: 5 }])
  })
})

describe('the difference in mode immutable', () => {
  it('is the mutable part whole, and the frozen part with the opening [STO-22]', () => {
    const store = primaryWithSession('immutable')
    const { entry, cut } = store.difference(found(store), NOTHING_KNOWN)
    expect(entry.frozen).toBeDefined()
    expect(entry.frozenHash).toBe(found(store).session?.frozenHash())
    expect(cut).toEqual({ benchmark: undefined, since: found(store).sequence })
  })

  it('is stripped of the frozen part afterwards, until something is frozen again [STO-22]', () => {
    const store = primaryWithSession('immutable')
    const { cut } = store.difference(found(store), NOTHING_KNOWN)
    store.apply(A, [set('theme', 'light')], NOW)
    const later = store.difference(found(store), cut)
    expect(later.entry.frozen).toBeUndefined()
    expect(later.entry.attributes).toBeDefined()
    expect(later.entry.terms).toBeUndefined()
    store.apply(A, [{ op: 'freeze', name: 'theme' }], NOW)
    expect(store.difference(found(store), later.cut).entry.frozen).toBeDefined()
  })

  it('is computed by benchmark for followers, whatever the mode towards back-ups', () => {
    const store = primaryWithSession('immutable')
    const { cut } = store.difference(found(store), NOTHING_KNOWN, 'benchmark')
    store.apply(A, [set('theme', 'light')], NOW)
    const { entry } = store.difference(found(store), cut, 'benchmark')
    expect(cut.benchmark).toBeDefined()
    expect(entry.frozenHash).toBeUndefined()
    expect(entry.attributes?.length).toBeLessThan(50)
  })
})

describe('the difference of a death marker', () => {
  it('is the death and nothing else [STO-8]', () => {
    const store = primaryWithSession('benchmark')
    store.destroy(A, { at: NOW, reason: 'destroyed' })
    const { entry, cut } = store.difference(found(store), NOTHING_KNOWN)
    expect(entry).toEqual({ key: A, generation: 0, death: { at: NOW, reason: 'destroyed' } })
    expect(cut).toEqual({ benchmark: undefined, since: found(store).sequence })
  })
})
