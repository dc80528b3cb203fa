/** The shop over HTTP, on two instances that share only the store. */
import { createServer } from 'node:http'
import type { Server } from 'node:http'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { FakeShopStore } from '../../test-support/fake-shop-store.js'
import { portOf } from '../free-ports.js'
import { escape, page } from './page.js'
import { createShop } from './shop.js'
import type { Shop } from './shop.js'

const CONTEXT = { instance: '1', others: ['http://127.0.0.1:4404/'] }

let store: FakeShopStore
let servers: Server[]
let urls: string[]
let shops: Shop[]

beforeEach(async () => {
  store = new FakeShopStore()
  shops = [createShop(store, CONTEXT), createShop(store, { ...CONTEXT, instance: '2' })]
  servers = shops.map(({ app }) => createServer(app))
  await Promise.all(servers.map((server) => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))))
  urls = servers.map((server) => `http://127.0.0.1:${portOf(server)}`)
})

afterEach(async () => {
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))))
  expect(store.openHandles).toBe(0)
})

/** A program's view of the shop, with a cookie. */
class Visitor {
  cookie = ''

  async send(
    instance: number,
    path: string,
    form?: Record<string, string>,
    accept = 'application/json',
  ): Promise<Response> {
    const init = form === undefined ? {} : { method: 'POST', body: new URLSearchParams(form) }
    const response = await fetch(`${urls[instance]}${path}`, {
      ...init,
      redirect: 'manual',
      headers: { accept, cookie: this.cookie },
    })
    const set = response.headers.getSetCookie().at(-1)
    if (set !== undefined) this.cookie = set.split(';')[0] ?? ''
    return response
  }

  async json(instance: number, path: string, form?: Record<string, string>): Promise<unknown> {
    return await (await this.send(instance, path, form)).json()
  }

  get id(): string {
    return this.cookie.split('=')[1] ?? ''
  }
}

describe('a visitor', () => {
  test('fills the cart on one instance and finds it on the other', async () => {
    const visitor = new Visitor()
    await visitor.json(0, '/cart/add', { sku: 'tea' })
    await visitor.json(1, '/cart/add', { sku: 'tea' })
    await visitor.json(1, '/cart/add', { sku: 'cup' })
    expect(await visitor.json(0, '/session')).toEqual({ theme: 'light', views: 0, cart: { tea: 2, cup: 1 } })
    await visitor.json(0, '/cart/remove', { sku: 'tea' })
    expect(await visitor.json(1, '/session')).toMatchObject({ cart: { cup: 1 } })
  })

  test('loses nothing by requests that both instances serve at once', async () => {
    const visitor = new Visitor()
    await visitor.json(0, '/session')
    await Promise.all(
      Array.from({ length: 10 }, (_, index) =>
        visitor.json(index % 2, '/cart/add', { sku: index < 6 ? 'tea' : 'cup' }),
      ),
    )
    expect(await visitor.json(0, '/session')).toMatchObject({ cart: { tea: 6, cup: 4 } })
  })

  test('sees how often the page was seen, and chooses a theme', async () => {
    const visitor = new Visitor()
    await visitor.json(0, '/')
    expect(await visitor.json(1, '/')).toMatchObject({ views: 2 })
    expect(await visitor.json(1, '/theme', { theme: 'dark' })).toMatchObject({ theme: 'dark' })
    expect(await (await visitor.send(0, '/', undefined, 'text/html')).text()).toContain('<body class="dark">')
  })

  test('logs in under a new id, keeps the cart, and the old session is gone', async () => {
    const visitor = new Visitor()
    await visitor.json(0, '/cart/add', { sku: 'wig' })
    const before = visitor.id
    expect(await visitor.json(1, '/login', { userId: ' Ada ' })).toEqual({
      userId: 'Ada',
      theme: 'light',
      views: 0,
      cart: { wig: 1 },
    })
    expect(visitor.id).not.toBe(before)
    expect(store.destroyed).toEqual(new Set([before]))
    expect(store.sessions.get(visitor.id)?.frozen).toEqual(new Set(['userId']))
  })

  test('logs out for good: the old cookie begins anew', async () => {
    const visitor = new Visitor()
    await visitor.json(0, '/login', { userId: 'Ada' })
    const old = visitor.id
    expect(await visitor.json(1, '/logout', {})).toEqual({ theme: 'light', views: 0, cart: {} })
    expect(await visitor.json(0, '/session')).toEqual({ theme: 'light', views: 0, cart: {} })
    expect(visitor.id).not.toBe(old)
    expect(store.destroyed.has(old)).toBe(true)
  })

  test('cannot choose an id: one that the store does not know is replaced', async () => {
    const visitor = new Visitor()
    for (const id of ['A'.repeat(32), 'short', '../../etc']) {
      visitor.cookie = `understudy-demo=${id}`
      await visitor.json(0, '/session')
      expect(visitor.id).toMatch(/^[\w-]{32}$/)
      expect(visitor.id).not.toBe(id)
      expect(store.sessions.has(id)).toBe(false)
    }
  })

  test('gets a cookie that scripts cannot read and foreign pages cannot use', async () => {
    const response = await new Visitor().send(0, '/')
    expect(response.headers.getSetCookie()).toEqual([
      expect.stringMatching(/^understudy-demo=[\w-]{32}; Path=\/; HttpOnly; SameSite=Lax$/),
    ])
  })
})

describe('a browser', () => {
  test('gets a page, and after a form is sent on to it', async () => {
    const visitor = new Visitor()
    const html = await (await visitor.send(0, '/', undefined, 'text/html,*/*')).text()
    expect(html).toContain('Served by instance 1')
    expect(html).toContain('<a href="http://127.0.0.1:4404/">')
    const added = await visitor.send(0, '/cart/add', { sku: 'tea' }, 'text/html,*/*')
    expect([added.status, added.headers.get('location')]).toEqual([303, '/'])
  })

  test('is shown names as text, whatever is in them', () => {
    const html = page({ userId: '<script>"&\'', theme: 'light', views: 1, cart: {} }, CONTEXT)
    expect(html).toContain('Welcome, &#60;script&#62;&#34;&#38;&#39;.')
    expect(escape('Ada')).toBe('Ada')
  })

  test('is shown what the cart costs', () => {
    expect(page({ userId: undefined, theme: 'light', views: 1, cart: { tea: 2, cup: 1 } }, CONTEXT)).toContain(
      'Total: € 17.30',
    )
  })
})

describe('the shop', () => {
  test.each([
    ['/cart/add', { sku: 'gold' }],
    ['/cart/add', {}],
    ['/theme', { theme: 'pink' }],
    ['/login', { userId: ' ' }],
    ['/login', { userId: 'x'.repeat(41) }],
  ])('refuses a wrong form: %s %j', async (path, form) => {
    const response = await new Visitor().send(0, path, { ...form })
    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({ code: 'FORM_INVALID' })
    expect(store.sessions.size).toBe(0)
  })

  test('answers 503 with the store’s code when it cannot save, and counts no save', async () => {
    store.failSavesWith = 'NOT_CONNECTED'
    const response = await new Visitor().send(0, '/cart/add', { sku: 'tea' })
    expect([response.status, await response.json()]).toEqual([503, { code: 'NOT_CONNECTED', message: 'NOT_CONNECTED' }])
    expect(shops[0]?.meter).toEqual({ saves: 0, attributes: 0 })
  })

  test('counts saves and the attributes they modify', async () => {
    const visitor = new Visitor()
    await visitor.json(0, '/cart/add', { sku: 'tea' })
    await visitor.json(0, '/login', { userId: 'Ada' })
    await visitor.json(1, '/')
    expect(shops.map(({ meter }) => meter)).toEqual([
      { saves: 2, attributes: 4 },
      { saves: 1, attributes: 1 },
    ])
  })
})
