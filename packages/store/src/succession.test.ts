/** A session that goes on under another key. */
import { seedOf } from '@understudy/session'
import type { Operation, Seed } from '@understudy/session'
import { describe, expect, it } from 'vitest'
import { backupStore, carry, key, NOW, primaryStore, set, TERMS, valuesOf } from '../test-support/stores.js'
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

  it('has counters and sets that go on as such: what both sides of a split add counts, and what one discards is gone [ROT-10]', () => {
    const store = primaryStore()
    store.create(OLD, TERMS, NOW)
    const add = (name: string, member: string | null): Operation => ({ op: 'add', name, member })
    const discard = (name: string, member: string | null): Operation => ({ op: 'discard', name, member })
    const stats = (by: number): Operation => ({ op: 'increment', name: 'stats\u001fn', by })
    store.apply(OLD, [{ op: 'make', name: 'stats' }, stats(2), add('tags', 'red'), add('tags', 'blue'), add('none', null), discard('none', null)], NOW)
    succeed(store, STEP, seedIn(store), NOW)
    expect(valuesOf(store, NEW)).toEqual({ stats: { n: 2 }, tags: ['red', 'blue'], none: [] })

    const other = backupStore()
    carry(store, other, NEW)
    other.beginReign(1, { epoch: 2, nonce: 8 })
    store.apply(NEW, [stats(3), discard('tags', 'red'), add('none', 'x')], NOW)
    other.apply(NEW, [set('stats\u001fn', 10), stats(4), add('tags', 'green'), add('none', 'y')], NOW)
    const held = store.find(NEW)
    if (held !== undefined) other.adopt(store.difference(held, { benchmark: undefined, since: 0 }).entry, NOW)
    const { none, ...values } = valuesOf(other, NEW) ?? {}
    expect(values).toEqual({ stats: { n: 17 }, tags: ['blue', 'green'] })
    expect(new Set(Array.isArray(none) ? none : [])).toEqual(new Set(['x', 'y']))
  })

  it('has numbers that are too large to be counted on from as they are [ROT-10]', () => {
    const store = primaryStore()
    store.create(OLD, TERMS, NOW)
    store.apply(OLD, [{ op: 'increment', name: 'n', by: 1 }, set('n', 1e300)], NOW)
    succeed(store, STEP, seedIn(store), NOW)
    expect(valuesOf(store, NEW)).toEqual({ n: 1e300 })
  })

  it.each(['saved to', 'told of'])('that was %s is never brought back to what its predecessor was [ROT-11]', (how) => {
    const store = filled()
    const late = seedIn(store)
    succeed(store, STEP, late, NOW)
    if (how === 'saved to') store.apply(NEW, [set('cart', ['y'])], NOW, { client: 5, counter: 1 })
    else store.apply(NEW, [set('cart', ['y'])], NOW)
    // The one that asked first was told once the old session was dead.
    if (how === 'told of') store.destroy(OLD, { at: NOW, reason: 'destroyed' })
    succeed(store, STEP, late, NOW)
    expect(valuesOf(store, NEW)).toEqual({ cart: ['y'], user: 1 })
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
