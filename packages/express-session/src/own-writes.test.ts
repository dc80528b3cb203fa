/** A visitor reads what they wrote on whichever instance serves them: the cookie, what it costs, and what it survives. */
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { Express } from 'express'
import { describe, expect, onTestFinished, test } from 'vitest'
import { HeldResponse } from './held-response.js'
import { startNode, startShop } from './shop.test-support.js'
import type { Shop } from './shop.test-support.js'
import { startTappedNode } from './tapped-node.test-support.js'
import { UnderstudyStore } from './understudy-store.js'

/** A browser that keeps every cookie. */
class Visitor {
  readonly cookies = new Map<string, string>()
  /** The cookies that the last response set, with what they say of themselves. */
  set: string[] = []

  async visit({ app }: Shop, path: string, without = ''): Promise<{ readonly status: number; readonly body: string }> {
    const cookies = Array.from(this.cookies).filter(([name]) => name !== without)
    const headers = { cookie: cookies.map(([name, value]) => `${name}=${value}`).join('; ') }
    const response = await fetch(app.url + path, { headers, redirect: 'manual' })
    this.set = response.headers.getSetCookie()
    for (const cookie of this.set) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? []
      this.cookies.set(name, value)
    }
    return { status: response.status, body: await response.text() }
  }

  /** The cookie of the moment, if the last response set it. */
  get moment(): string | undefined {
    return this.set.find((cookie) => cookie.startsWith(AT))
  }
}

const AT = 'understudy.at'

function pages(app: Express): void {
  app.get('/', (request, response) => void response.json(Reflect.get(request.session, 'a')))
  app.get('/id', (request, response) => void response.json(request.sessionID))
  app.get('/set', (request, response) => {
    Object.assign(request.session, request.query)
    response.json('ok')
  })
  app.get('/redirect', (request, response) => {
    Object.assign(request.session, request.query)
    response.redirect('/')
  })
  app.get('/stream', (request, response) => {
    Object.assign(request.session, request.query)
    response.write('one ')
    response.end('two')
  })
  app.get('/saved-stream', (request, response) => {
    Object.assign(request.session, request.query)
    // Not awaited: the head waits all the same.
    request.session.save()
    response.writeHead(201, { 'x-shop': 'pens' })
    response.flushHeaders()
    response.write('one ')
    response.end('two')
  })
  app.get('/refused', (request, response) => {
    Object.assign(request.session, { big: 'x'.repeat(300_000) })
    response.json('ok')
  })
  app.get('/destroy', (request, response, next) => {
    request.session.destroy((error: unknown) => (error === null || error === undefined ? response.json('ok') : next(error)))
  })
  app.get('/regenerate', (request, response, next) => {
    request.session.regenerate((error: unknown) => {
      Object.assign(request.session, { a: 'new' })
      if (error === null || error === undefined) response.json(request.sessionID)
      else next(error)
    })
  })
}

function openShop(client: ConstructorParameters<typeof UnderstudyStore>[0]['client'], cookie: Parameters<typeof startShop>[2] = {}): Promise<Shop> {
  return startShop({ client }, pages, cookie, (app, store) => void app.use(store.readsOwnWrites()))
}

describe('over two instances', () => {
  test('one whose replica has the write reads it without a frame; one that is behind fetches it first, once [ADP-22]', async () => {
    const { connect } = await startTappedNode()
    const [here, there] = [await connect(), await connect()]
    const [one, two, replicaOnly] = [await openShop(here.client), await openShop(there.client), await startShop({ client: there.client, reads: 'replica' }, pages)]
    const visitor = new Visitor()
    await visitor.visit(one, '/set?a=1')
    for (const shop of [two, replicaOnly]) expect((await visitor.visit(shop, '/')).body).toBe('"1"')
    const replica = await there.client.find(`sess:${JSON.parse((await visitor.visit(two, '/id')).body) as string}`)

    await visitor.visit(one, '/set?a=2')
    await expect.poll(() => replica?.get('a')).toBe('2')
    const before = there.sent.length
    for (let visit = 0; visit < 3; visit++) expect((await visitor.visit(two, '/')).body).toBe('"2"')
    expect(there.sent.slice(before)).toEqual([])

    there.isDeaf = true
    await visitor.visit(one, '/set?a=3')
    expect((await visitor.visit(replicaOnly, '/', AT)).body).toBe('"2"')
    expect(there.sent.slice(before)).toEqual([])
    for (let visit = 0; visit < 3; visit++) expect((await visitor.visit(two, '/')).body).toBe('"3"')
    expect(there.sent.slice(before)).toEqual(['refresh'])
  })

  test('nor does the instance that wrote ask again [ADP-22]', async () => {
    const { connect } = await startTappedNode()
    const here = await connect()
    const one = await openShop(here.client)
    const visitor = new Visitor()
    await visitor.visit(one, '/set?a=1')
    await visitor.visit(one, '/set?a=2')
    const before = here.sent.length
    expect((await visitor.visit(one, '/')).body).toBe('"2"')
    expect(here.sent.slice(before)).toEqual([])
  })
})

describe('without the cookie', () => {
  test('an instance that hears late of what another saved reads it all the same, for one question [ADP-31]', async () => {
    const { connect } = await startTappedNode()
    const [here, there] = [await connect(), await connect()]
    const [one, two] = await Promise.all([here, there].map(({ client }) => startShop({ client }, pages)))
    if (one === undefined || two === undefined) throw new Error('unreachable')
    const visitor = new Visitor()
    await visitor.visit(one, '/set?a=0')
    await visitor.visit(two, '/')
    there.isDeaf = true
    for (let n = 1; n <= 5; n++) {
      await visitor.visit(one, `/set?a=${n}`)
      const before = there.sent.length
      expect((await visitor.visit(two, '/')).body).toBe(`"${n}"`)
      expect(there.sent.slice(before)).toEqual(['refresh'])
    }
    await visitor.visit(one, '/destroy')
    expect((await visitor.visit(two, '/')).body).toBe('')
  })

  test('an app that prefers not to ask reads what its replica holds, without a frame [ADP-31]', async () => {
    const { connect } = await startTappedNode()
    const [here, there] = [await connect(), await connect()]
    const [one, two] = [await startShop({ client: here.client }, pages), await startShop({ client: there.client, reads: 'replica' }, pages)]
    const visitor = new Visitor()
    await visitor.visit(one, '/set?a=1')
    await visitor.visit(two, '/')
    there.isDeaf = true
    await visitor.visit(one, '/set?a=2')
    const before = there.sent.length
    expect((await visitor.visit(two, '/')).body).toBe('"1"')
    expect(there.sent.slice(before)).toEqual([])
    there.isDeaf = false
    await visitor.visit(one, '/set?a=3')
    await expect.poll(async () => (await visitor.visit(two, '/')).body).toBe('"3"')
  })
})

describe('the cookie', () => {
  test('comes with each save, and goes where the session’s goes [ADP-23]', async () => {
    const { store } = await startNode()
    const shop = await openShop(store)
    const visitor = new Visitor()
    for (const path of ['/set?a=1', '/redirect?a=2', '/saved-stream?a=3', '/regenerate']) {
      await visitor.visit(shop, path)
      expect(visitor.moment, path).toMatch(/^understudy\.at=[\w-]{1,300}; Path=\/; HttpOnly; SameSite=Lax$/)
    }
    const id = JSON.parse((await visitor.visit(shop, '/id')).body) as string
    expect((await store.find(`sess:${id}`, { atLeast: visitor.cookies.get(AT) }))?.get('a')).toBe('new')
    const strict = await openShop(store, { cookie: { secure: true, sameSite: 'strict', path: '/set', domain: 'shop.test' } })
    const stranger = new Visitor()
    await stranger.visit(strict, '/set?a=1')
    expect(stranger.moment).toMatch(/; Path=\/set; HttpOnly; SameSite=Strict; Domain=shop\.test; Secure$/)
  })

  test('comes with nothing else: reads, refused saves, heads that went before the save [ADP-23]', async () => {
    const { store } = await startNode()
    const shop = await openShop(store)
    const visitor = new Visitor()
    await visitor.visit(shop, '/')
    expect(visitor.moment).toBeUndefined()
    await visitor.visit(shop, '/set?a=1')
    for (const path of ['/', '/stream?a=2', '/refused']) {
      await visitor.visit(shop, path)
      expect(visitor.moment, path).toBeUndefined()
    }
    await expect.poll(() => shop.errors).toEqual(['VALUE_TOO_LARGE'])
    expect((await visitor.visit(shop, '/')).body).toBe('"2"')
    const plain = await startShop({ client: store }, pages)
    await visitor.visit(plain, '/set?a=3')
    expect(visitor.moment).toBeUndefined()
  })

  test('changes nothing else of a response [ADP-23]', async () => {
    const { store } = await startNode()
    const [held, plain] = [await openShop(store), await startShop({ client: store }, pages)]
    for (const path of ['/set?a=1', '/redirect?a=2', '/stream?a=3', '/saved-stream?a=4', '/missing']) {
      const [one, two] = await Promise.all([held, plain].map(({ app }) => fetch(app.url + path, { redirect: 'manual' })))
      const headersOf = (response: Response | undefined): unknown => Array.from(response?.headers ?? []).filter(([name]) => !['date', 'set-cookie'].includes(name))
      expect(one?.status, path).toBe(two?.status)
      expect(headersOf(one), path).toEqual(headersOf(two))
      expect(await one?.text(), path).toBe(await two?.text())
    }
  })

  test('that is nonsense, another session’s or ahead of all nodes is as none [ADP-24]', async () => {
    const { store } = await startNode()
    const shop = await openShop(store)
    const [visitor, other] = [new Visitor(), new Visitor()]
    await visitor.visit(shop, '/set?a=1')
    await other.visit(shop, '/set?a=2')
    const id = JSON.parse((await visitor.visit(shop, '/id')).body) as string
    // The same id in another cluster: what was written there, no node here has.
    const elsewhere = await (await startNode()).store.open(`sess:${id}`)
    const { at: ahead } = await elsewhere.set('a', 3).save()
    for (const moment of ['', 'nonsense', '%00', 'x'.repeat(5_000), '"', other.cookies.get(AT) ?? '', ahead]) {
      visitor.cookies.set(AT, moment)
      expect(await visitor.visit(shop, '/'), moment).toEqual({ status: 200, body: '"1"' })
    }
    expect(shop.errors).toEqual([])
  })

  test('has a name; and session() stands behind the middleware [ADP-24]', async () => {
    const { store: client } = await startNode()
    const store = new UnderstudyStore({ client })
    for (const options of [{ cookie: '' }, { cookie: 'a b' }, { cookie: 'a;b' }, { cookie: 7 }, null]) {
      expect(() => void Reflect.apply(store.readsOwnWrites, store, [options])).toThrow(/must be/)
    }
    const shop = await startShop({ client }, (app) => {
      app.use(store.readsOwnWrites())
      pages(app)
    })
    await new Visitor().visit(shop, '/')
    expect(shop.errors).toEqual(['OPTION_INVALID'])
  })
})

test('a response that is piped while it is held goes on when the save has settled [ADP-23]', async () => {
  let settle: () => void = () => undefined
  const save = new Promise<void>((resolve) => (settle = resolve))
  const heard: unknown[] = []
  const server = createServer((_request, response) => {
    const held = new HeldResponse(response, () => void response.setHeader('x-at', '1'))
    held.during(save)
    heard.push(response.write('one '), response.headersSent)
    response.on('drain', () => response.end('two'))
    settle()
  })
  onTestFinished(() => void server.close())
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const response = await fetch(`http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`)
  expect([await response.text(), response.headers.get('x-at'), heard]).toEqual(['one two', '1', [false, true]])
})
