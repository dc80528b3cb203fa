/** The store under koa-session itself, over HTTP. */
import { once } from 'node:events'
import { createNode } from '@understudy/node'
import type { Node } from '@understudy/node'
import Koa from 'koa'
import session from 'koa-session'
import type { CreateSessionOptions } from 'koa-session'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { UnderstudyStore } from './understudy-store.js'
import type { UnderstudyStoreOptions } from './understudy-store.js'

let node: Node
beforeAll(async () => {
  node = await createNode({ name: 'a' })
  await node.whenReady()
})
afterAll(() => node.close())

interface Answer {
  readonly status: number
  readonly body: unknown
  readonly cookies: string
}

interface Shop {
  readonly store: UnderstudyStore
  readonly late: string[]
  visit(path: string, cookies?: string): Promise<Answer>
}

async function startShop(options: CreateSessionOptions = {}, storeOptions: Partial<UnderstudyStoreOptions> = {}): Promise<Shop> {
  const app = new Koa()
  app.silent = true
  app.keys = ['secret']
  const store = new UnderstudyStore({ client: node.store, ...storeOptions })
  const late: string[] = []
  store.on('late', (key: string) => late.push(key))
  app.use(async (ctx, next) => {
    try {
      await next()
    } catch (error) {
      ctx.status = 500
      ctx.body = JSON.stringify(error instanceof Error && 'code' in error ? error.code : String(error))
    }
  })
  app.use(session({ store, signed: false, ...options } as CreateSessionOptions, app))
  app.use(page)
  const server = app.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    store.close()
    server.closeAllConnections()
    server.close()
  })
  const address = server.address()
  const url = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`
  return {
    store,
    late,
    async visit(path, cookies = '') {
      const response = await fetch(url + path, { headers: { cookie: cookies }, signal: AbortSignal.timeout(10_000) })
      const set = response.headers.getSetCookie().map((one) => one.split(';', 1)[0] ?? '')
      const text = await response.text()
      return { status: response.status, body: text === '' ? undefined : JSON.parse(text), cookies: set.length > 0 ? set.join('; ') : cookies }
    },
  }
}

/** A page that does what the path says. */
async function page(ctx: Koa.Context): Promise<void> {
  const { wait, ...values } = ctx.query
  const session = ctx['session'] as Record<string, unknown> & { regenerate(): Promise<void>; externalKey: string; maxAge: number }
  if (wait !== undefined) {
    void session['user']
    await new Promise((resolve) => void setTimeout(resolve, Number(wait)))
  }
  const pages: Record<string, () => unknown> = {
    '/': () => session,
    '/key': () => session.externalKey,
    '/set': () => void Object.assign(session, values),
    '/remove': () => void Reflect.deleteProperty(session, 'a'),
    '/regenerate': () => session.regenerate(),
    '/remember': () => void (session.maxAge = 3_600_000),
    '/logout': () => void (ctx['session'] = null),
    '/cycle': () => void (session['cycle'] = session),
    '/large': () => void Object.assign(session, { large: 'x'.repeat(300_000), other: 1 }),
  }
  ctx.body = JSON.stringify((await pages[ctx.path]?.()) ?? null)
}

async function sessionOf(shop: Shop, cookies: string): Promise<NonNullable<Awaited<ReturnType<Node['store']['find']>>>> {
  const session = await node.store.find(`sess:${String((await shop.visit('/key', cookies)).body)}`)
  if (session === undefined) throw new Error('there is no session')
  return session
}

describe('koa-session over Understudy', () => {
  test('keeps what was set, and removes what was removed [ADP-18]', async () => {
    const shop = await startShop()
    const { cookies } = await shop.visit('/set?a=1&b=2')
    expect((await shop.visit('/', cookies)).body).toEqual({ a: '1', b: '2' })
    await shop.visit('/remove', cookies)
    expect((await shop.visit('/', cookies)).body).toEqual({ b: '2' })
  })

  test('keeps all that parallel requests set, over two instances [ADP-18]', async () => {
    const [one, two] = [await startShop(), await startShop()]
    for (let race = 0; race < 20; race++) {
      const { cookies } = await one.visit('/set?user=ann')
      await Promise.all([one.visit('/set?a=1&wait=20', cookies), two.visit('/set?b=2&wait=20', cookies)])
      expect((await one.visit('/', cookies)).body).toEqual({ user: 'ann', a: '1', b: '2' })
    }
  })

  test('brings back no session that was logged out while a request ran [ADP-18]', async () => {
    const [one, two] = [await startShop(), await startShop()]
    const { cookies } = await one.visit('/set?user=ann')
    const key = String((await one.visit('/key', cookies)).body)
    const slow = one.visit('/set?a=1&wait=50', cookies)
    await two.visit('/logout', cookies)
    expect((await slow).status).toBe(200)
    expect(await one.store.get(key)).toBeUndefined()
    expect(one.late).toEqual([key])
  })

  test('requests that read write nothing, with rolling as well; a save writes what changed [ADP-18]', async () => {
    const shop = await startShop({ rolling: true, maxAge: 60_000 })
    const { cookies } = await shop.visit('/set?user=ann&theme=dark')
    const session = await sessionOf(shop, cookies)
    const changes: (readonly string[])[] = []
    session.on('changed', (names) => names.length > 0 && changes.push(names))
    for (let visit = 0; visit < 5; visit++) await shop.visit('/', cookies)
    await shop.visit('/set?theme=light', cookies)
    await expect.poll(() => changes).toEqual([['theme']])
  })

  test('regenerates: another key, the same attributes, and the old one dead [ADP-18]', async () => {
    const shop = await startShop()
    const { cookies } = await shop.visit('/set?user=ann')
    const key = String((await shop.visit('/key', cookies)).body)
    const { cookies: fresh } = await shop.visit('/regenerate', cookies)
    expect(fresh).not.toBe(cookies)
    expect((await shop.visit('/', fresh)).body).toEqual({ user: 'ann' })
    expect(await shop.store.get(key)).toBeUndefined()
  })

  test('a session ends so long after it was saved, and is given a longer life [ADP-18]', async () => {
    const shop = await startShop({ maxAge: 60_000 })
    const { cookies } = await shop.visit('/set?user=ann')
    const session = await sessionOf(shop, cookies)
    expect(Math.abs((session.expiresAt ?? 0) - Date.now() - 70_000)).toBeLessThan(5_000)
    await shop.visit('/remember', cookies)
    expect(session.expiresAt).toBeGreaterThan(Date.now() + 3_000_000)
    expect((await shop.visit('/', cookies)).body).toEqual({ user: 'ann' })
  })

  test('a session that ends with the browser lives on by being used [ADP-18]', async () => {
    const shop = await startShop({ maxAge: 'session' }, { ttl: 600 })
    const { cookies } = await shop.visit('/set?user=ann')
    const session = await sessionOf(shop, cookies)
    expect(session.terms.idleTimeout).toBe(600_000)
    const before = session.expiresAt ?? 0
    await expect.poll(async () => {
      await shop.visit('/', cookies)
      return session.expiresAt
    }).toBeGreaterThan(before)
  })

  test.each([['/large', 'VALUE_TOO_LARGE']])('%s is an error, and nothing of the save is kept [ADP-9]', async (path, code) => {
    const shop = await startShop()
    const { cookies } = await shop.visit('/set?user=ann')
    expect(await shop.visit(path, cookies)).toMatchObject({ status: 500, body: code })
    expect((await shop.visit('/', cookies)).body).toEqual({ user: 'ann' })
  })

  test('a cycle is an error, and the response ends [ADP-9]', async () => {
    const shop = await startShop()
    const { cookies } = await shop.visit('/set?user=ann')
    expect((await shop.visit('/cycle', cookies)).status).toBe(500)
    expect((await shop.visit('/', cookies)).body).toEqual({ user: 'ann' })
  })

  test('silent nodes are an error within the time limit [ADP-7]', async () => {
    const never = (): Promise<never> => new Promise(() => undefined)
    const client = { open: never, find: never, destroy: never, destroyKey: never, sessions: none, on: () => () => undefined, isConnected: true }
    const shop = await startShop({}, { client, timeLimit: 30 })
    expect(await shop.visit('/set?a=1')).toMatchObject({ status: 500, body: 'TIMEOUT' })
  })
})

async function* none(): AsyncGenerator<never, void, void> {
  // There are none.
}
