/** The storage in loaders and actions of React Router itself. */
import { createNode } from '@understudy/node'
import type { Node } from '@understudy/node'
import { createCookie, createStaticHandler, data, redirect } from 'react-router'
import type { ActionFunctionArgs, LoaderFunctionArgs, Session } from 'react-router'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createUnderstudySessionStorage } from './session-storage.js'
import type { UnderstudySessionStorageOptions } from './session-storage.js'

let node: Node
beforeAll(async () => {
  node = await createNode({ name: 'a' })
  await node.whenReady()
})
afterAll(() => node.close())

interface Answer {
  readonly body: unknown
  /** The cookie to be sent next. */
  readonly cookie: string
  readonly header: string | undefined
}

type Visit = (path: string, cookie?: string) => Promise<Answer>

function startShop(options: Partial<UnderstudySessionStorageOptions> = {}): Visit {
  const { getSession, commitSession, destroySession } = createUnderstudySessionStorage<Record<string, unknown>>({ client: node.store, ...options })
  const of = ({ request }: LoaderFunctionArgs | ActionFunctionArgs): Promise<Session> => getSession(request.headers.get('Cookie'))
  const committed = async (session: Session, body: unknown = null): Promise<unknown> =>
    data(body, { headers: { 'Set-Cookie': await commitSession(session) } })
  const pages: Record<string, (session: Session, query: URLSearchParams) => unknown> = {
    '/': (session) => session.data,
    '/id': (session) => session.id,
    '/set': async (session, query) => {
      const { wait, ...values } = Object.fromEntries(query)
      if (wait !== undefined) await new Promise((resolve) => void setTimeout(resolve, Number(wait)))
      for (const [name, value] of Object.entries(values)) session.set(name, value)
      return committed(session)
    },
    '/in-place': (session, query) => {
      if (!session.has('cart')) session.set('cart', {})
      Object.assign(session.get('cart') as object, Object.fromEntries(query))
      return committed(session)
    },
    '/unset': (session) => {
      session.unset('a')
      return committed(session)
    },
    '/flash': (session) => {
      session.flash('error', 'wrong password')
      return committed(session)
    },
    '/error': (session) => committed(session, session.get('error') ?? null),
    '/twice': async (session) => {
      session.set('a', 1)
      const [one, two] = [await commitSession(session), await commitSession(session)]
      return data(one === two, { headers: { 'Set-Cookie': two } })
    },
    '/brief': async (session) => data(null, { headers: { 'Set-Cookie': await commitSession(session, { maxAge: 60 }) } }),
    '/bad': async (session) => {
      session.set('other', 1)
      session.set('bad', 5n)
      return commitSession(session).then(() => 'saved', (error: unknown) => Reflect.get(error as object, 'code'))
    },
    '/logout': async (session) => redirect('/', { headers: { 'Set-Cookie': await destroySession(session) } }),
  }
  const handler = createStaticHandler(Object.entries(pages).map(([path, page]) => ({
    path,
    loader: async (args: LoaderFunctionArgs) => page(await of(args), new URL(args.request.url).searchParams),
  })))
  return async (path, cookie = '') => {
    const context = await handler.query(new Request(`http://shop.test${path}`, { headers: { cookie } }))
    const headers = context instanceof Response ? [context.headers] : Object.values(context.loaderHeaders)
    if (!(context instanceof Response)) for (const error of Object.values(context.errors ?? {})) throw error
    const header = headers.flatMap((one) => one.getSetCookie())[0]
    const body: unknown = context instanceof Response ? null : Object.values(context.loaderData)[0]
    return { body, header, cookie: header?.split(';', 1)[0] ?? cookie }
  }
}

describe('React Router over Understudy', () => {
  test('keeps what was set, also in place, and removes what was removed [ADP-27]', async () => {
    const visit = startShop()
    const { cookie } = await visit('/set?a=1&b=2')
    await visit('/unset', cookie)
    await visit('/in-place?pen=1', cookie)
    await visit('/in-place?ink=2', cookie)
    expect((await visit('/', cookie)).body).toEqual({ b: '2', cart: { pen: '1', ink: '2' } })
  })

  test('a flash shows once [ADP-27]', async () => {
    const visit = startShop()
    const { cookie } = await visit('/flash')
    expect([(await visit('/error', cookie)).body, (await visit('/error', cookie)).body]).toEqual(['wrong password', null])
  })

  test('keeps all that parallel requests set, over two instances [ADP-27]', async () => {
    const [one, two] = [startShop(), startShop()]
    for (let race = 0; race < 20; race++) {
      const { cookie } = await one('/set?user=ann')
      await Promise.all([one('/set?a=1&wait=20', cookie), two('/set?b=2&wait=20', cookie)])
      expect((await one('/', cookie)).body).toEqual({ user: 'ann', a: '1', b: '2' })
    }
  })

  test('brings back no session that was logged out while a request ran, and takes its cookie away [ADP-27]', async () => {
    const [one, two] = [startShop(), startShop()]
    const { cookie } = await one('/set?user=ann')
    const slow = one('/set?a=1&wait=50', cookie)
    const gone = /^__session=;.* Expires=Thu, 01 Jan 1970/
    expect((await two('/logout', cookie)).header).toMatch(gone)
    expect((await slow).header).toMatch(gone)
    expect((await two('/', cookie)).body).toEqual({})
  })

  test('takes no id over that it did not make, and a session object has one id [ADP-27]', async () => {
    const visit = startShop()
    const cookie = createCookie('__session')
    for (const id of ['x', 'a'.repeat(32), '../../etc', '', 7, { id: 1 }, ['a'.repeat(32)], null]) {
      const forged = (await cookie.serialize(id)).split(';', 1)[0] ?? ''
      expect((await visit('/id', forged)).body).toBe('')
      expect((await visit('/set?a=1', forged)).cookie).not.toBe(forged)
    }
    expect((await visit('/twice')).body).toBe(true)
    expect((await visit('/logout')).header).toBeDefined()
  })

  test('a session ends with its cookie, or so long after its last use [ADP-27]', async () => {
    const sessionOf = async (visit: Visit, cookie: string): ReturnType<Node['store']['find']> =>
      node.store.find(`sess:${String((await visit('/id', cookie)).body)}`)
    const brief = startShop({ ttl: 600 })
    const { cookie } = await brief('/set?a=1')
    const session = await sessionOf(brief, cookie)
    expect(session?.terms).toMatchObject({ idleTimeout: 600_000 })
    await brief('/brief', cookie)
    await expect.poll(() => session?.terms.idleTimeout).toBeUndefined()
    expect(Math.abs((session?.expiresAt ?? 0) - Date.now() - 60_000)).toBeLessThan(20_000)
    const lasting = startShop({ cookie: createCookie('shop', { maxAge: 3_600, secrets: ['secret'] }) })
    const signed = await lasting('/set?a=1')
    expect(signed.cookie).toMatch(/^shop=.+\./)
    expect(Math.abs(((await sessionOf(lasting, signed.cookie))?.expiresAt ?? 0) - Date.now() - 3_600_000)).toBeLessThan(20_000)
  })

  test('reading writes nothing, and a commit what was changed [ADP-27]', async () => {
    const visit = startShop()
    const { cookie } = await visit('/set?user=ann&theme=dark')
    const session = await node.store.find(`sess:${String((await visit('/id', cookie)).body)}`)
    const changes: (readonly string[])[] = []
    session?.on('changed', (names) => names.length > 0 && changes.push(names))
    // What was saved before is told with what is saved now, if that comes soon enough.
    await visit('/set?mark=1', cookie)
    await expect.poll(() => changes.splice(0).flat()).toContain('mark')
    for (let i = 0; i < 5; i++) await visit('/', cookie)
    await visit('/set?theme=light', cookie)
    await expect.poll(() => changes).toEqual([['theme']])
  })

  test('what cannot be kept is refused with a code, and nothing of it is kept [ADP-9]', async () => {
    const visit = startShop()
    const { cookie } = await visit('/set?user=ann')
    expect((await visit('/bad', cookie)).body).toBe('VALUE_NOT_STORABLE')
    expect((await visit('/', cookie)).body).toEqual({ user: 'ann' })
  })

  test('silent nodes are an error within the time limit [ADP-7]', async () => {
    const never = (): Promise<never> => new Promise(() => undefined)
    const client = { open: never, find: never, destroy: never, destroyKey: never, sessions: none, on: () => () => undefined, isConnected: true }
    await expect(startShop({ client, timeLimit: 30 })('/set?a=1')).rejects.toMatchObject({ code: 'TIMEOUT' })
  })

  test('options are checked [ADP-5]', () => {
    expect(() => startShop({ ttl: 0 })).toThrow(/^ttl /)
    expect(() => startShop({ prefix: 1 as unknown as string })).toThrow(/^prefix /)
  })
})

async function* none(): AsyncGenerator<never, void, void> {
  // There are none.
}
