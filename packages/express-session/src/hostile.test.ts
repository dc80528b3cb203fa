/** What apps and visitors should not put into a session, through Express and past it. Nothing hangs; nothing half is saved. */
import session from 'express-session'
import type { SessionData } from 'express-session'
import { describe, expect, test } from 'vitest'
import { Browser, startNode, startShop } from './shop.test-support.js'
import { UnderstudyStore } from './understudy-store.js'

class Price {
  readonly #currency = 'EUR'
  constructor(readonly amount: number) {}
  get currency(): string {
    return this.#currency
  }
}

class Money extends Price {
  toJSON(): string {
    return `${this.amount} ${this.currency}`
  }
}

const cycle: { self?: unknown } = {}
cycle.self = cycle

let deep: unknown = 'bottom'
for (let level = 0; level < 5_000; level++) deep = [deep]

const plain = (attributes: Record<string, unknown>): SessionData => ({ ...attributes, cookie: new session.Cookie() })

async function openStore(): Promise<UnderstudyStore> {
  return new UnderstudyStore({ client: (await startNode()).store })
}

describe('values that JSON keeps in its way are kept in that way', () => {
  test.each<[string, unknown, unknown]>([
    ['a Date', new Date(0), '1970-01-01T00:00:00.000Z'],
    ['a class instance', new Price(5), { amount: 5 }],
    ['an instance with toJSON', new Money(5), '5 EUR'],
    ['a Map', new Map([[1, 2]]), {}],
    ['NaN', NaN, null],
    ['undefined and functions in a list', [undefined, () => 1, Symbol('s')], [null, null, null]],
    ['undefined and functions in an object', { a: undefined, b: () => 1, c: 1 }, { c: 1 }],
    ['bytes', Buffer.from([1, 2]), Buffer.from([1, 2])],
    ['an object twice', (() => { const one = { a: 1 }; return [one, one] })(), [{ a: 1 }, { a: 1 }]],
  ])('%s [ADP-8]', async (_, value, kept) => {
    const store = await openStore()
    await store.set('id', plain({ value }))
    expect(await store.get('id')).toMatchObject({ value: kept })
  })

  test.each([['undefined', undefined], ['a function', () => 1], ['a symbol', Symbol('s')]])('%s as an attribute is none [ADP-8]', async (_, value) => {
    const store = await openStore()
    await store.set('id', plain({ value, other: 1 }))
    expect(await store.get('id')).not.toHaveProperty('value')
  })
})

describe('values that cannot be kept are refused, with a code, and nothing else of the save is kept', () => {
  test.each<[string, Record<string, unknown>, string]>([
    ['a cycle', { value: cycle }, 'VALUE_NOT_STORABLE'],
    ['a bigint', { value: 5n }, 'VALUE_NOT_STORABLE'],
    ['5,000 levels', { value: deep }, 'VALUE_NOT_STORABLE'],
    ['half a surrogate pair', { value: '\uD800' }, 'VALUE_NOT_STORABLE'],
    ['a member __proto__', { value: JSON.parse('{"__proto__":{"admin":true}}') as unknown }, 'VALUE_NOT_STORABLE'],
    ['300 kB', { value: 'x'.repeat(300_000) }, 'VALUE_TOO_LARGE'],
    ['300 kB in parts', Object.fromEntries(Array.from({ length: 6 }, (_, i) => [`part${i}`, 'x'.repeat(50_000)])), 'SESSION_TOO_LARGE'],
    ['2,000 attributes', Object.fromEntries(Array.from({ length: 2_000 }, (_, i) => [`a${i}`, i])), 'TOO_MANY_ATTRIBUTES'],
    ['an empty name', { '': 1 }, 'NAME_INVALID'],
    ['the name constructor', { constructor: 1 }, 'NAME_INVALID'],
    ['the name __proto__', Object.fromEntries([['__proto__', 1]]), 'NAME_INVALID'],
    ['a name of 1,000 letters', { ['n'.repeat(1_000)]: 1 }, 'NAME_INVALID'],
  ])('%s [ADP-9]', async (_, attributes, code) => {
    const store = await openStore()
    await store.set('id', plain({ before: 1 }))
    const given = plain({ before: 2 })
    for (const [name, value] of Object.entries(attributes)) Object.defineProperty(given, name, { value, enumerable: true })
    await expect(store.set('id', given)).rejects.toMatchObject({ code })
    const found = await store.get('id')
    expect(found).toMatchObject({ before: 1 })
    expect(Object.keys(found ?? {}).sort()).toEqual(['before', 'cookie'])
    expect(Reflect.get({}, 'admin')).toBeUndefined()
  })
})

test.each([
  ['/cycle', 'VALUE_NOT_STORABLE'],
  ['/bigint', 'VALUE_NOT_STORABLE'],
  ['/deep', 'VALUE_NOT_STORABLE'],
  ['/large', 'VALUE_TOO_LARGE'],
])('%s through Express: the response ends, the app’s error handler gets %s [ADP-9]', async (path, code) => {
  const node = await startNode()
  const values: Record<string, unknown> = { '/cycle': cycle, '/bigint': 5n, '/deep': deep, '/large': 'x'.repeat(300_000) }
  const { app, errors } = await startShop({ client: node.store }, (shop) => {
    shop.get('/login', (request, response) => {
      Object.assign(request.session, { user: 'ann' })
      response.json('ok')
    })
    shop.get('/user', (request, response) => void response.json(Reflect.get(request.session, 'user')))
    shop.get(path, (request, response) => {
      Object.assign(request.session, { user: 'bob', value: values[path] })
      response.json('ok')
    })
  })
  const browser = new Browser()
  await app.get(browser, '/login')
  await app.visit(browser, path)
  await expect.poll(() => errors).toEqual([code])
  expect(await app.get(browser, '/user')).toBe('ann')
  // Also as the first thing that a session hears of.
  await app.visit(new Browser(), path)
  await expect.poll(() => errors).toEqual([code, code])
})

test.each(['', 'x', 's:', 's:x.y', `s:${'x'.repeat(5_000)}.y`, 's:%00.%00', '%', 's:__proto__.x'])('the cookie %j is no session [ADP-9]', async (value) => {
  const node = await startNode()
  const { app } = await startShop({ client: node.store }, (shop) => {
    shop.get('/', (request, response) => void response.json(Object.keys(request.session)))
  })
  const browser = new Browser()
  browser.keep(`connect.sid=${encodeURIComponent(value)}`)
  expect(await app.get(browser, '/')).toEqual(['cookie'])
})

test('ids that cannot be are no sessions [ADP-9]', async () => {
  const store = await openStore()
  expect(await store.get('x'.repeat(5_000))).toBeNull()
  expect(await store.get('\uD800')).toBeNull()
})
