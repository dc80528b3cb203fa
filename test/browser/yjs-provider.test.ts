/** A stock y-websocket provider in a page follows a session: nothing of Understudy is in the page but addresses. */
import { expect, it } from 'vitest'
import { sessionKey } from '@understudy/client'
import { browse } from '../support/browser.js'
import { eventually } from '../support/eventually.js'
import { startPrimary } from '../support/nodes.js'

const chromium = browse()

it('a stock Yjs provider in a page follows a session on its back-up, cannot change it, and is told of its end [BRO-9]', async () => {
  const [primary, backup] = await startPrimary({}, 'b')
  if (backup === undefined) throw new Error('no back-up')
  const session = await primary.store.open('visitor')
  await session.set('theme', 'dark').set('userId', 7).freeze('userId').save({ copies: 2, required: true })
  const { page, problems, origins } = await chromium.visit()
  const provider = await page.evaluateHandle(({ url, key }) => {
    return new WebsocketProvider(`${url}/yjs`, key, new Y.Doc(), { disableBc: true })
  }, { url: backup.url, key: sessionKey('visitor') })
  const attributes = (): Promise<unknown> => provider.evaluate(({ doc }) => ({
    ...Object.fromEntries(doc.getArray<[string, unknown]>('attributes').toJSON()),
    ...Object.fromEntries(doc.getArray<[string, unknown]>('frozen').toJSON()),
  }))
  await eventually('the provider is synced', () => provider.evaluate(({ synced }) => synced))
  expect(await attributes()).toEqual({ theme: 'dark', userId: 7 })
  await provider.evaluate(({ doc }) => doc.getArray('attributes').push([['admin', true]]))
  await session.set('theme', 'light').save({ copies: 2, required: true })
  await eventually('the change arrives', async () => JSON.stringify(await attributes()).includes('light'))
  expect(session.toJSON()).toEqual({ theme: 'light', userId: 7 })
  await primary.store.destroy('visitor', { copies: 2, required: true })
  await eventually('the provider gave up', () => provider.evaluate(({ shouldConnect }) => !shouldConnect))
  expect([...origins].sort()).toEqual([chromium.origin(), backup.url].sort())
  expect(problems).toEqual([])
})
