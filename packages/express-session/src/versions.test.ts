/** Sessions that an adapter of another version, or another program, writes to the same cluster. */
import session from 'express-session'
import type { SessionData } from 'express-session'
import { expect, test } from 'vitest'
import { Browser, startNode, startShop } from './shop.test-support.js'
import { UnderstudyStore } from './understudy-store.js'

function plain(attributes: Record<string, unknown>): SessionData {
  return { ...attributes, cookie: new session.Cookie() }
}

test('what this version does not know, it shows as it is and leaves alone [ADP-25]', async () => {
  const node = await startNode()
  const store = new UnderstudyStore({ client: node.store })
  await store.set('id', plain({ user: 'ann' }))
  const newer = await node.store.open('sess:id')
  await newer.set('understudy.next', { format: 2, parts: [1, 2] }).save()
  const read = (await store.get('id')) ?? plain({})
  expect(read).toMatchObject({ 'user': 'ann', 'understudy.next': { format: 2, parts: [1, 2] } })
  await store.set('id', Object.assign(read, { user: 'bob' }))
  expect(newer.toJSON()).toMatchObject({ 'user': 'bob', 'understudy.next': { format: 2, parts: [1, 2] } })
})

test.each([['text', 'v2:abc'], ['a list', [1]], ['an instant that is none', { expires: 'soon', originalMaxAge: null }]])(
  'a cookie that is %s is refused with a code, and the app’s error handler gets it [ADP-25]',
  async (_, cookie) => {
    const node = await startNode()
    const { app, store, errors } = await startShop({ client: node.store }, (shop) => {
      shop.get('/', (request, response) => {
        Object.assign(request.session, { user: 'ann' })
        response.json('ok')
      })
    })
    const browser = new Browser()
    await app.get(browser, '/')
    const newer = await node.store.open(`sess:${browser.id}`)
    await newer.set('cookie', cookie).save()
    await expect(store.get(browser.id)).rejects.toMatchObject({ code: 'VALUE_NOT_STORABLE', attribute: 'cookie' })
    expect(await app.visit(browser, '/')).toMatchObject({ status: 500 })
    expect(errors).toEqual(['VALUE_NOT_STORABLE'])
    expect(newer.toJSON()).toMatchObject({ user: 'ann', cookie })
  },
)

test('regenerate: over two instances the old id is dead before the new one is known, and nothing goes over [ADP-26]', async () => {
  const node = await startNode()
  const order: string[] = []
  const note = async (id: string): Promise<unknown> => order.push((await node.store.find(`sess:${id}`)) === undefined ? 'dead' : 'alive')
  const shops = await Promise.all([1, 2].map(() => startShop({ client: node.store }, (shop) => {
    shop.get('/', (request, response) => void response.json(Reflect.get(request.session, 'user') ?? null))
    shop.get('/set', (request, response) => void response.json(Object.assign(request.session, request.query) && 'ok'))
    shop.get('/regenerate', (request, response, next) => {
      const old = request.sessionID
      request.session.regenerate((error: unknown) => {
        if (error !== null && error !== undefined) return next(error)
        void note(old)
        response.json('ok')
      })
    })
  })))
  const [one, two] = shops
  if (one === undefined || two === undefined) throw new Error('there are no shops')
  const browser = new Browser()
  await one.app.get(browser, '/set?user=ann')
  const thief = browser.twin()
  expect(await two.app.get(thief, '/')).toBe('ann')
  await one.app.get(browser, '/regenerate')
  await expect.poll(() => order).toEqual(['dead'])
  expect(await two.app.get(thief, '/')).toBeNull()
  expect(await two.app.get(browser, '/')).toBeNull()
})
