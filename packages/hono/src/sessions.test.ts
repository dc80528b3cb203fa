/** The middleware under Hono itself. */
import { createNode } from '@understudy/node'
import type { Node } from '@understudy/node'
import { Hono } from 'hono'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { sessions } from './sessions.js'
import type { SessionsOptions, SessionVariables } from './sessions.js'

let node: Node
beforeAll(async () => {
  node = await createNode({ name: 'a' })
  await node.whenReady()
})
afterAll(() => node.close())

interface Answer {
  readonly status: number
  readonly body: unknown
  /** The cookie to be sent next. */
  readonly cookie: string
  readonly header: string | undefined
}

type Visit = (path: string, cookie?: string) => Promise<Answer>

function startShop(options: Partial<SessionsOptions> = {}): Visit {
  const app = new Hono<{ Variables: SessionVariables }>()
  app.use(sessions({ client: node.store, ...options }))
  app.onError((error, c) => c.json('code' in error ? error.code : error.message, 500))
  app.get('/', (c) => c.json(c.var.session.toJSON()))
  app.get('/id', (c) => c.json(c.var.session.id))
  app.get('/set', async (c) => {
    const { wait, ...values } = c.req.query()
    if (wait !== undefined) await new Promise((resolve) => void setTimeout(resolve, Number(wait)))
    for (const [name, value] of Object.entries(values)) c.var.session.set(name, value)
    return c.json(null)
  })
  app.get('/deep', (c) => {
    const cart = (c.var.session.get('cart') ?? {}) as Record<string, unknown>
    Object.assign(cart, c.req.query())
    c.var.session.set('cart', cart)
    return c.json(null)
  })
  app.get('/in-place', (c) => {
    Object.assign(c.var.session.get('cart') as object, c.req.query())
    return c.json(null)
  })
  app.get('/remove', (c) => c.json(c.var.session.remove('a').has('a')))
  app.get('/regenerate', async (c) => {
    await c.var.session.regenerate()
    return c.json(c.var.session.id)
  })
  app.get('/save', async (c) => {
    const isSaved = await c.var.session.set('saved', 1).save()
    c.var.session.set('after', 1)
    return c.json(isSaved)
  })
  app.get('/logout', async (c) => {
    await c.var.session.destroy()
    c.var.session.set('late', 1)
    return c.json(null)
  })
  app.get('/bad', (c) => c.json(typeof c.var.session.set('other', 1).set('bad', 5n)))
  return async (path, cookie = '') => {
    const response = await app.request(path, { headers: { cookie } })
    const header = response.headers.getSetCookie()[0]
    return { status: response.status, body: await response.json(), cookie: header?.split(';', 1)[0] ?? cookie, header }
  }
}

describe('Hono over Understudy', () => {
  test('keeps what was set, also in place, and removes what was removed [ADP-19]', async () => {
    const visit = startShop()
    const { cookie } = await visit('/set?a=1&b=2')
    expect((await visit('/', cookie)).body).toEqual({ a: '1', b: '2' })
    await visit('/remove', cookie)
    await visit('/deep?pen=1', cookie)
    await visit('/in-place?ink=2', cookie)
    expect((await visit('/', cookie)).body).toEqual({ b: '2', cart: { pen: '1', ink: '2' } })
  })

  test('gives no cookie before something is saved, and one that scripts cannot read [ADP-19]', async () => {
    const visit = startShop()
    expect((await visit('/')).header).toBeUndefined()
    const { header, cookie } = await visit('/set?a=1')
    expect(header).toMatch(/^sid=[\w-]{32}; Path=\/; HttpOnly; SameSite=Lax$/)
    expect((await visit('/', cookie)).header).toBeUndefined()
    expect((await startShop()('https://shop.example/set?a=1')).header).toMatch(/; Secure/)
    const persistent = startShop({ ttl: 600, cookie: { name: 'shop', persistent: true, sameSite: 'Strict' } })
    const first = await persistent('/set?a=1')
    expect(first.header).toMatch(/^shop=[\w-]{32}; Max-Age=600; Path=\/; HttpOnly; SameSite=Strict$/)
    expect((await persistent('/', first.cookie)).header).toBe(first.header)
  })

  test('takes no id over that it did not make [ADP-19]', async () => {
    const visit = startShop()
    for (const id of ['x', 'a'.repeat(32), '../../etc', '%00'.repeat(11), '']) {
      const { cookie } = await visit('/set?a=1', `sid=${id}`)
      expect(cookie).not.toBe(`sid=${id}`)
    }
  })

  test('keeps all that parallel requests set, over two instances [ADP-19]', async () => {
    const [one, two] = [startShop(), startShop()]
    for (let race = 0; race < 20; race++) {
      const { cookie } = await one('/set?user=ann')
      await Promise.all([one('/set?a=1&wait=20', cookie), two('/set?b=2&wait=20', cookie)])
      expect((await one('/', cookie)).body).toEqual({ user: 'ann', a: '1', b: '2' })
    }
  })

  test('brings back no session that was logged out while a request ran [ADP-19]', async () => {
    const [one, two] = [startShop(), startShop()]
    const { cookie } = await one('/set?user=ann')
    const slow = one('/set?a=1&wait=50', cookie)
    const gone = await two('/logout', cookie)
    expect(gone.header).toMatch(/^sid=; Max-Age=0/)
    expect(await slow).toMatchObject({ status: 200, header: expect.stringMatching(/^sid=; Max-Age=0/) })
    expect((await two('/', cookie)).body).toEqual({})
  })

  test('regenerates: another id, the same attributes, and the old one dead [ADP-19]', async () => {
    const visit = startShop()
    const { cookie } = await visit('/set?user=ann')
    const { body, cookie: fresh } = await visit('/regenerate', cookie)
    expect(fresh).toBe(`sid=${String(body)}`)
    expect(fresh).not.toBe(cookie)
    expect((await visit('/', fresh)).body).toEqual({ user: 'ann' })
    expect((await visit('/', cookie)).body).toEqual({})
  })

  test('saves when it is asked to, and what comes after; requests that read write nothing [ADP-19]', async () => {
    const visit = startShop()
    const { cookie } = await visit('/save')
    expect((await visit('/', cookie)).body).toEqual({ saved: 1, after: 1 })
    const session = await node.store.find(`sess:${String((await visit('/id', cookie)).body)}`)
    const changes: (readonly string[])[] = []
    session?.on('changed', (names) => names.length > 0 && changes.push(names))
    // What was saved before is told with what is saved now, if that comes soon enough.
    await visit('/set?mark=1', cookie)
    await expect.poll(() => changes.splice(0).flat()).toContain('mark')
    for (let i = 0; i < 5; i++) await visit('/', cookie)
    await visit('/set?theme=dark', cookie)
    await expect.poll(() => changes).toEqual([['theme']])
    expect(session?.terms.idleTimeout).toBe(86_400_000)
  })

  test('hands what cannot be kept to the app’s error handler, and keeps nothing of it [ADP-9]', async () => {
    const visit = startShop()
    const { cookie } = await visit('/set?user=ann')
    expect(await visit('/bad', cookie)).toMatchObject({ status: 500, body: 'VALUE_NOT_STORABLE' })
    expect((await visit('/', cookie)).body).toEqual({ user: 'ann' })
  })

  test('hands silent nodes to it within the time limit [ADP-7]', async () => {
    const never = (): Promise<never> => new Promise(() => undefined)
    const client = { open: never, find: never, destroy: never, destroyKey: never, sessions: none, on: () => () => undefined, isConnected: true }
    const visit = startShop({ client, timeLimit: 30 })
    expect(await visit('/set?a=1')).toMatchObject({ status: 500, body: 'TIMEOUT' })
  })

  test.each([[{ ttl: 0 }, /^ttl /], [{ cookie: { name: 'a b' } }, /^cookie.name /], [{ cookie: { sameSite: 'None', secure: false } }, /^cookie.sameSite /]] as const)(
    'refuses %j [ADP-5]',
    (options, message) => expect(() => startShop(options)).toThrow(message),
  )
})

async function* none(): AsyncGenerator<never, void, void> {
  // There are none.
}
