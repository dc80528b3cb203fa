/** The store under @fastify/session itself, over HTTP. */
import cookie from '@fastify/cookie'
import fastifySession from '@fastify/session'
import type { FastifySessionOptions } from '@fastify/session'
import { createNode } from '@understudy/node'
import type { Node } from '@understudy/node'
import fastify from 'fastify'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { UnderstudyStore } from './understudy-store.js'
import type { UnderstudyStoreOptions } from './understudy-store.js'

let node: Node
beforeAll(async () => {
  node = await createNode({ name: 'a' })
  await node.whenReady()
})
afterAll(() => node.close())

/** An app that counts what its store is asked, and visitors. */
interface Shop {
  readonly store: UnderstudyStore
  readonly late: string[]
  readonly sets: string[]
  /** Visits with a cookie. @returns status, body, and the cookie afterwards */
  visit(path: string, cookies?: string): Promise<{ readonly status: number; readonly body: unknown; readonly cookies: string }>
}

async function startShop(options: Partial<FastifySessionOptions> = {}, storeOptions: Partial<UnderstudyStoreOptions> = {}): Promise<Shop> {
  const app = fastify()
  const store = new UnderstudyStore({ client: node.store, ...storeOptions })
  const [late, sets]: [string[], string[]] = [[], []]
  store.on('late', (id: string) => late.push(id))
  const { set } = UnderstudyStore.prototype
  store.set = (id, session, callback) => {
    sets.push(id)
    return set.call(store, id, session, callback)
  }
  await app.register(cookie)
  await app.register(fastifySession, { store, secret: 'x'.repeat(32), cookie: { secure: false, maxAge: 60_000 }, saveUninitialized: false, ...options })
  pages(app)
  onTestFinished(async () => {
    store.close()
    await app.close()
  })
  const url = await app.listen({ host: '127.0.0.1', port: 0 })
  return {
    store,
    late,
    sets,
    async visit(path, cookies = '') {
      const response = await fetch(url + path, { headers: { cookie: cookies }, signal: AbortSignal.timeout(10_000) })
      const set = response.headers.getSetCookie().map((one) => one.split(';', 1)[0] ?? '')
      return { status: response.status, body: await response.json(), cookies: set[0] ?? cookies }
    },
  }
}

function pages(app: FastifyInstance): void {
  app.get('/', ({ session }) => attributes(session))
  app.get('/id', ({ session }) => JSON.stringify(session.sessionId))
  app.get('/set', async ({ session, query }) => {
    const { wait, ...values } = query as Record<string, string>
    if (wait !== undefined) await new Promise((resolve) => void setTimeout(resolve, Number(wait)))
    Object.assign(session, values)
    return 'null'
  })
  app.get('/remove', async ({ session }) => {
    Reflect.deleteProperty(session, 'a')
    return 'null'
  })
  app.get('/regenerate', async (request) => {
    await request.session.regenerate(['keep'] as never[])
    Object.assign(request.session, { fresh: true })
    return JSON.stringify(request.session.sessionId)
  })
  app.get('/reload', async (request) => {
    Object.assign(request.session, { unsaved: 1 })
    await request.session.reload()
    Object.assign(request.session, { afterwards: 1 })
    return attributes(request.session)
  })
  app.get('/save', async ({ session }) => {
    Object.assign(session, { saved: 1 })
    await session.save()
    Object.assign(session, { more: 1 })
    return 'null'
  })
  app.get('/logout', async ({ session }) => {
    await session.destroy()
    return 'null'
  })
  app.get('/remember', async ({ session }) => {
    session.options({ maxAge: 3_600_000 })
    Object.assign(session, { remembered: 1 })
    return 'null'
  })
  app.get('/bad', async ({ session }) => {
    const cycle: Record<string, unknown> = {}
    cycle['self'] = cycle
    Object.assign(session, { cycle, other: 1 })
    return 'null'
  })
}

function attributes(session: FastifyRequest['session']): Record<string, unknown> {
  return Object.fromEntries(Object.entries(session).filter(([name]) => name !== 'cookie'))
}

/** The names that changed in a session of the shop, as another program hears of it. */
async function changesOf(id: unknown): Promise<(readonly string[])[]> {
  const changes: (readonly string[])[] = []
  const session = await node.store.find(`sess:${String(id)}`)
  session?.on('changed', (names) => names.length > 0 && changes.push(names))
  return changes
}

describe('@fastify/session over Understudy', () => {
  test('keeps what was set, also nested, and removes what was removed [ADP-16]', async () => {
    const shop = await startShop()
    const { cookies } = await shop.visit('/set?a=1&b=2')
    expect((await shop.visit('/', cookies)).body).toEqual({ a: '1', b: '2' })
    await shop.visit('/remove', cookies)
    expect((await shop.visit('/', cookies)).body).toEqual({ b: '2' })
  })

  test('saves nothing of a new session that nothing was put into [ADP-16]', async () => {
    const shop = await startShop()
    expect((await shop.visit('/')).cookies).toBe('')
    expect(shop.sets).toEqual([])
  })

  test('five requests that read, each of which the framework saves, write nothing [ADP-17]', async () => {
    const shop = await startShop()
    const { cookies } = await shop.visit('/set?user=ann&theme=dark')
    const changes = await changesOf((await shop.visit('/id', cookies)).body)
    const before = shop.sets.length
    for (let visit = 0; visit < 5; visit++) await shop.visit('/', cookies)
    expect(shop.sets.length - before).toBe(5)
    await shop.visit('/set?theme=light', cookies)
    await expect.poll(() => changes).toEqual([['theme']])
  })

  test('keeps all that parallel requests set, over two instances [ADP-17]', async () => {
    const [one, two] = [await startShop(), await startShop()]
    for (let race = 0; race < 20; race++) {
      const { cookies } = await one.visit('/set?user=ann')
      await Promise.all([one.visit('/set?a=1&wait=20', cookies), two.visit('/set?b=2&wait=20', cookies)])
      expect((await one.visit('/', cookies)).body).toEqual({ user: 'ann', a: '1', b: '2' })
    }
  })

  test('brings back no session that was logged out while a request ran [ADP-17]', async () => {
    const [one, two] = [await startShop(), await startShop()]
    const { cookies } = await one.visit('/set?user=ann')
    const id = (await one.visit('/id', cookies)).body
    const slow = one.visit('/set?a=1&wait=50', cookies)
    await two.visit('/logout', cookies)
    expect((await slow).status).toBe(200)
    expect(await one.store.get(String(id))).toBeNull()
    expect(one.late).toEqual([id])
    expect((await two.visit('/', cookies)).body).toEqual({})
  })

  test('regenerates: another id, what is to be kept, and the old one dead [ADP-16]', async () => {
    const shop = await startShop()
    const { cookies } = await shop.visit('/set?user=ann&keep=1')
    const { body: before } = await shop.visit('/id', cookies)
    const { body: after, cookies: fresh } = await shop.visit('/regenerate', cookies)
    expect(after).not.toBe(before)
    expect((await shop.visit('/', fresh)).body).toEqual({ keep: '1', fresh: true })
    expect((await shop.visit('/', cookies)).body).toEqual({})
    expect(await shop.store.get(String(before))).toBeNull()
  })

  test('reloads, and writes only what was changed since [ADP-16]', async () => {
    const shop = await startShop()
    const { cookies } = await shop.visit('/set?user=ann')
    const changes = await changesOf((await shop.visit('/id', cookies)).body)
    expect((await shop.visit('/reload', cookies)).body).toEqual({ user: 'ann', afterwards: 1 })
    await expect.poll(() => changes).toEqual([['afterwards']])
  })

  test('saves when the app asks for it, and what comes after [ADP-16]', async () => {
    const shop = await startShop()
    const { cookies } = await shop.visit('/save')
    expect((await shop.visit('/', cookies)).body).toEqual({ saved: 1, more: 1 })
  })

  test('lets a session live longer ("remember me") [ADP-16]', async () => {
    const shop = await startShop()
    const { cookies } = await shop.visit('/set?user=ann')
    const session = await node.store.find(`sess:${String((await shop.visit('/id', cookies)).body)}`)
    expect(session?.terms.idleTimeout).toBe(60_000)
    await shop.visit('/remember', cookies)
    expect(session?.terms.idleTimeout).toBe(3_600_000)
    await shop.visit('/', cookies)
    expect(session?.terms.idleTimeout).toBe(3_600_000)
  })

  test('ends a session that nobody used for its time [ADP-16]', async () => {
    const shop = await startShop({ cookie: { secure: false, maxAge: 300 } })
    const { cookies } = await shop.visit('/set?user=ann')
    const session = await node.store.find(`sess:${String((await shop.visit('/id', cookies)).body)}`)
    await expect.poll(() => session?.ended, { timeout: 10_000 }).toBe('expired')
    expect((await shop.visit('/', cookies)).body).toEqual({})
  })

  test('with a secret sessions can be listed, counted and cleared [ADP-21]', async () => {
    const shop = await startShop({}, { idSecret: 'a secret of at least 32 characters', prefix: 'listed:' })
    const [ann, bob] = [await shop.visit('/set?user=ann'), await shop.visit('/set?user=bob')]
    await shop.visit('/set?user=cyd', bob.cookies)
    const all = (await shop.store.all?.()) ?? {}
    expect(Object.values(all).map((session) => Reflect.get(session, 'user')).sort()).toEqual(['ann', 'cyd'])
    expect((await shop.visit('/', ann.cookies)).body).toEqual({ user: 'ann' })
    expect(await shop.store.length?.()).toBe(2)
    await shop.store.clear?.()
    expect((await shop.visit('/', ann.cookies)).body).toEqual({})
    expect((await startShop()).store.all).toBeUndefined()
  })

  test('answers with an error where a value cannot be kept, and saves nothing of it [ADP-9]', async () => {
    const shop = await startShop()
    const { cookies } = await shop.visit('/set?user=ann')
    expect(await shop.visit('/bad', cookies)).toMatchObject({ status: 500, body: { code: 'VALUE_NOT_STORABLE' } })
    expect((await shop.visit('/', cookies)).body).toEqual({ user: 'ann' })
  })

  test('answers with an error within the time limit when the nodes are silent [ADP-7]', async () => {
    const never = (): Promise<never> => new Promise(() => undefined)
    const client = { open: never, find: never, destroy: never, destroyKey: never, sessions: none, on: () => () => undefined, isConnected: true }
    const shop = await startShop({}, { client, timeLimit: 30 })
    expect(await shop.visit('/set?a=1')).toMatchObject({ status: 500, body: { code: 'TIMEOUT' } })
  })
})

async function* none(): AsyncGenerator<never, void, void> {
  // There are none.
}
