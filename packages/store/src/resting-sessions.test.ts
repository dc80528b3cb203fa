/** Sessions at rest are as they were, and take less memory; who is in use never rests. */
import { describe, expect, it, vi } from 'vitest'
import { emptyBenchmark } from '@understudy/differencing'
import { Session } from '@understudy/session'
import type { Operation } from '@understudy/session'
import { carry, key, NOW, primaryStore, backupStore, REIGN, set, TERMS, valuesOf } from '../test-support/stores.js'
import type { SessionStore } from '../src/session-store.js'

const NAMES = Array.from({ length: 40 }, (_, i) => `s${i}`)

/** A primary with sessions of every sort: with frozen attributes, touched, saved by clients, restarted. */
function filled(restBeyond: number): SessionStore {
  const store = primaryStore({ restBeyond })
  for (const [i, name] of NAMES.entries()) {
    store.create(key(name), { ...TERMS, idleTimeout: 60_000 + i }, NOW)
    store.apply(key(name), [set('ü', 'ÿ\u0000'.repeat(i)), set('id', i), { op: 'freeze', name: 'id' }], NOW, { client: 2 ** 52 + i, counter: NOW })
    store.apply(key(name), [set('views', i), { op: 'remove', name: 'ü' }], NOW + 1)
    store.touch(key(name), NOW + 5 + i)
  }
  store.flushTouches()
  return store
}

/** Looks twice at each, at least. */
function letRest(store: SessionStore): void {
  for (let look = 0; look < 3 * NAMES.length; look++) store.letRest()
}

/** How many sessions have to be loaded to read all. */
function loadsToReadAll(store: SessionStore): number {
  const load = vi.spyOn(Session, 'awake')
  for (const name of NAMES) valuesOf(store, key(name))
  const { length } = load.mock.calls
  load.mockRestore()
  return length
}

describe('sessions at rest', () => {
  it('are, when they are asked for, what they were [STO-40]', () => {
    const [rested, awake] = [filled(0), filled(Number.POSITIVE_INFINITY)]
    letRest(rested)
    for (const name of NAMES) {
      const [one, other] = [rested.find(key(name)), awake.find(key(name))]
      expect([one?.isLiving, one?.deadline(), one?.fingerprint]).toEqual([true, other?.deadline(), other?.fingerprint])
      expect(one?.session?.state()).toEqual(other?.session?.state())
      expect(one?.session?.fingerprint(key(name))).toEqual(one?.fingerprint)
    }
  })

  it('take changes and deltas as if they had never rested, on both sides [STO-40]', () => {
    const [primary, backup] = [filled(0), backupStore({ restBeyond: 0 })]
    for (const name of NAMES) carry(primary, backup, key(name))
    for (let round = 0; round < 3; round++) {
      letRest(primary)
      letRest(backup)
      for (const name of NAMES) {
        const stored = primary.find(key(name))
        if (stored?.session === undefined) throw new Error('it lives')
        const before = { benchmark: stored.session.benchmark(), since: stored.sequence }
        letRest(primary)
        primary.apply(key(name), [set('round', round)], NOW + 20)
        expect(backup.merge(primary.difference(stored, before).entry, REIGN)).toBe('merged')
        expect(valuesOf(backup, key(name))).toEqual(valuesOf(primary, key(name)))
      }
    }
    expect(backup.slot(0).digest).toEqual(primary.slot(0).digest)
  })

  it('tell back-ups neither more nor less, in whichever mode, also when a reign begins meanwhile [STO-43]', () => {
    const [rested, awake] = [filled(0), filled(Number.POSITIVE_INFINITY)]
    for (let round = 0; round < 4; round++) {
      letRest(rested)
      for (const store of [rested, awake]) {
        if (round === 2) store.endReign(0)
        if (round === 2) store.beginReign(0, { epoch: 2, nonce: 3 })
        for (const [i, name] of NAMES.entries()) {
          const terms: Operation = { op: 'terms', idleTimeout: 90_000 + round }
          store.apply(key(name), [set('views', round), ...((i + round) % 5 === 0 ? [terms] : [])], NOW + 30 + round, { client: 2 ** 52 + i, counter: NOW + 9 + round })
        }
      }
      letRest(rested)
      for (const name of NAMES) for (const since of [0, 1, 20, 60, 100, 150]) for (const mode of ['benchmark', 'immutable'] as const) {
        const [one, other] = [rested, awake].map((store) => {
          const stored = store.find(key(name))
          return stored && store.difference(stored, { benchmark: emptyBenchmark, since }, mode)
        })
        expect(one).toEqual(other)
      }
    }
  })

  it.each(['benchmark', 'immutable'] as const)('are what they became last, and take no more memory, however often they woke and came to rest, in mode %s [STO-40]', (mode) => {
    const store = primaryStore({ restBeyond: 0, mode })
    const values = new Map(NAMES.map((name) => [name, '']))
    for (const name of NAMES) store.create(key(name), TERMS, NOW)
    for (let round = 0; round < 40; round++) {
      for (const [i, name] of NAMES.entries()) {
        if ((i * 7 + round) % 3 === 0) continue
        values.set(name, `${round} `.repeat(8_000))
        store.apply(key(name), [set('value', values.get(name))], NOW)
      }
      letRest(store)
    }
    for (const name of NAMES) expect(store.find(key(name))?.look()?.get('value')).toBe(values.get(name))
    for (const name of NAMES.slice(1)) store.destroy(key(name), { at: NOW, reason: 'destroyed' })
    letRest(store)
    expect(store.places.records.byteLength).toBeLessThanOrEqual(2 ** 19)
    expect(valuesOf(store, key('s0'))).toEqual({ value: values.get('s0') })
  })

  it('come to rest only when nobody asked for them between two looks [STO-41]', () => {
    const store = filled(0)
    letRest(store)
    expect(loadsToReadAll(store)).toBe(NAMES.length)
    for (let look = 0; look < 60; look++) {
      for (const name of NAMES) valuesOf(store, key(name))
      store.letRest()
    }
    expect(loadsToReadAll(store)).toBe(0)
  })

  it('are none where there are few, or where something is attached [STO-41]', () => {
    const few = filled(NAMES.length)
    letRest(few)
    expect(loadsToReadAll(few)).toBe(0)
    const attached = filled(0)
    for (const name of NAMES) Object.assign(attached.find(key(name)) ?? {}, { attached: { owner: {}, next: undefined } })
    letRest(attached)
    expect(loadsToReadAll(attached)).toBe(0)
  })

  it('can be looked at without being in use for it [STO-41]', () => {
    const store = filled(0)
    letRest(store)
    for (const name of NAMES) {
      const stored = store.find(key(name))
      expect([stored?.isCold, stored?.look()?.get('views')]).toEqual([false, NAMES.indexOf(name)])
    }
    expect(loadsToReadAll(store)).toBe(NAMES.length)
  })

  it('expire and are destroyed as others [STO-40]', () => {
    const store = filled(0)
    letRest(store)
    store.destroy(key('s0'), { at: NOW + 11, reason: 'destroyed' })
    expect(store.size).toBe(NAMES.length - 1)
    store.sweep(NOW + 10_000_000)
    expect([store.size, store.find(key('s1'))?.death?.reason]).toEqual([0, 'expired'])
  })
})
