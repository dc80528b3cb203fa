/** The store beyond the suite: what it writes, its options, its events, and how long it lets anybody wait. */
import { connect, UnderstudyError } from '@understudy/client'
import session from 'express-session'
import type { SessionData, Store } from 'express-session'
import { describe, expect, onTestFinished, test } from 'vitest'
import { Browser, connectTo, startNode, startShop } from './shop.test-support.js'
import { UnderstudyStore } from './understudy-store.js'

function plain(attributes: Record<string, unknown>, maxAge?: number): SessionData & Record<string, unknown> {
  const cookie = new session.Cookie()
  if (maxAge !== undefined) cookie.maxAge = maxAge
  return { ...attributes, cookie }
}

const pages: Parameters<typeof startShop>[1] = (app) => {
  app.get('/', (request, response) => void response.json(Object.fromEntries(Object.entries(request.session).filter(([name]) => name !== 'cookie'))))
  app.get('/set', (request, response) => {
    Object.assign(request.session, request.query)
    response.json('ok')
  })
  app.get('/id', (request, response) => void response.json(request.sessionID))
}

describe('what is written', () => {
  test('reading requests write nothing, and a save writes what was changed [ADP-2]', async () => {
    const node = await startNode()
    const { app } = await startShop({ client: node.store }, pages)
    const browser = new Browser()
    await app.get(browser, '/set?user=ann&theme=dark')
    const observed = await node.store.find(`sess:${String(await app.get(browser, '/id'))}`)
    const changes: (readonly string[])[] = []
    observed?.on('changed', (names) => names.length > 0 && changes.push(names))
    for (let visit = 0; visit < 5; visit++) await app.get(browser, '/')
    expect(changes.flat()).toEqual([])
    await app.get(browser, '/set?theme=light')
    await expect.poll(() => changes.flat()).toEqual(['theme'])
  })

  test('a value that another request wrote meanwhile is left alone [ADP-2]', async () => {
    const node = await startNode()
    const store = new UnderstudyStore({ client: node.store })
    await store.set('id', plain({ a: 1, b: 1, c: 1 }))
    const [one, two] = [await store.get('id'), await store.get('id')]
    Object.assign(one ?? {}, { a: 2 })
    Object.assign(two ?? {}, { b: 2 })
    Reflect.deleteProperty(two ?? {}, 'c')
    await store.set('id', two ?? plain({}))
    await store.set('id', one ?? plain({}))
    expect(await store.get('id')).toMatchObject({ a: 2, b: 2 })
    expect(await store.get('id')).not.toHaveProperty('c')
  })

  test('what a failed save would have written is written by the next [ADP-2]', async () => {
    const node = await startNode()
    const store = new UnderstudyStore({ client: node.store })
    await store.set('id', plain({ a: 1 }))
    const read = (await store.get('id')) ?? plain({})
    Object.assign(read, { b: 2, big: 'x'.repeat(300_000) })
    await expect(store.set('id', read)).rejects.toMatchObject({ code: 'VALUE_TOO_LARGE' })
    expect(await store.get('id')).not.toHaveProperty('b')
    Reflect.deleteProperty(read, 'big')
    await store.set('id', read)
    expect(await store.get('id')).toMatchObject({ a: 1, b: 2 })
  })

  test('attributes that express-session does not show are not removed [ADP-2]', async () => {
    const node = await startNode()
    const handle = await node.store.open('sess:id')
    await handle.set('id', 'of another program').set('user', 'ann').save()
    const store = new UnderstudyStore({ client: node.store })
    const loaded = await new Promise<SessionData>((resolve) => store.load('id', (_: unknown, found?: SessionData) => resolve(found ?? plain({}))))
    await store.set('id', Object.assign(loaded, { user: 'bob' }))
    expect(handle.toJSON()).toMatchObject({ id: 'of another program', user: 'bob' })
  })

  test('of an object only the parts that were changed; the cookie, Dates and lists as a whole [ADP-2]', async () => {
    const node = await startNode()
    const store = new UnderstudyStore({ client: node.store })
    await store.set('id', plain({ cart: { pen: 1, at: new Date(0), list: [1] } }))
    const [one, two] = [(await store.get('id')) ?? plain({}), (await store.get('id')) ?? plain({})]
    Object.assign(Reflect.get(one, 'cart'), { ink: 2, at: new Date(1) })
    Object.assign(Reflect.get(two, 'cart'), { nib: 3, list: [1, 2] })
    Reflect.deleteProperty(Reflect.get(two, 'cart'), 'pen')
    await Promise.all([store.set('id', one), store.set('id', two)])
    expect(await store.get('id')).toMatchObject({ cart: { ink: 2, nib: 3, at: '1970-01-01T00:00:00.001Z', list: [1, 2] } })
    expect(Reflect.get((await store.get('id')) ?? {}, 'cart')).not.toHaveProperty('pen')
  })

  test('attributes that are frozen by name can be given a value once [ADP-5]', async () => {
    const node = await startNode()
    const store = new UnderstudyStore({ client: node.store, frozen: ['userId', 'is*', /^tenant$/] })
    await store.set('id', plain({ theme: 'dark', userId: 7, isAdmin: false, tenant: { name: 'acme' } }))
    const read = (await store.get('id')) ?? plain({})
    await store.set('id', Object.assign(read, { theme: 'light' }))
    for (const change of [{ userId: 8 }, { isAdmin: true }, { tenant: { name: 'other' } }]) {
      const again = (await store.get('id')) ?? plain({})
      await expect(store.set('id', Object.assign(again, { theme: 'blue', ...change }))).rejects.toMatchObject({ code: 'ATTRIBUTE_FROZEN' })
    }
    expect(await store.get('id')).toMatchObject({ theme: 'light', userId: 7, isAdmin: false, tenant: { name: 'acme' } })
  })

  test('the raw id never reaches a node: only its key does [ADP-3]', async () => {
    const node = await startNode()
    const store = new UnderstudyStore({ client: node.store })
    await store.set('secret-id', plain({ a: 1 }))
    const handle = await node.store.find('sess:secret-id')
    expect(JSON.stringify(handle?.toJSON())).not.toContain('secret-id')
    expect(handle?.key).toMatch(/^[0-9a-f]{32}$/)
  })
})

describe('a session that has ended', () => {
  test('is not written by a request that had read it: the app hears `late` [ADP-4]', async () => {
    const node = await startNode()
    const store = new UnderstudyStore({ client: node.store })
    const late: string[] = []
    store.on('late', (id: string) => late.push(id))
    await store.set('id', plain({ a: 1 }))
    const read = (await store.get('id')) ?? plain({})
    await store.destroy('id')
    await store.set('id', Object.assign(read, { a: 2 }))
    await store.touch('id', read)
    expect(late).toEqual(['id', 'id'])
    expect(await store.get('id')).toBeNull()
  })

  test('cannot be made again under its id [ADP-4]', async () => {
    const node = await startNode()
    const store = new UnderstudyStore({ client: node.store })
    await store.set('id', plain({ a: 1 }))
    await store.destroy('id')
    await expect(store.set('id', plain({ a: 2 }))).rejects.toMatchObject({ code: 'SESSION_DESTROYED' })
    expect(await store.get('id')).toBeNull()
  })
})

describe('options', () => {
  test('prefix keeps apps on the same nodes apart [ADP-5]', async () => {
    const node = await startNode()
    const [shop, blog] = [new UnderstudyStore({ client: node.store, prefix: 'shop:' }), new UnderstudyStore({ client: node.store, prefix: 'blog:' })]
    await shop.set('id', plain({ a: 1 }))
    expect(await blog.get('id')).toBeNull()
    expect((await node.store.find('shop:id'))?.get('a')).toBe(1)
  })

  test('ttl is the life of sessions whose cookie says nothing, in seconds [ADP-5]', async () => {
    const node = await startNode()
    const store = new UnderstudyStore({ client: node.store, ttl: 90 })
    await store.set('a', plain({}))
    await store.set('b', plain({}, 5_000))
    expect((await node.store.find('sess:a'))?.terms.idleTimeout).toBe(90_000)
    expect((await node.store.find('sess:b'))?.terms.idleTimeout).toBe(5_000)
  })

  test('ttl as a function decides for every session [ADP-5]', async () => {
    const node = await startNode()
    const store = new UnderstudyStore({ client: node.store, ttl: (data) => ('admin' in data ? 60 : 3_600) })
    await store.set('a', plain({ admin: true }, 5_000))
    await store.set('b', plain({}, 5_000))
    expect((await node.store.find('sess:a'))?.terms.idleTimeout).toBe(60_000)
    expect((await node.store.find('sess:b'))?.terms.idleTimeout).toBe(3_600_000)
    const broken = new UnderstudyStore({ client: node.store, ttl: () => NaN })
    await expect(broken.set('c', plain({}))).rejects.toMatchObject({ code: 'OPTION_INVALID' })
  })

  test('disableTouch: only saves prolong a session [ADP-5]', async () => {
    const node = await startNode()
    const store = new UnderstudyStore({ client: node.store, disableTouch: true })
    await store.set('id', plain({ a: 1 }, 60_000))
    const handle = await node.store.find('sess:id')
    const before = handle?.expiresAt
    expect(handle?.terms.idleTimeout).toBeUndefined()
    await store.touch('id', plain({ a: 1 }, 3_600_000))
    expect(handle?.expiresAt).toBe(before)
    await store.set('id', plain({ a: 2 }, 3_600_000))
    expect(handle?.expiresAt).toBeGreaterThan(before ?? Infinity)
  })

  test('a serializer writes each attribute; what it writes anew each time is not taken for a change [ADP-5]', async () => {
    const node = await startNode()
    let writes = 0
    const serializer = { stringify: (value: unknown) => `${++writes}:${JSON.stringify(value)}`, parse: (text: string): unknown => JSON.parse(text.slice(text.indexOf(':') + 1)) }
    const store = new UnderstudyStore({ client: node.store, serializer })
    await store.set('id', plain({ a: { deep: 1 }, b: 2 }))
    const handle = await node.store.find('sess:id')
    const before = handle?.toJSON()
    expect(before?.['a']).toMatch(/^\d+:\{"deep":1\}$/)
    const read = (await store.get('id')) ?? plain({})
    await store.set('id', Object.assign(read, { b: 3 }))
    expect(handle?.get('a')).toBe(before?.['a'])
    expect(await store.get('id')).toMatchObject({ a: { deep: 1 }, b: 3 })
  })

  test('a serializer that fails gives a coded error [ADP-5]', async () => {
    const node = await startNode()
    const broken = { stringify: () => { throw new Error('no') }, parse: () => { throw new Error('no') } }
    const store = new UnderstudyStore({ client: node.store, serializer: broken })
    await expect(store.set('id', plain({ a: 1 }))).rejects.toMatchObject({ code: 'VALUE_NOT_STORABLE', attribute: 'a' })
    const other = new UnderstudyStore({ client: node.store })
    await other.set('id', plain({ a: 1 }))
    await expect(store.get('id')).rejects.toMatchObject({ code: 'VALUE_NOT_STORABLE' })
  })

  test.each([
    [{}, 'client'],
    [{ client: {} }, 'client'],
    [{ client: 'x', prefix: 1 }, 'client'],
    [{ prefix: 1 }, 'prefix'],
    [{ ttl: 0 }, 'ttl'],
    [{ ttl: 'x' }, 'ttl'],
    [{ disableTouch: 1 }, 'disableTouch'],
    [{ serializer: {} }, 'serializer'],
    [{ timeLimit: 0 }, 'timeLimit'],
    [{ replicas: -1 }, 'replicas'],
    [{ frozen: 'userId' }, 'frozen'],
    [{ idSecret: 'short' }, 'idSecret'],
  ])('%j is refused, and the message names %s [ADP-5]', async (options, name) => {
    const node = await startNode()
    const given = name === 'client' ? options : { client: node.store, ...options }
    expect(() => Reflect.construct(UnderstudyStore, [given])).toThrow(new RegExp(`^${name} `))
  })
})

describe('sessions can be listed', () => {
  const idSecret = 'a secret of at least 32 characters'

  test('with a secret: those of this app alone, by ids that nodes cannot read [ADP-21]', async () => {
    const node = await startNode()
    const [shop, blog] = [new UnderstudyStore({ client: node.store, idSecret }), new UnderstudyStore({ client: node.store, idSecret, prefix: 'blog:' })]
    const stranger = new UnderstudyStore({ client: node.store, idSecret: 'x'.repeat(32) })
    for (const [store, id] of [[shop, 'one'], [shop, 'two'], [blog, 'one'], [stranger, 'three']] as const) await store.set(id, plain({ id: 1, user: id }))
    const all = (await shop.all?.()) ?? {}
    expect(Object.keys(all).sort()).toEqual(['one', 'two'])
    expect(all['one']).toMatchObject({ user: 'one', cookie: { path: '/' } })
    expect(Object.keys((await shop.get('one')) ?? {}).sort()).toEqual(['cookie', 'id', 'user'])
    const [sealed] = [(await node.store.find('sess:two'))?.get('understudy.id')]
    expect(Buffer.from(sealed as Uint8Array).toString('latin1')).not.toContain('two')
    expect(await shop.length?.()).toBe(2)
    await shop.clear?.()
    expect([await shop.length?.(), await blog.length?.(), await stranger.length?.()]).toEqual([0, 1, 1])
  })

  test('a sealed id that was moved to another session does not count there [ADP-21]', async () => {
    const node = await startNode()
    const store = new UnderstudyStore({ client: node.store, idSecret })
    await store.set('one', plain({}))
    const thief = await node.store.open('sess:two')
    await thief.set('understudy.id', (await node.store.find('sess:one'))?.get('understudy.id')).save()
    expect(Object.keys((await store.all?.()) ?? {})).toEqual(['one'])
  })

  test('a save of a session that was read leaves it listed [ADP-21]', async () => {
    const node = await startNode()
    const store = new UnderstudyStore({ client: node.store, idSecret })
    await store.set('one', plain({ a: 1 }))
    await store.set('one', Object.assign((await store.get('one')) ?? plain({}), { a: 2 }))
    expect((await store.all?.())?.['one']).toMatchObject({ a: 2 })
  })

  test('without one not: the methods are not there [ADP-21]', async () => {
    const node = await startNode()
    const store = new UnderstudyStore({ client: node.store })
    expect([store.all, store.length, store.clear]).toEqual([undefined, undefined, undefined])
  })
})

describe('while no node can be reached', () => {
  test('requests are served without session, and with it again afterwards [ADP-6]', async () => {
    const node = await startNode()
    const { port } = node
    const client = await connectTo(node)
    const { app, store } = await startShop({ client, timeLimit: 500 }, (shop) => {
      shop.get('/has', (request, response) => void response.json(request.session !== undefined))
    })
    const gone = new Promise((resolve) => store.once('disconnect', resolve))
    await node.close()
    await gone
    expect(await app.get(new Browser(), '/has')).toBe(false)
    const back = new Promise((resolve) => store.once('connect', resolve))
    await startNode({ listen: `127.0.0.1:${port}` })
    await back
    expect(await app.get(new Browser(), '/has')).toBe(true)
  })

  test('requests are served without session until a client that is still connecting is connected [ADP-6]', async () => {
    const node = await startNode()
    let connected: (client: typeof node.store) => void = () => undefined
    const client = new Promise<typeof node.store>((resolve) => (connected = resolve))
    const { app, store } = await startShop({ client, timeLimit: 200 }, (shop) => {
      shop.get('/has', (request, response) => void response.json(request.session !== undefined))
    })
    await new Promise((resolve) => store.once('disconnect', resolve))
    expect(await app.get(new Browser(), '/has')).toBe(false)
    const now = new Promise((resolve) => store.once('connect', resolve))
    connected(node.store)
    await now
    expect(await app.get(new Browser(), '/has')).toBe(true)
  })

  test('a client that cannot be had gives its own error, to requests as well: they do not go on without sessions for ever [ADP-6]', async () => {
    const before = await startShop({ client: (await startNode()).store }, pages)
    const visitor = new Browser()
    await before.app.get(visitor, '/set?user=ann')
    const { app, store, errors } = await startShop({ client: Promise.reject(new UnderstudyError('UNAUTHORIZED')) }, pages)
    await expect(store.get('id')).rejects.toMatchObject({ code: 'UNAUTHORIZED' })
    expect(await app.visit(visitor, '/')).toMatchObject({ status: 500, body: 'UNAUTHORIZED' })
    expect(errors).toEqual(['UNAUTHORIZED'])
  })

  test('an app that starts before its nodes, with a client that waits as long as it takes, has sessions once they are there [ADP-6]', async () => {
    const gone = await startNode()
    await gone.close()
    const client = connect({ nodes: [gone.url], timeouts: { connect: Infinity }, reconnect: { first: 10, longest: 50 } })
    onTestFinished(async () => (await client).close())
    const { app, store } = await startShop({ client }, (shop) => {
      shop.get('/has', (request, response) => void response.json(request.session !== undefined))
      pages(shop)
    })
    await new Promise((resolve) => store.once('disconnect', resolve))
    expect(await app.get(new Browser(), '/has')).toBe(false)
    const there = new Promise((resolve) => store.once('connect', resolve))
    await startNode({ listen: `127.0.0.1:${gone.port}` })
    await there
    const browser = new Browser()
    await app.get(browser, '/set?user=ann')
    expect(await app.get(browser, '/')).toEqual({ user: 'ann' })
  })

  test('every method answers within the time limit, by callback and by promise [ADP-7]', async () => {
    const silent = { open: never, find: never, destroy: never, destroyKey: never, sessions: none, on: () => () => undefined, isConnected: true }
    const store: Store = new UnderstudyStore({ client: silent, timeLimit: 20 })
    const calls: Record<string, unknown[]> = { get: ['id'], set: ['id', plain({})], touch: ['id', plain({})], destroy: ['id'] }
    for (const [method, args] of Object.entries(calls)) {
      const call: unknown = Reflect.get(store, method)
      if (typeof call !== 'function') throw new Error(`there is no ${method}`)
      await expect(Reflect.apply(call, store, args), method).rejects.toMatchObject({ code: 'TIMEOUT' })
      const error = await new Promise((resolve) => void Reflect.apply(call, store, [...args, resolve]))
      expect(error, method).toMatchObject({ code: 'TIMEOUT' })
    }
  })

  test('a request to a node that hangs gets an error, and the next one finds its session [ADP-7]', async () => {
    const node = await startNode()
    let hangs = false
    const client = { ...methods(node.store), find: (id: string) => (hangs ? never() : node.store.find(id)) }
    const { app } = await startShop({ client, timeLimit: 2_000, replicas: 0 }, pages)
    const browser = new Browser()
    await app.get(browser, '/set?user=ann')
    hangs = true
    expect(await app.visit(browser, '/')).toMatchObject({ status: 500, body: 'TIMEOUT' })
    hangs = false
    expect(await app.get(browser, '/')).toEqual({ user: 'ann' })
  })
})

function never(): Promise<never> {
  return new Promise(() => undefined)
}

function methods(client: Awaited<ReturnType<typeof startNode>>['store']): ConstructorParameters<typeof UnderstudyStore>[0]['client'] & object {
  return {
    open: (id, terms) => client.open(id, terms),
    find: (id) => client.find(id),
    destroy: (id, options) => client.destroy(id, options),
    destroyKey: (key, options) => client.destroyKey(key, options),
    sessions: (options) => client.sessions(options),
    on: (name, listener) => client.on(name, listener),
    isConnected: true,
  }
}

async function* none(): AsyncGenerator<never, void, void> {
  // There are none.
}
