/** A session that goes on under another key. */
import { seedOf } from '@understudy/session'
import type { Seed } from '@understudy/session'
import { describe, expect, it } from 'vitest'
import { key, NOW, primaryStore, set, TERMS, valuesOf } from '../test-support/stores.js'
import type { SessionStore } from './session-store.js'
import { succeed, successorOf } from './succession.js'

const OLD = key('old')
const NEW = key('new', '01')
const STEP = { key: NEW, from: OLD }

function filled(): SessionStore {
  const store = primaryStore()
  store.create(OLD, { ...TERMS, idleTimeout: 60_000 }, NOW)
  store.apply(OLD, [set('cart', ['x']), set('user', 1), { op: 'freeze', name: 'user' }], NOW)
  return store
}

function seedIn(store: SessionStore): Seed {
  const session = store.find(OLD)?.session
  if (session === undefined) throw new Error('the session is not there')
  return seedOf(session)
}

describe('a successor', () => {
  it('has the values, the frozen ones frozen, and the terms [ROT-1]', () => {
    const store = filled()
    const successor = succeed(store, STEP, seedIn(store), NOW + 5)
    expect(valuesOf(store, NEW)).toEqual({ cart: ['x'], user: 1 })
    expect([successor.session?.isFrozen('user'), successor.session?.isFrozen('cart')]).toEqual([true, false])
    expect(successor.session?.terms).toEqual({ ...TERMS, idleTimeout: 60_000 })
    expect(successor.deadline()).toBe(NOW + 5 + 60_000)
  })

  it('is made once, and brought to what its predecessor has become [ROT-2]', () => {
    const store = filled()
    const first = succeed(store, STEP, seedIn(store), NOW)
    store.apply(OLD, [set('late', true), { op: 'remove', name: 'cart' }], NOW)
    expect(succeed(store, STEP, seedIn(store), NOW)).toBe(first)
    expect(valuesOf(store, NEW)).toEqual({ late: true, user: 1 })
    expect(successorOf(store, STEP, NOW)).toBe(first)
  })

  it('of an empty session is known as one, too [ROT-2]', () => {
    const store = primaryStore()
    store.create(OLD, TERMS, NOW)
    succeed(store, STEP, seedIn(store), NOW)
    expect(successorOf(store, STEP, NOW)).toBeDefined()
    expect(valuesOf(store, NEW)).toEqual({})
  })

  it('takes no key that another session has or had [ROT-3]', () => {
    const taken = expect.objectContaining({ code: 'SESSION_ID_TAKEN' })
    const store = filled()
    store.create(NEW, TERMS, NOW)
    expect(() => succeed(store, STEP, seedIn(store), NOW)).toThrow(taken)
    store.destroy(NEW, { at: NOW, reason: 'destroyed' })
    expect(() => succeed(store, STEP, seedIn(store), NOW)).toThrow(taken)
    expect(successorOf(store, STEP, NOW)).toBeUndefined()
    expect(valuesOf(store, OLD)).toEqual({ cart: ['x'], user: 1 })
  })

  it('that exceeds a limit here is no more [ROT-3]', () => {
    const store = filled()
    const operations = [set('a', 'x'.repeat(70_000))]
    expect(() => succeed(store, STEP, { ...seedIn(store), operations }, NOW)).toThrow(expect.objectContaining({ code: 'VALUE_TOO_LARGE' }))
    expect(store.isDead(NEW, NOW)).toBe(true)
  })
})
