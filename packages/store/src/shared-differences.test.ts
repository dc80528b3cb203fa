/** ③ differences that are made once for all back-ups that hold the same. */
import * as fc from 'fast-check'
import type { SessionKey } from '@understudy/session'
import { describe, expect, it } from 'vitest'
import { key, NOW, primaryStore, set, TERMS } from '../test-support/stores.js'
import type { DeltaEntry } from './delta-entry.js'
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
    expect(store.differences.of(stored, old)).toMatchObject(store.difference(stored, old))
    expect(store.differences.of(stored, old).cut.since).toBeGreaterThan(first.cut.since)
    expect(store.differences.of(stored, first.cut)).toMatchObject(store.difference(stored, first.cut))
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
    const step = fc.record({
      session: fc.nat({ max: 6 }),
      deed: fc.constantFrom('set', 'set', 'freeze', 'touch', 'destroy', 'rest', 'create'),
      value: fc.nat({ max: 9 }),
      sentTo: fc.constantFrom([], [0], [1], [0, 1], [0, 1]),
    })
    let shared = 0
    fc.assert(
      fc.property(fc.array(step, { minLength: 100, maxLength: 200 }), (steps) => {
        const { store } = primaryOfTwo(mode)
        const backups = [0, 1].map(() => new Map<StoredSession, Before>())
        store.observe((stored, before) => {
          for (const known of backups) if (!known.has(stored)) known.set(stored, before)
        })
        for (const [at, { session, deed, value, sentTo }] of steps.entries()) {
          const id = key(`s${session}`)
          perform(store, deed, { id, value, now: NOW + at })
          const stored = store.find(id)
          if (stored === undefined || (stored.death === undefined && stored.session === undefined)) continue
          const sent = sentTo.map((backup) => sendTo(backups[backup], store, stored))
          if (sent.length === 2 && sent[0] === sent[1]) shared++
        }
      }),
      { numRuns: 200 },
    )
    // Were nothing ever the same, the above would say nothing.
    expect(shared).toBeGreaterThan(1_000)
  })
})

/** Sends a back-up the difference, which must be what is made for it alone; it knows the cut from then on. */
function sendTo(known: Map<StoredSession, Before> | undefined, store: SessionStore, stored: StoredSession): DeltaEntry | undefined {
  const base = known?.get(stored)
  if (known === undefined || base === undefined) return undefined
  const { entry, cut } = store.differences.of(stored, base)
  expect({ entry, cut }).toEqual(store.difference(stored, base))
  known.set(stored, cut)
  return entry
}

function perform(store: SessionStore, deed: 'create' | 'set' | 'freeze' | 'touch' | 'destroy' | 'rest', { id, value, now }: { id: SessionKey; value: number; now: number }): void {
  const stored = store.find(id)
  if (deed === 'create' && stored === undefined) store.create(id, { ...TERMS, stamp: now }, now)
  if (deed === 'rest') store.letRest()
  if (stored?.isLiving !== true) return
  if (deed === 'set') store.apply(id, [set(`a${value}`, `v${now}`)], now)
  if (deed === 'freeze') store.apply(id, [set(`f${now}`, value), { op: 'freeze', name: `f${now}` }], now)
  if (deed === 'destroy') store.destroy(id, { at: now, reason: 'destroyed' })
  if (deed === 'touch') {
    store.touch(id, now)
    store.flushTouches()
  }
}
