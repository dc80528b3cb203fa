/** The sessions of a user, wherever they are: found, listed, ended with one call, also across a split. */
import { sessionKey } from '@understudy/client'
import type { Store } from '@understudy/client'
import { describe, expect, it } from 'vitest'
import { memoryDisk } from '../support/disks.js'
import { eventually } from '../support/eventually.js'
import { connectApp, startNode, whenCaughtUp, whenEqual } from '../support/nodes.js'
import { startPair } from '../support/pair.js'

const options = { userAttribute: 'user' }

/** Makes sessions, by number, of users. */
async function logIn(store: Store, ids: readonly string[], user: unknown): Promise<void> {
  await Promise.all(ids.map(async (id) => (await store.open(id)).set('user', user).save()))
}

const ids = (name: string, count: number): string[] => Array.from({ length: count }, (_, i) => `${name} ${i}`)

describe('on two members that share the slots', () => {
  it('all sessions of a user are found and ended by one call, on all nodes, whichever store is asked [USR-5]', async () => {
    const { a, b } = await startPair(options)
    const app = await connectApp([a])
    await logIn(app, ids('ada', 30), 'ada')
    await logIn(app, ids('bob', 30), 'bob')
    for (const store of [app, a.store, b.store]) {
      expect([...(await store.sessionsOf('ada'))].sort()).toEqual(ids('ada', 30).map(sessionKey).sort())
      expect(await store.count()).toBe(60)
      expect(await store.count({ user: 'bob' })).toBe(30)
    }
    expect(await a.store.destroyAllOf('ada')).toEqual({ destroyed: 30, copies: 2 })
    await whenEqual(a, b)
    for (const store of [app, a.store, b.store]) {
      expect(await store.sessionsOf('ada')).toEqual([])
      for (const id of ids('ada', 30)) expect(await store.find(id)).toBeUndefined()
      await expect(store.open('ada 7')).rejects.toMatchObject({ code: 'SESSION_DESTROYED' })
    }
    expect((await app.destroyAll()).destroyed).toBe(30)
    expect(await b.store.count()).toBe(0)
  })

  it('every session is listed once, with its contents, in pages of any size [LST-3]', async () => {
    const { a, b } = await startPair(options)
    await logIn(a.store, ids('ada', 40), 'ada')
    for (const store of [a.store, b.store, await connectApp([b])]) {
      const keys: string[] = []
      for await (const key of store.keys({ pageSize: 7 })) keys.push(key)
      expect(keys.sort()).toEqual(ids('ada', 40).map(sessionKey).sort())
      const contents: unknown[] = []
      for await (const { key, attributes } of store.sessions({ user: 'ada', pageSize: 7 })) contents.push([key, { ...attributes }])
      expect(contents.length).toBe(40)
      expect(contents).toContainEqual([sessionKey('ada 3'), { user: 'ada' }])
    }
  })

  it('more than a node ends in one go end with one call, and each counts once [USR-5]', async () => {
    const node = await startNode({ name: 'a', ...options })
    await node.whenReady()
    const app = await connectApp([node])
    await logIn(app, ids('ada', 1_200), 'ada')
    await logIn(app, ids('bob', 1_200), 'bob')
    expect(await app.destroyAllOf('ada')).toEqual({ destroyed: 1_200, copies: 1 })
    expect(await app.destroyAllOf('ada')).toEqual({ destroyed: 0, copies: 1 })
    expect(await app.destroyAll()).toEqual({ destroyed: 1_200, copies: 1 })
    expect(await app.count()).toBe(0)
  })

  it('pages with contents fit their frames, however large the sessions are [LST-4]', async () => {
    const { a } = await startPair(options)
    const app = await connectApp([a])
    for (const id of ids('large', 12)) {
      const session = await app.open(id)
      for (let i = 0; i < 3; i++) session.set(`v${i}`, 'x'.repeat(60_000))
      await session.save()
    }
    let count = 0
    for await (const { attributes } of app.sessions()) count += Object.keys(attributes).length
    expect(count).toBe(36)
  })

  it('what a node cannot be asked about is an error that names the slots; a logout reaches it by the other nodes all the same [USR-6]', async () => {
    const { a, ways } = await startPair({ ...options, takeOver: false })
    const app = await connectApp([a], { timeouts: { operation: 400 } })
    await logIn(app, ids('ada', 20), 'ada')
    await logIn(app, ids('bob', 20), 'bob')
    // Only to those who come: b itself still reaches a.
    ways.b.cut()
    const primaries = a.status().slots.primary
    for (const call of [() => app.sessionsOf('ada'), () => app.count(), () => app.destroyAllOf('ada')]) {
      const error: unknown = await call().catch((thrown: unknown) => thrown)
      expect(error).toMatchObject({ code: 'SLOTS_UNREACHABLE', retryable: true })
      expect(error).toHaveProperty('slots.length', 256 - primaries)
    }
    ways.b.mend()
    expect(await eventually('b can be asked again', () => app.count().catch(() => 0))).toBe(20)
    expect(await app.sessionsOf('ada')).toEqual([])
  })

  it.each([false, true])('a logout ends what the other side of a split made before it, once they meet, and nothing that it made later (take-over: %s) [LOG-6]', async (takeOver) => {
    const { a, b, ways } = await startPair({ ...options, takeOver })
    const before: string[] = []
    const later: string[] = []
    ways.a.cut()
    ways.b.cut()
    await eventually('they have noticed', () => a.status().links.every(({ state }) => state === 'lost') && b.status().links.every(({ state }) => state === 'lost'))
    const local = await connectApp([{ url: `ws://127.0.0.1:${b.port}` }], { timeouts: { operation: takeOver ? 5_000 : 400 } })
    for (const id of ids('early', 20)) if (await login(local, id)) before.push(id)
    const aside = await connectApp([{ url: `ws://127.0.0.1:${a.port}` }], { timeouts: { operation: takeOver ? 5_000 : 400 } })
    const answer = await aside.destroyAllOf('ada').catch((error: unknown) => error)
    expect(answer).toMatchObject(takeOver ? { destroyed: 0 } : { code: 'SLOTS_UNREACHABLE' })
    // Of one millisecond the logout wins: it was the user's wish that no session should be left.
    const answered = Date.now()
    await eventually('the clock has moved on', () => Date.now() > answered)
    for (const id of ids('late', 20)) if (await login(local, id)) later.push(id)
    expect([before.length > 3, later.length > 3]).toEqual([true, true])
    ways.a.leadTo(a)
    ways.b.leadTo(b)
    await whenCaughtUp(a, 'b')
    await whenCaughtUp(b, 'a')
    // A login that got no answer in time may have come to pass, before or after: nothing is said of those.
    const isRight = async (store: Store): Promise<boolean> => {
      const left = new Set<string>(await store.sessionsOf('ada'))
      return later.every((id) => left.has(sessionKey(id))) && !before.some((id) => left.has(sessionKey(id)))
    }
    await eventually('both sides have ended what was before, and nothing else', async () => (await isRight(a.store)) && isRight(b.store))
    await whenEqual(a, b)
    for (const store of [a.store, b.store]) {
      expect(await isRight(store)).toBe(true)
      for (const id of before) expect(await store.find(id)).toBeUndefined()
    }
  })
})

/** Logs ada in where the session's primary can be reached. */
async function login(store: Store, id: string): Promise<boolean> {
  try {
    await logIn(store, [id], 'ada')
    return true
  } catch {
    return false
  }
}

describe('after a restart from disk', () => {
  it('sessions of a user that nobody has read since are found and ended [USR-7]', async () => {
    const { storage } = memoryDisk()
    const first = await startNode({ name: 'a', ...options, storage })
    await logIn(first.store, ids('ada', 20), 'ada')
    await first.close()
    const second = await startNode({ name: 'a', ...options, storage, warmSessions: 1 })
    await second.whenReady()
    expect((await second.store.sessionsOf('ada')).length).toBe(20)
    expect((await second.store.destroyAllOf('ada')).destroyed).toBe(20)
    expect(await second.store.count()).toBe(0)
  })

  it('of a node that was not told of users, they are found once all records were read [USR-4]', async () => {
    const { storage } = memoryDisk()
    const first = await startNode({ name: 'a', storage })
    await logIn(first.store, ids('ada', 150), 'ada')
    await expect(first.store.sessionsOf('ada')).rejects.toMatchObject({ code: 'USERS_UNKNOWN' })
    await first.close()
    const second = await startNode({ name: 'a', ...options, storage })
    await second.whenReady()
    expect((await eventually('all are read', () => second.store.sessionsOf('ada').catch(() => undefined))).length).toBe(150)
  })
})
