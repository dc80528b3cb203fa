/** The gateway contract, run by the remote gateway and by a gateway of a few lines in one process. */
import { LiveDocuments } from '@understudy/document'
import type { Operation, SessionKey } from '@understudy/session'
import { Session } from '@understudy/session'
import { describe, expect, test } from 'vitest'
import type { ContractBed } from './contract.js'
import { gatewayContract } from './contract.js'
import type { CreateTerms, Followed, FollowListener, Gateway, WriteResult } from './gateway.js'
import { keysIn, pageOf, successorOf } from './session-survey.test-support.js'
import type { ClearQuery, Cleared, Counted, ListQuery, Listed, SlotQuery } from './slot-query.js'
import { Store } from './store.js'
import { openWorld, run } from './test-cluster.test-support.js'
import { UnderstudyError } from './understudy-error.js'
import type { WatchListener } from './watch-listener.js'

/** What several small gateways share: the sessions themselves, which are the replicas too. */
class SmallPrimary {
  readonly sessions = new Map<SessionKey, Session>()
  readonly listeners = new Map<SessionKey, Set<FollowListener>>()
  readonly dead = new Set<SessionKey>()
  readonly watchers = new Set<WatchListener>()
}

/** The least that a gateway in the same process has to do: it throws errors of other classes and tells no fate. */
class SmallGateway implements Gateway {
  readonly #primary: SmallPrimary
  constructor(primary: SmallPrimary) {
    this.#primary = primary
  }

  async open(key: SessionKey, create: CreateTerms | undefined, listener: FollowListener): Promise<Followed | undefined> {
    const { sessions, listeners, dead } = this.#primary
    if (dead.has(key) && create) throw Object.assign(new Error('It is gone.'), { code: 'SESSION_DESTROYED' })
    if (create && !sessions.has(key)) {
      const terms = { createdAt: Date.now(), stamp: 0, idleTimeout: create.idleTimeout ?? 10 ** 9 }
      sessions.set(key, Session.create({ terms, lastAccess: Date.now(), live: new LiveDocuments({ limit: 1 }) }))
      for (const watcher of this.#primary.watchers) watcher.created?.(key)
    }
    const replica = sessions.get(key)
    if (!replica) return undefined
    const following = listeners.get(key) ?? new Set()
    listeners.set(key, following.add(listener))
    return { replica, isAttached: true, leave: () => void following.delete(listener) }
  }

  async save(key: SessionKey, operations: readonly Operation[]): Promise<WriteResult> {
    const context = { reign: { epoch: 1, nonce: 1 }, now: Date.now() }
    const { changed } = this.#primary.sessions.get(key)?.apply(operations, context) ?? { changed: [] }
    for (const listener of this.#primary.listeners.get(key) ?? []) listener.changed(changed)
    for (const watcher of this.#primary.watchers) watcher.changed?.(key, changed)
    return { copies: 1 }
  }

  async destroy(key: SessionKey): Promise<WriteResult> {
    this.#primary.dead.add(key)
    this.#primary.sessions.delete(key)
    for (const listener of this.#primary.listeners.get(key) ?? []) listener.ended('destroyed')
    for (const watcher of this.#primary.watchers) watcher.destroyed?.(key)
    return { copies: 1 }
  }

  async rotate(key: SessionKey, to: SessionKey): Promise<WriteResult> {
    const { sessions, dead } = this.#primary
    const session = sessions.get(key)
    if (session === undefined) throw Object.assign(new Error('It is gone.'), { code: 'SESSION_DESTROYED' })
    if (sessions.has(to) || dead.has(to)) throw Object.assign(new Error('It is taken.'), { code: 'SESSION_ID_TAKEN' })
    sessions.set(to, successorOf(session, Date.now()))
    return this.destroy(key)
  }

  async refresh(): Promise<void> {}

  time(): number {
    return Date.now()
  }

  async slotGroups(slots: readonly number[]): Promise<readonly (readonly number[])[]> {
    return [slots]
  }

  async list(query: ListQuery): Promise<Listed> {
    return pageOf(this.#primary.sessions, query)
  }

  async count(query: SlotQuery): Promise<Counted> {
    return { refused: [], count: keysIn(this.#primary.sessions, query).length }
  }

  async clear(query: ClearQuery): Promise<Cleared> {
    const keys = keysIn(this.#primary.sessions, query)
    for (const key of keys) await this.destroy(key)
    return { refused: [], count: keys.length, copies: 1, more: false }
  }

  async watch(listener: WatchListener): Promise<() => void> {
    this.#primary.watchers.add(listener)
    return () => void this.#primary.watchers.delete(listener)
  }

  touch(key: SessionKey): void {
    this.#primary.sessions.get(key)?.touch(Date.now())
  }

  async close(): Promise<void> {}
}

async function remoteBed(): Promise<ContractBed> {
  const { world, store, connect } = await openWorld(2)
  return { store, another: connect, pause: () => world.settle(), close: () => run(world, store.close()) }
}

async function smallBed(): Promise<ContractBed> {
  const primary = new SmallPrimary()
  const make = (): Store => new Store(new SmallGateway(primary))
  const store = make()
  return { store, another: async () => make(), pause: async () => {}, close: () => store.close() }
}

describe.each([
  ['the remote gateway', remoteBed],
  ['a gateway in the same process', smallBed],
])('%s', (_name, makeBed) => {
  for (const { name, run: check } of gatewayContract(makeBed)) test(`${name} [CLI-23]`, check)
})

test.each([
  ['NO_PRIMARY', { a: 1 }, true],
  ['OVERLOADED', { a: 1 }, true],
  ['TIMEOUT', { a: 1 }, false],
  ['TOO_FEW_COPIES', {}, false],
  ['VALUE_TOO_LARGE', {}, false],
] as const)('where a gateway tells no fate, %s does [CLI-11]', async (code, shown, unsaved) => {
  const gateway = new SmallGateway(new SmallPrimary())
  gateway.save = () => Promise.reject(new UnderstudyError(code))
  const session = await new Store(gateway).open('id')
  await expect(session.set('a', 1).save()).rejects.toMatchObject({ code })
  expect([session.toJSON(), session.hasUnsaved]).toEqual([shown, unsaved])
})
