/** The store as a back-up: merging what a primary sends; and as a primary that adopts what only a back-up held. */
import { describe, expect, it } from 'vitest'
import * as fc from 'fast-check'
import { backupStore, carry, key, NOW, primaryStore, REIGN, set, TERMS, valuesOf } from '../test-support/stores.js'
import type { SessionStore } from './session-store.js'

const A = key('a')
const DEATH = { at: NOW, reason: 'destroyed' as const }
const NOTHING_KNOWN = { benchmark: undefined, since: 0 }

/** A primary and a back-up that hold the same session. */
function pair(mode: 'benchmark' | 'immutable' = 'benchmark'): { primary: SessionStore; backup: SessionStore } {
  const primary = primaryStore({ mode })
  const backup = backupStore({ mode })
  primary.create(A, TERMS, NOW)
  primary.apply(A, [set('theme', 'dark'), set('user', 'ann')], NOW)
  expect(carry(primary, backup, A)).toBe('merged')
  return { primary, backup }
}

/** The delta of the primary's latest change, as `before` tells what a clean back-up holds. */
function latest(primary: SessionStore, change: () => void) {
  let entry = primary.difference(found(primary), NOTHING_KNOWN).entry
  const stop = primary.observe((stored, before) => {
    entry = primary.difference(stored, before).entry
  })
  change()
  stop()
  return entry
}

function found(store: SessionStore) {
  const stored = store.find(A)
  if (stored === undefined) throw new Error('the session is not there')
  return stored
}

describe.each(['benchmark', 'immutable'] as const)('merging in mode %s', (mode) => {
  it('makes replicas equal: values, terms, digest [STO-5]', () => {
    const { primary, backup } = pair(mode)
    expect(valuesOf(backup, A)).toEqual({ theme: 'dark', user: 'ann' })
    expect(found(backup).session?.terms).toEqual(TERMS)
    expect(backup.slot(0).digest).toEqual(primary.slot(0).digest)
    expect(backup.size).toBe(1)
  })

  it('carries sets, removals, freezes and touches one by one', () => {
    const { primary, backup } = pair(mode)
    const changes = [
      () => primary.apply(A, [set('theme', 'light')], NOW),
      () => primary.apply(A, [{ op: 'remove', name: 'theme' }], NOW),
      () => primary.apply(A, [{ op: 'freeze', name: 'user' }], NOW),
      () => primary.apply(A, [set('cart', ['x'])], NOW, { client: 1, counter: 1 }),
      () => (primary.touch(A, NOW + 9), primary.flushTouches()),
    ]
    for (const change of changes) {
      expect(backup.merge(latest(primary, change), REIGN)).toBe('merged')
      expect(valuesOf(backup, A)).toEqual(valuesOf(primary, A))
      expect(backup.slot(0).digest).toEqual(primary.slot(0).digest)
    }
    expect(found(backup).session?.isFrozen('user')).toBe(true)
    expect(found(backup).session?.lastAccess).toBe(NOW + 9)
    expect(found(backup).session?.operations).toEqual([{ client: 1, counter: 1 }])
  })

  it('has no further effect when it comes again, and is then no change [STO-14]', () => {
    const { primary, backup } = pair(mode)
    const entry = latest(primary, () => primary.apply(A, [set('theme', 'light')], NOW, { client: 1, counter: 1 }))
    let changes = 0
    backup.observe(() => changes++)
    for (let i = 0; i < 3; i++) expect(backup.merge(entry, REIGN)).toBe('merged')
    expect(changes).toBe(1)
    expect(backup.slot(0).digest).toEqual(primary.slot(0).digest)
  })

  it('says that it lacks the session when a change of it comes first [STO-15]', () => {
    const { primary } = pair(mode)
    const stranger = backupStore({ mode })
    const entry = latest(primary, () => primary.apply(A, [set('theme', 'light')], NOW))
    expect(stranger.merge(entry, REIGN)).toBe('lacks')
    expect(stranger.find(A)).toBeUndefined()
    expect(stranger.slot(0).digest).toEqual([0, 0])
  })

  it('lets death win over everything, in any order [STO-8]', () => {
    const { primary, backup } = pair(mode)
    const late = latest(primary, () => primary.apply(A, [set('theme', 'light')], NOW))
    const death = latest(primary, () => primary.destroy(A, DEATH))
    expect(backup.merge(death, REIGN)).toBe('merged')
    expect(backup.merge(late, REIGN)).toBe('lacks')
    expect(backup.find(A)).toMatchObject({ session: undefined, death: DEATH })
    expect(backup.size).toBe(0)
    expect(backup.slot(0).digest).toEqual(primary.slot(0).digest)
    const stranger = backupStore({ mode })
    expect(stranger.merge(death, REIGN)).toBe('merged')
    expect(stranger.isDead(A, NOW)).toBe(true)
    expect(stranger.slot(0).digest).toEqual(primary.slot(0).digest)
  })

  it('lets death win over the whole session, too, whoever still brings it [STO-8]', () => {
    const { primary, backup } = pair(mode)
    const stored = primary.find(A)
    if (stored === undefined) throw new Error('the primary has no session')
    const { entry: whole } = primary.difference(stored, { benchmark: undefined, since: 0 })
    expect(whole.terms).toBeDefined()
    backup.merge(latest(primary, () => primary.destroy(A, DEATH)), REIGN)
    expect(backup.merge(whole, REIGN)).toBe('lacks')
    expect(backup.find(A)).toMatchObject({ session: undefined, death: DEATH })
    expect(backup.size).toBe(0)
    expect(backup.slot(0).digest).toEqual(primary.slot(0).digest)
  })

  it('refuses what later reigns, or others of the same epoch, wrote [STO-16]', () => {
    const { primary, backup } = pair(mode)
    const { digest } = backup.slot(0)
    const forged = latest(primary, () => primary.apply(A, [set('theme', 'light')], NOW))
    for (const reign of [{ epoch: 1, nonce: 8 }, { epoch: 0, nonce: 7 }]) {
      expect(() => backup.merge(forged, reign)).toThrow(expect.objectContaining({ code: 'DELTA_FORGED_WRITER' }))
    }
    expect(backup.slot(0).digest).toEqual(digest)
    expect(valuesOf(backup, A)).toEqual({ theme: 'dark', user: 'ann' })
  })
})

describe('merging a delta that does not fit', () => {
  it('says so when a change before it is missing, and is untouched [STO-15]', () => {
    const { primary, backup } = pair()
    primary.apply(A, [set('theme', 'light')], NOW)
    const second = latest(primary, () => primary.apply(A, [set('theme', 'blue')], NOW))
    const { digest } = backup.slot(0)
    expect(backup.merge(second, REIGN)).toBe('lacks')
    expect(valuesOf(backup, A)).toEqual({ theme: 'dark', user: 'ann' })
    expect(backup.slot(0).digest).toEqual(digest)
  })

  it('in mode immutable says so when only the frozen part is missing, and takes the rest [STO-17]', () => {
    const { primary, backup } = pair('immutable')
    primary.apply(A, [{ op: 'freeze', name: 'user' }], NOW)
    const later = latest(primary, () => primary.apply(A, [set('theme', 'blue')], NOW))
    expect(later.frozen).toBeUndefined()
    expect(backup.merge(later, REIGN)).toBe('lacks')
    expect(valuesOf(backup, A)).toEqual({ theme: 'blue' })
    expect(backup.merge(primary.difference(found(primary), NOTHING_KNOWN).entry, REIGN)).toBe('merged')
    expect(valuesOf(backup, A)).toEqual({ theme: 'blue', user: 'ann' })
  })

  it('throws on damaged bytes and leaves the replica as it was', () => {
    const { primary, backup } = pair()
    const entry = latest(primary, () => primary.apply(A, [set('theme', 'light')], NOW))
    const { digest } = backup.slot(0)
    expect(() => backup.merge({ ...entry, attributes: new Uint8Array([9, 9, 9]) }, REIGN)).toThrow()
    expect(backup.slot(0).digest).toEqual(digest)
    expect(() => backupStore().merge({ key: A, generation: 0, terms: TERMS, attributes: new Uint8Array([9]) }, REIGN)).toThrow()
  })
})

describe('adopting', () => {
  it('takes over what only a back-up held, as a change of ours [STO-18]', () => {
    const { backup } = pair()
    const heir = primaryStore({}, { epoch: 2, nonce: 9 })
    const { entry } = backup.difference(found(backup), NOTHING_KNOWN)
    expect(entry.terms).toEqual(TERMS)
    heir.adopt(entry)
    expect(valuesOf(heir, A)).toEqual({ theme: 'dark', user: 'ann' })
    expect(heir.slot(0).sequence).toBe(2)
    expect(heir.slot(0).digest).toEqual(backup.slot(0).digest)
  })

  it('joins it with what we hold ourselves, and back-ups then take it from us [STO-18]', () => {
    const { backup } = pair()
    const heir = primaryStore({}, { epoch: 2, nonce: 9 })
    heir.create(A, TERMS, NOW)
    heir.apply(A, [set('cart', 1)], NOW)
    heir.adopt(backup.difference(found(backup), NOTHING_KNOWN).entry)
    expect(valuesOf(heir, A)).toEqual({ theme: 'dark', user: 'ann', cart: 1 })
    expect(carry(heir, backup, A, { epoch: 2, nonce: 9 })).toBe('merged')
    expect(backup.slot(0).digest).toEqual(heir.slot(0).digest)
  })

  it('of what we hold is no change, so that it does not travel on [STO-14]', () => {
    const { primary, backup } = pair()
    let changes = 0
    primary.observe(() => changes++)
    primary.adopt(backup.difference(found(backup), NOTHING_KNOWN).entry)
    expect(changes).toBe(0)
  })

  it('takes over deaths [STO-8]', () => {
    const { primary, backup } = pair()
    const heir = primaryStore({}, { epoch: 2, nonce: 9 })
    primary.destroy(A, DEATH)
    carry(primary, backup, A)
    heir.adopt(backup.difference(found(backup), NOTHING_KNOWN).entry)
    expect(heir.isDead(A, NOW)).toBe(true)
  })

  it('is for who reigns only [STO-6]', () => {
    expect(() => backupStore().adopt({ key: A, generation: 0, terms: TERMS })).toThrow(expect.objectContaining({ code: 'NO_REIGN' }))
  })
})

describe('any saves, merged from any cut', () => {
  it('give equal values and digests [STO-5]', () => {
    const save = fc.record({ name: fc.constantFrom('a', 'b', 'c'), value: fc.option(fc.nat(5), { nil: undefined }), sent: fc.boolean() })
    fc.assert(
      fc.property(fc.array(save, { maxLength: 20 }), fc.constantFrom('benchmark' as const, 'immutable' as const), (saves, mode) => {
        const primary = primaryStore({ mode })
        const backup = backupStore({ mode })
        primary.create(A, TERMS, NOW)
        let known = primary.difference(found(primary), NOTHING_KNOWN).cut
        carry(primary, backup, A)
        const send = (): void => {
          const { entry, cut } = primary.difference(found(primary), known)
          expect(backup.merge(entry, REIGN)).toBe('merged')
          known = cut
        }
        for (const { name, value, sent } of saves) {
          primary.apply(A, [value === undefined ? { op: 'remove', name } : set(name, value)], NOW)
          if (sent) send()
        }
        send()
        expect(valuesOf(backup, A)).toEqual(valuesOf(primary, A))
        expect(backup.slot(0).digest).toEqual(primary.slot(0).digest)
      }),
      { numRuns: 200 },
    )
  })
})
