/** Whose session is whose: the index against a model, on disk, and after a logout everywhere. */
import { userKey } from '@understudy/session'
import type { SessionKey, UserKey } from '@understudy/session'
import { MemoryDisk, MemoryStorage } from '@understudy/storage'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { backupStore, carry, key, NOW, primaryStore, REIGN, set, TERMS } from '../test-support/stores.js'
import type { SessionStore } from './session-store.js'

const options = { userAttribute: ['user'] }
const scheduler = { soon: setImmediate, after: () => () => {} }
const open = (disk: MemoryDisk): MemoryStorage => MemoryStorage.open(disk, { name: 'a', scheduler })
const A = key('a')
const B = key('b', '01')
const ADA = keyOf('ada')
const BOB = keyOf('bob')

function keyOf(user: unknown): UserKey {
  const found = userKey(user)
  if (found === undefined) throw new Error('this names no user')
  return found
}

/** Keys of a user's sessions, as the index has them. */
function indexed(store: SessionStore, user: UserKey): SessionKey[] {
  return (store.users?.of(user) ?? []).map((stored) => stored.key).sort()
}

/** The same, by looking at every session. */
function found(store: SessionStore, user: UserKey): SessionKey[] {
  const all = [...store.places.all()]
  return all.filter(({ session }) => session !== undefined && userKey(session.get('user')) === user).map((stored) => stored.key).sort()
}

const KEYS = Array.from({ length: 6 }, (_, i) => key(`k${i}`, i % 2 === 0 ? '00' : '01'))
const USERS: readonly unknown[] = ['ada', 'bob', 7, '7', { id: 1 }, '', null]
const step = fc.oneof(
  fc.record({ do: fc.constantFrom('create' as const, 'remove' as const, 'destroy' as const, 'freeze' as const, 'carry' as const, 'adopt' as const), key: fc.constantFrom(...KEYS) }),
  fc.record({ do: fc.constant('set' as const), key: fc.constantFrom(...KEYS), user: fc.constantFrom(...USERS) }),
  fc.record({ do: fc.constantFrom('pass' as const, 'restart' as const) }),
  fc.record({ do: fc.constant('logOut' as const), user: fc.constantFrom('ada', 'bob', 7) }),
)
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never

/** A primary with a disk and little memory, a back-up of it, and time. */
class Play {
  readonly #disk = new MemoryDisk()
  primary: SessionStore
  readonly backup = backupStore(options)
  #storage: MemoryStorage
  #epoch = 1
  #now = NOW

  constructor() {
    this.#storage = open(this.#disk)
    this.primary = primaryStore({ ...options, persistence: this.#storage, warmSessions: 2 })
  }

  async take(taken: Step): Promise<void> {
    try {
      await this.#take(taken)
    } catch (error) {
      // What a session refuses changes nothing: that is part of the play.
      if (!(error instanceof Error && 'code' in error)) throw error
    }
  }

  async #take(taken: Step): Promise<void> {
    const { primary, backup } = this
    switch (taken.do) {
      case 'create':
        return void primary.create(taken.key, { ...TERMS, createdAt: this.#now, idleTimeout: 20_000 }, this.#now)
      case 'set':
        return void primary.apply(taken.key, [set('user', taken.user)], this.#now)
      case 'remove':
        return void primary.apply(taken.key, [{ op: 'remove', name: 'user' }], this.#now)
      case 'freeze':
        return void primary.apply(taken.key, [{ op: 'freeze', name: 'user' }], this.#now)
      case 'destroy':
        return void primary.destroy(taken.key, { at: this.#now, reason: 'destroyed' })
      case 'carry':
        return void (primary.find(taken.key) && carry(primary, backup, taken.key, { epoch: this.#epoch, nonce: REIGN.nonce }))
      case 'adopt': {
        const held = backup.find(taken.key)
        return void (held && primary.adopt(backup.difference(held, { benchmark: undefined, since: 0 }).entry))
      }
      case 'logOut':
        return void primary.users?.logOut({ user: keyOf(taken.user), at: this.#now })
      case 'pass':
        this.#now += 15_000
        primary.sweep(this.#now)
        return undefined
      case 'restart':
        await this.#storage.close()
        this.#storage = open(this.#disk)
        this.#epoch++
        this.primary = primaryStore({ ...options, persistence: this.#storage, warmSessions: 2 }, { epoch: this.#epoch, nonce: REIGN.nonce })
        return undefined
    }
  }

  /** Everything ends, by any way there is. */
  end(): void {
    const ways = [
      (sessionKey: SessionKey) => void this.primary.destroy(sessionKey, { at: this.#now, reason: 'destroyed' }),
      () => this.primary.sweep(this.#now + 40_000),
    ]
    for (const [i, sessionKey] of KEYS.entries()) ways[i % ways.length]?.(sessionKey)
    for (const sessionKey of KEYS) if (this.primary.find(sessionKey)) carry(this.primary, this.backup, sessionKey, { epoch: this.#epoch, nonce: REIGN.nonce })
  }
}

describe('the sessions of a user', () => {
  it('are those whose attribute names the user, after any history; nothing is left of a user without sessions [USR-1]', { timeout: 60_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40, size: 'max' }), async (steps) => {
        const play = new Play()
        for (const taken of steps) {
          await play.take(taken)
          for (const store of [play.primary, play.backup]) {
            for (const user of ['ada', 'bob', 7]) expect(indexed(store, keyOf(user))).toEqual(found(store, keyOf(user)))
          }
        }
        play.end()
        for (const sessionKey of KEYS) if (play.backup.find(sessionKey)?.isLiving) play.backup.merge({ key: sessionKey, generation: 0, death: { at: NOW, reason: 'destroyed' } }, REIGN)
        expect([play.primary.users?.size, play.backup.users?.size]).toEqual([0, 0])
      }),
      { numRuns: 300 },
    )
  })

  it('are found whether the name is a number or the same as text; objects and empty texts name nobody [USR-2]', () => {
    const store = primaryStore(options)
    for (const [i, user] of [42, '42', 42n, { id: 42 }, [42], '', true].entries()) {
      store.create(key(`k${i}`), TERMS, NOW)
      store.apply(key(`k${i}`), [set('user', user)], NOW)
    }
    expect(indexed(store, keyOf(42))).toEqual([key('k0'), key('k1'), key('k2')])
    expect(store.users?.size).toBe(1)
  })

  it('may be named within an object, as Passport does; what is no such object names nobody [USR-8]', () => {
    const store = primaryStore({ userAttribute: ['passport', 'user'] })
    store.create(A, TERMS, NOW)
    const seen: SessionKey[][] = []
    for (const passport of [{ user: 'ada' }, { user: { id: 1 } }, { user: 'ada', more: 1 }, 'user', null, ['ada'], Object.assign(Object.create(null), { user: 'ada' }), {}]) {
      store.apply(A, [set('passport', passport)], NOW)
      seen.push(indexed(store, ADA))
    }
    expect(seen).toEqual([[A], [], [A], [], [], [], [A], []])

    store.apply(A, [set('passport\u001fuser', 'bob')], NOW)
    expect([indexed(store, ADA), indexed(store, BOB)]).toEqual([[], [A]])
    store.apply(A, [set('passport\u001fmore', 1)], NOW)
    expect(indexed(store, BOB)).toEqual([A])
    store.apply(A, [{ op: 'remove', name: 'passport\u001fuser' }], NOW)
    expect(indexed(store, BOB)).toEqual([])
  })

  it('are not kept where no attribute was named', () => {
    expect(primaryStore().users).toBeUndefined()
  })
})

describe('after a restart', () => {
  async function filled(given: { userAttribute?: readonly string[] }): Promise<MemoryDisk> {
    const disk = new MemoryDisk()
    const persistence = open(disk)
    const store = primaryStore({ ...given, persistence })
    store.create(A, TERMS, NOW)
    store.apply(A, [set('user', 'ada'), set('owner', 'bob')], NOW)
    store.create(B, TERMS, NOW)
    await persistence.close()
    return disk
  }

  it('the sessions of a user are known from the heads, without reading a session [USR-3]', async () => {
    const persistence = open(await filled(options))
    const store = backupStore({ ...options, persistence })
    let reads = 0
    const get = persistence.get.bind(persistence)
    persistence.get = (record) => (reads++, get(record))
    expect([indexed(store, ADA), reads]).toEqual([[A], 0])
  })

  it.each([{}, { userAttribute: ['owner'] }])('records written otherwise (%j) are read a few at a time, and no half answer is given meanwhile [USR-4]', async (given) => {
    const disk = await filled(given)
    const persistence = open(disk)
    const store = backupStore({ ...options, persistence })
    expect(() => store.users?.of(ADA)).toThrow(expect.objectContaining({ code: 'USERS_UNREAD', retryable: true }))
    store.users?.complete(1)
    expect(store.users?.isComplete).toBe(false)
    store.users?.complete(1)
    expect(indexed(store, ADA)).toEqual([A])
    await persistence.close()
    expect(indexed(backupStore({ ...options, persistence: open(disk) }), ADA)).toEqual([A])
  })
})

describe('a logout everywhere', () => {
  const LOGOUT = { user: ADA, at: NOW + 100 }

  /** The other side of a split: it has a session of ada's, made at a time. */
  function otherSide(createdAt: number): SessionStore {
    const other = primaryStore(options, { epoch: 1, nonce: 9 })
    other.create(A, { ...TERMS, createdAt }, createdAt)
    other.apply(A, [set('user', 'ada')], createdAt)
    return other
  }

  const adoptFrom = (other: SessionStore, store: SessionStore): void => {
    const stored = other.find(A)
    if (stored !== undefined) store.adopt(other.difference(stored, { benchmark: undefined, since: 0 }).entry)
  }

  it('ends what a primary knows of before, and of nobody else [LOG-1]', () => {
    const store = primaryStore(options)
    for (const [one, user] of [[A, 'ada'], [B, 'bob']] as const) {
      store.create(one, TERMS, NOW)
      store.apply(one, [set('user', user)], NOW)
    }
    expect(store.users?.logOut(LOGOUT).map((stored) => stored.key)).toEqual([A])
    expect(store.users?.logOut(LOGOUT)).toEqual([])
    expect([store.isDead(A, NOW), store.isDead(B, NOW)]).toEqual([true, false])
    expect([indexed(store, ADA), indexed(store, BOB)]).toEqual([[], [B]])
  })

  it('ends what the other side of a split made before it or in the same ms, and not what it made later [LOG-2]', () => {
    const early = primaryStore(options, { epoch: 2, nonce: 7 })
    early.users?.logOut(LOGOUT)
    adoptFrom(otherSide(LOGOUT.at), early)
    expect(early.isDead(A, NOW)).toBe(true)
    const late = primaryStore(options, { epoch: 2, nonce: 7 })
    late.users?.logOut(LOGOUT)
    adoptFrom(otherSide(LOGOUT.at + 1), late)
    expect(late.isDead(A, NOW)).toBe(false)
  })

  it('is no business of back-ups, until they reign [LOG-3]', () => {
    const store = backupStore(options)
    carry(otherSide(NOW), store, A, { epoch: 1, nonce: 9 })
    store.users?.logOut(LOGOUT)
    expect(store.isDead(A, NOW)).toBe(false)
    store.beginReign(0, { epoch: 2, nonce: 7 })
    expect(store.isDead(A, NOW)).toBe(true)
  })

  it('does not end an old session in which the user logs in anew, nor when that comes back from a back-up [LOG-4]', () => {
    const store = primaryStore(options)
    store.create(A, TERMS, NOW)
    store.users?.logOut(LOGOUT)
    store.apply(A, [set('user', 'ada')], NOW + 50)
    expect(store.isDead(A, NOW + 200)).toBe(false)
    const backup = backupStore(options)
    carry(store, backup, A)
    const next = primaryStore(options, { epoch: 2, nonce: 8 })
    next.users?.logOut(LOGOUT)
    adoptFrom(backup, next)
    expect(next.isDead(A, NOW + 200)).toBe(false)
  })

  it('outlives the process, and is forgotten in time [LOG-5]', async () => {
    const disk = new MemoryDisk()
    const first = open(disk)
    primaryStore({ ...options, persistence: first }).users?.logOut(LOGOUT)
    await first.close()
    const second = open(disk)
    const store = primaryStore({ ...options, persistence: second }, { epoch: 2, nonce: 8 })
    expect(store.users?.logouts.of(ADA)).toBe(LOGOUT.at)
    store.sweep(LOGOUT.at + 60_001)
    expect(store.users?.logouts.size).toBe(0)
    await second.close()
    expect(backupStore({ ...options, persistence: open(disk) }).users?.logouts.size).toBe(0)
  })

  it('is kept for 65,536 users at most, the latest ones [LOG-5]', () => {
    const store = backupStore(options)
    for (let i = 0; i <= 65_536; i++) store.users?.logOut({ user: i.toString(16).padStart(32, '0') as UserKey, at: NOW + i })
    expect(store.users?.logouts.size).toBe(65_536)
    expect(store.users?.logouts.of('0'.repeat(32) as UserKey)).toBeUndefined()
  })
})
