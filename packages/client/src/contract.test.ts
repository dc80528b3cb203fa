/** The gateway contract, run by the remote gateway and by a gateway of a few lines in one process. */
import { LiveDocuments } from '@understudy/document'
import type { Operation, SessionKey } from '@understudy/session'
import { Session } from '@understudy/session'
import { describe, expect, test } from 'vitest'
import type { ContractBed } from './contract.js'
import { gatewayContract } from './contract.js'
import type { CreateTerms, Followed, FollowListener, Gateway, WriteResult } from './gateway.js'
import { Store } from './store.js'
import { openWorld, run } from './test-cluster.test-support.js'
import { UnderstudyError } from './understudy-error.js'

/** What several small gateways share: the sessions themselves, which are the replicas too. */
class SmallPrimary {
  readonly sessions = new Map<SessionKey, Session>()
  readonly listeners = new Map<SessionKey, Set<FollowListener>>()
  readonly dead = new Set<SessionKey>()
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
    }
    const replica = sessions.get(key)
    if (!replica) return undefined
    const following = listeners.get(key) ?? new Set()
    listeners.set(key, following.add(listener))
    return { replica, leave: () => void following.delete(listener) }
  }

  async save(key: SessionKey, operations: readonly Operation[]): Promise<WriteResult> {
    const context = { reign: { epoch: 1, nonce: 1 }, now: Date.now() }
    const { changed } = this.#primary.sessions.get(key)?.apply(operations, context) ?? { changed: [] }
    for (const listener of this.#primary.listeners.get(key) ?? []) listener.changed(changed)
    return { copies: 1 }
  }

  async destroy(key: SessionKey): Promise<WriteResult> {
    this.#primary.dead.add(key)
    this.#primary.sessions.delete(key)
    for (const listener of this.#primary.listeners.get(key) ?? []) listener.ended('destroyed')
    return { copies: 1 }
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
