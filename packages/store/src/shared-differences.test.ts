/** ③ differences that are made once for all back-ups that hold the same. */
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { key, NOW, primaryStore, set, TERMS } from '../test-support/stores.js'
import type { SessionStore } from './session-store.js'
import type { Before } from './store-calls.js'
import type { StoredSession } from './stored-session.js'

const A = key('a')

/** A primary with two back-ups, and what both knew before each change, by session. */
function primaryOfTwo(mode: 'benchmark' | 'immutable' = 'benchmark'): { store: SessionStore; known: Map<StoredSession, Before> } {
  const store = primaryStore({ mode })
  store.differences.join()
  store.differences.join()
  const known = new Map<StoredSession, Before>()
  store.observe((stored, before) => void known.set(stored, before))
  return { store, known }
}

/** What a session's holders knew before its latest change. */
function before(known: Map<StoredSession, Before>, stored: StoredSession): Before {
  const one = known.get(stored)
  if (one === undefined) throw new Error('nothing of the session changed')
  return one
}

describe.each(['benchmark', 'immutable'] as const)('a difference, in mode %s,', (mode) => {
  it('is the same object for the second who holds the same, and so is its cut [STO-53]', () => {
    const { store, known } = primaryOfTwo(mode)
    const stored = store.create(A, TERMS, NOW)
    store.apply(A, [set('theme', 'dark')], NOW)
    const first = store.differences.of(stored, before(known, stored))
    const second = store.differences.of(stored, before(known, stored))
    expect(second.entry).toBe(first.entry)
    expect(second.cut).toBe(first.cut)
    store.apply(A, [set('theme', 'light')], NOW + 1)
    expect(store.differences.of(stored, second.cut).entry).toBe(store.differences.of(stored, first.cut).entry)
  })

  it('is made anew where the session has changed since, or the other holds something else [STO-53]', () => {
    const { store, known } = primaryOfTwo(mode)
    const stored = store.create(A, TERMS, NOW)
    const old = before(known, stored)
    const first = store.differences.of(stored, old)
    store.apply(A, [set('theme', 'dark')], NOW)
    expect(store.differences.of(stored, old)).toEqual(store.difference(stored, old))
    expect(store.differences.of(stored, old).cut.since).toBeGreaterThan(first.cut.since)
    expect(store.differences.of(stored, first.cut)).toEqual(store.difference(stored, first.cut))
  })

  it('is not kept for one back-up alone', () => {
    const { store, known } = primaryOfTwo(mode)
    const stored = store.create(A, TERMS, NOW)
    const kept = store.differences.of(stored, before(known, stored))
    store.differences.leave()
    const fresh = store.differences.of(stored, before(known, stored))
    expect(fresh.entry).not.toBe(kept.entry)
    expect(fresh.entry).toEqual(kept.entry)
    expect(store.differences.of(stored, before(known, stored)).entry).not.toBe(fresh.entry)
  })

  it('is what it would be if it were made for each, whatever happens to sessions in between [STO-53]', () => {
    // More sessions than differences are kept, so that they take each other's places.
    const step = fc.record({
      session: fc.nat({ max: 300 }),
      deed: fc.constantFrom('create', 'set', 'set', 'freeze', 'touch', 'destroy', 'rest'),
      value: fc.nat({ max: 9 }),
      holds: fc.constantFrom('before', 'cut', 'older'),
    })
    fc.assert(
      fc.property(fc.array(step, { minLength: 20, maxLength: 200 }), (steps) => {
        const { store, known } = primaryOfTwo(mode)
        const cuts: Before[] = []
        let now = NOW
        for (const { session, deed, value, holds } of steps) {
          // Few sessions, far apart and in rows that share a place.
          const id = key(`s${session % 7}`)
          now++
          perform(store, deed, { id, value, now })
          const stored = store.find(id)
          if (stored === undefined || (stored.death === undefined && stored.session === undefined)) continue
          const last = known.get(stored)
          const base = holds === 'before' ? last : cuts[cuts.length - (holds === 'cut' ? 1 : 3)]
          // What is known is known of one session.
          if (base === undefined || (holds !== 'before' && base !== store.differences.of(stored, base).cut && last !== base)) continue
          const one = store.differences.of(stored, base)
          expect(one).toMatchObject(store.difference(stored, base))
          expect(store.differences.of(stored, base).cut).toBe(one.cut)
          cuts.push(one.cut)
        }
      }),
      { numRuns: 200 },
    )
  })
})

function perform(store: SessionStore, deed: 'create' | 'set' | 'freeze' | 'touch' | 'destroy' | 'rest', { id, value, now }: { id: ReturnType<typeof key>; value: number; now: number }): void {
  const isLiving = store.find(id)?.isLiving === true
  if (deed === 'create' && store.find(id) === undefined) store.create(id, { ...TERMS, stamp: now }, now)
  else if (deed === 'rest') for (let i = 0; i < 2; i++) store.letRest()
  else if (!isLiving) return
  else if (deed === 'set') store.apply(id, [set(`a${value}`, `v${now}`)], now)
  else if (deed === 'freeze') store.apply(id, [{ op: 'freeze', name: `a${value}` }], now)
  else if (deed === 'touch') {
    store.touch(id, now)
    store.flushTouches()
  } else if (deed === 'destroy') store.destroy(id, { at: now, reason: 'destroyed' })
}
