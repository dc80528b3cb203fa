/** Places: who keeps one sees it as it is, whatever became of its object and of its row. */
import * as fc from 'fast-check'
import type { SessionKey } from '@understudy/session'
import { describe, expect, it } from 'vitest'
import { NOW, TERMS, key, primaryStore, set } from '../test-support/stores.js'
import { LEAST_RETENTION } from './forgotten.js'
import type { SessionStore } from './session-store.js'
import type { StoredSession } from './stored-session.js'

const A = key('a')
const KEYS = Array.from({ length: 5 }, (_, i) => key(`k${i}`))
/** As many looks as it takes until who is not asked for rests. */
const LOOKS = 3

function letRest(store: SessionStore): void {
  for (let look = 0; look < LOOKS; look++) store.letRest()
}

/** What somebody sees of a place. */
function seen(stored: StoredSession): unknown {
  const session = stored.look()
  return stored.death?.reason ?? (session && { ...session.toJSON() })
}

/** What a key should be, and which place of several that followed each other is its present one. */
interface Account {
  readonly place: number
  readonly state: Record<string, unknown> | 'destroyed' | 'expired'
}

const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constantFrom('create' as const, 'set' as const, 'destroy' as const, 'keep' as const, 'ask' as const), key: fc.constantFrom(...KEYS) }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constantFrom('rest' as const, 'expire' as const, 'forget' as const), key: fc.constantFrom(...KEYS) }) },
)
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never

/** A store, what should be in it, and places that somebody kept at some time. */
class Play {
  readonly store = primaryStore({ restBeyond: 0, deathRetention: LEAST_RETENTION })
  readonly accounts = new Map<SessionKey, Account>()
  readonly kept: { readonly key: SessionKey; readonly place: number; readonly stored: StoredSession }[] = []
  #places = 0
  #now = NOW

  take({ do: what, key: sessionKey }: Step): void {
    const { store, accounts } = this
    const account = accounts.get(sessionKey)
    const state = typeof account?.state === 'object' ? account.state : undefined
    switch (what) {
      case 'create':
        if (account !== undefined) return
        store.create(sessionKey, { ...TERMS, createdAt: this.#now, idleTimeout: 20_000 }, this.#now)
        accounts.set(sessionKey, { place: ++this.#places, state: {} })
        return
      case 'set':
        if (account === undefined || state === undefined) return
        store.apply(sessionKey, [set('n', this.#now)], this.#now)
        accounts.set(sessionKey, { place: account.place, state: { n: this.#now++ } })
        return
      case 'destroy':
        if (account === undefined || state === undefined) return
        store.destroy(sessionKey, { at: this.#now, reason: 'destroyed' })
        accounts.set(sessionKey, { place: account.place, state: 'destroyed' })
        return
      case 'keep': {
        const stored = store.find(sessionKey)
        if (stored !== undefined && account !== undefined) this.kept.push({ key: sessionKey, place: account.place, stored })
        return
      }
      case 'ask':
        void store.find(sessionKey)?.session
        return
      case 'rest':
        return letRest(store)
      case 'expire':
        this.#now += 30_000
        store.sweep(this.#now)
        for (const [each, { place, state: was }] of accounts) if (typeof was === 'object') accounts.set(each, { place, state: 'expired' })
        return
      case 'forget':
        this.#now += 30_000
        store.sweep(this.#now)
        this.#now += LEAST_RETENTION
        store.forgetting.forget(0, this.#now, true)
        accounts.clear()
    }
  }

  check(): void {
    for (const sessionKey of KEYS) {
      const stored = this.store.find(sessionKey)
      expect(stored && seen(stored)).toEqual(this.accounts.get(sessionKey)?.state)
    }
    for (const { key: sessionKey, place, stored } of this.kept) {
      const account = this.accounts.get(sessionKey)
      const isThere = account?.place === place
      expect([stored.key, stored.isGone]).toEqual([sessionKey, !isThere])
      expect(seen(stored)).toEqual(isThere ? account.state : undefined)
    }
    expect(Array.from(this.store.slot(0).all(), (stored) => stored.key).sort()).toEqual([...this.accounts.keys()].sort())
    expect(this.store.slot(0).size).toBe(this.accounts.size)
  }
}

describe('a place that somebody keeps', () => {
  it('is what it has become, or empty once it was given up, whoever has its row by now [STO-45]', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60, size: 'max' }), (steps) => {
        const play = new Play()
        for (const taken of steps) {
          play.take(taken)
          play.check()
        }
      }),
    )
  })

  it('leaves all lists when it is given up, so that who comes to its row is in none [STO-45]', () => {
    const store = primaryStore({ deathRetention: 0 })
    const lists = store.places.lists()
    const { row } = store.create(A, TERMS, NOW)
    lists.append(7, row)
    store.destroy(A, { at: NOW, reason: 'destroyed' })
    expect(lists.listOf(row)).toBe(7)
    store.forgetting.forget(0, NOW + LEAST_RETENTION, true)
    expect([lists.listOf(row), lists.size]).toEqual([0, 0])
  })

  it('cannot be written to once it was given up [STO-45]', () => {
    const store = primaryStore({ deathRetention: 0 })
    store.create(A, TERMS, NOW)
    const stored = store.destroy(A, { at: NOW, reason: 'destroyed' })
    store.forgetting.forget(0, NOW + LEAST_RETENTION, true)
    const next = store.create(key('b'), TERMS, NOW)
    expect(next.row).toBe(stored.row)
    const { digest, sequence } = store.slot(0)
    store.restate(stored)
    expect([store.slot(0).digest, store.slot(0).sequence]).toEqual([digest, sequence])
    expect([stored.sequence, stored.deadline(), stored.bytes(), stored.filed, stored.isCold, stored.isLiving]).toEqual([0, undefined, undefined, undefined, false, false])
    const { session } = next
    for (const write of [() => stored.live(session), () => stored.die({ at: 1, reason: 'expired' }), () => Object.assign(stored, { sequence: 5 }), () => Object.assign(stored, { fingerprint: [1, 2] })]) expect(write).toThrow(RangeError)
    expect([next.isLiving, next.key]).toEqual([true, key('b')])
  })
})

describe('the object that stands for a place', () => {
  it('is the same for all while the session is in use, or something is attached [STO-46]', () => {
    const store = primaryStore({ restBeyond: 0 })
    const first = store.create(A, TERMS, NOW)
    expect(store.find(A)).toBe(first)
    letRest(store)
    const second = store.find(A)
    const third = store.find(A)
    expect(second).not.toBe(third)
    if (second === undefined || third === undefined) throw new Error('it is there')
    const attachment = { owner: {}, next: undefined }
    second.attached = attachment
    expect([store.find(A) === second, first.attached === attachment, third.attached === attachment]).toEqual([true, true, true])
    third.attached = undefined
    expect(second.attached).toBeUndefined()
    letRest(store)
    expect(store.find(A)).not.toBe(second)
    expect(third.session).toBeDefined()
    expect(store.find(A)).toBe(third)
    expect(first.session).toBe(third.session)
  })

  it('keeps what is attached through rest, death, and beyond the place [STO-46]', () => {
    const store = primaryStore({ restBeyond: 0, deathRetention: 0 })
    store.create(A, TERMS, NOW)
    letRest(store)
    const stored = store.find(A)
    if (stored === undefined) throw new Error('it is there')
    const attachment = { owner: {}, next: undefined }
    stored.attached = attachment
    letRest(store)
    expect(store.destroy(A, { at: NOW, reason: 'destroyed' })).toBe(stored)
    letRest(store)
    expect(store.find(A)?.attached).toBe(attachment)
    store.forgetting.forget(0, NOW + LEAST_RETENTION, true)
    expect([stored.isGone, stored.attached === attachment]).toEqual([true, true])
    stored.attached = undefined
    expect(store.create(A, TERMS, NOW).attached).toBeUndefined()
  })

  it('is none for sessions at rest and for death markers [STO-46]', () => {
    const store = primaryStore({ restBeyond: 0 })
    for (const each of KEYS) store.create(each, TERMS, NOW)
    expect(store.places.seats.length).toBe(KEYS.length)
    letRest(store)
    expect(store.places.seats.length).toBe(0)
    for (const each of KEYS) store.destroy(each, { at: NOW, reason: 'destroyed' })
    expect([store.places.seats.length, store.deaths]).toEqual([0, KEYS.length])
  })
})
