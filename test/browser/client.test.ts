/** The client package as it is built, in a page, against real nodes. */
import { describe, expect, it } from 'vitest'
import { browse } from '../support/browser.js'
import { eventually } from '../support/eventually.js'
import { connectApp, startNode, startPrimary } from '../support/nodes.js'
import { Relay } from '../support/relay.js'

const chromium = browse()

/** Chromium itself tells of connections that nobody answered; nobody can keep it from that. */
function isOurs(problem: string): boolean {
  return !/^error: WebSocket connection to 'ws:\/\/127\.0\.0\.1:\d+\/client' failed/.test(problem)
}

describe('in a page, the client', () => {
  it('opens a session, changes it in one save, and a Node app and the back-up hold the same [BRO-1]', async () => {
    const [primary, backup] = await startPrimary({}, 'b')
    const { page, problems } = await chromium.visit()
    const store = await page.evaluateHandle((url) => understudy.connect({ nodes: [url] }), primary.url)
    const session = await store.evaluateHandle((store) => store.open('visitor', { idleTimeout: 60_000 }))
    const saved = await session.evaluate((session) => {
      session.set('theme', 'dark').set('cart', [{ book: 1, at: 2n ** 60n }]).set('picture', new Uint8Array([1, 2, 255]))
      session.set('userId', 7).freeze('userId').set('flash', 'once').remove('flash').increment('views').increment('views', 2)
      return session.save({ copies: 2, required: true })
    })
    expect(saved).toMatchObject({ copies: 2 })
    const app = await connectApp([primary])
    const seen = await app.find('visitor')
    expect(seen?.toJSON()).toEqual({ theme: 'dark', cart: [{ book: 1, at: 2n ** 60n }], picture: new Uint8Array([1, 2, 255]), userId: 7, views: 3 })
    expect(seen?.isFrozen('userId')).toBe(true)
    expect(backup?.status().digest).toBe(primary.status().digest)
    const refusal = await session.evaluate((session) => {
      try {
        return String(session.set('userId', 8))
      } catch (error) {
        return error instanceof understudy.UnderstudyError && `${error.code} ${error.attribute}`
      }
    })
    expect(refusal).toBe('ATTRIBUTE_FROZEN userId')
    expect(problems).toEqual([])
  })

  it('reads from its replica: no message, however often [BRO-2]', async () => {
    const node = await startNode({ name: 'a' })
    await (await node.store.open('visitor')).set('theme', 'dark').save()
    const visit = await chromium.visit()
    const store = await visit.page.evaluateHandle((url) => understudy.connect({ nodes: [url] }), node.url)
    const session = await store.evaluateHandle((store) => store.open('visitor'))
    const before = visit.sent
    expect(before).toBeGreaterThan(0)
    const read = await session.evaluate((session) => {
      const seen = new Set<unknown>()
      for (let i = 0; i < 10_000; i++) seen.add(session.get('theme')).add(session.toJSON()['theme'])
      return [...seen]
    })
    expect(read).toEqual(['dark'])
    expect(visit.sent).toBe(before)
  })

  it('is told what others change, and shows it [BRO-3]', async () => {
    const node = await startNode({ name: 'a' })
    const { page, problems } = await chromium.visit()
    const store = await page.evaluateHandle((url) => understudy.connect({ nodes: [url] }), node.url)
    const session = await store.evaluateHandle((store) => store.open('visitor'))
    const changed = await session.evaluateHandle((session) => {
      const event = new Promise<unknown>((resolve) => {
        session.on('changed', (names) => resolve({ names: [...names].sort(), views: session.get('views'), theme: session.get('theme') }))
      })
      return { event }
    })
    const app = await connectApp([node])
    await (await app.open('visitor')).set('theme', 'light').increment('views').save()
    expect(await changed.evaluate(({ event }) => event)).toEqual({ names: ['theme', 'views'], views: 1, theme: 'light' })
    expect(problems).toEqual([])
  })

  it('is told that a session is destroyed, and can neither write nor open it any more [BRO-3]', async () => {
    const node = await startNode({ name: 'a' })
    const { page, problems } = await chromium.visit()
    const store = await page.evaluateHandle((url) => understudy.connect({ nodes: [url] }), node.url)
    const session = await store.evaluateHandle((store) => store.open('visitor'))
    await session.evaluate((session) => session.set('theme', 'dark').save())
    const destroyed = await session.evaluateHandle((session) => ({ event: new Promise((resolve) => session.on('destroyed', resolve)) }))
    const app = await connectApp([node])
    await app.destroy('visitor')
    expect(await destroyed.evaluate(({ event }) => event)).toBe('destroyed')
    expect(await session.evaluate((session) => session.get('theme'))).toBe('dark')
    expect(await store.evaluate((store) => store.open('visitor').catch(({ code }) => code))).toBe('SESSION_DESTROYED')
    expect(await store.evaluate(async (store) => (await store.find('visitor')) === undefined)).toBe(true)
    await store.evaluate(async (store) => {
      await store.open('other')
      await store.destroy('other')
    })
    expect(await app.find('other')).toBeUndefined()
    expect(problems).toEqual([])
  })

  it('comes back after its link was cut: reads go on, a save takes effect once, changes are caught up with [BRO-4]', async () => {
    const relay = await Relay.start()
    const node = await startNode({ name: 'a', advertise: relay.url })
    relay.leadTo(node)
    const { page, problems, sockets } = await chromium.visit()
    const store = await page.evaluateHandle((url) => understudy.connect({ nodes: [url], reconnect: { first: 20, longest: 100 } }), relay.url)
    const session = await store.evaluateHandle((store) => store.open('visitor'))
    await session.evaluate((session) => session.increment('views').save())
    relay.cut()
    await eventually('the page tries again', () => sockets.length > 2)
    const own = await node.store.open('visitor')
    await own.set('theme', 'dark').save()
    expect(await session.evaluate((session) => [session.get('views'), session.get('theme') ?? null])).toEqual([1, null])
    const saved = await session.evaluateHandle((session) => ({ answer: session.increment('views').save() }))
    relay.leadTo(node)
    expect(await saved.evaluate(({ answer }) => answer)).toMatchObject({ copies: 1 })
    await eventually('the page has caught up', () => session.evaluate((session) => session.get('theme') === 'dark'))
    expect(await session.evaluate((session) => session.get('views'))).toBe(2)
    await eventually('the node has it, too', () => own.get('views') === 2)
    expect(problems.filter(isOurs)).toEqual([])
  })

  it('sends again what was under way whenever its link is cut, with one effect each [BRO-4]', async () => {
    const relay = await Relay.start()
    const node = await startNode({ name: 'a', advertise: relay.url })
    relay.leadTo(node)
    const { page, problems, sockets } = await chromium.visit()
    const store = await page.evaluateHandle((url) => understudy.connect({ nodes: [url], reconnect: { first: 5, longest: 20 } }), relay.url)
    const session = await store.evaluateHandle((store) => store.open('visitor'))
    const saving = await session.evaluateHandle((session) => {
      const progress = { saves: 0, stop: false }
      const save = async (): Promise<number> => {
        while (!progress.stop) {
          await session.increment('views').save()
          progress.saves++
        }
        return progress.saves
      }
      return { progress, end: save() }
    })
    for (let cuts = 1; cuts <= 10; cuts++) {
      const before = await saving.evaluate(({ progress }) => progress.saves)
      await eventually('the page is back', () => sockets.length >= cuts)
      await eventually('saves go on', async () => (await saving.evaluate(({ progress }) => progress.saves)) > before)
      relay.cut()
      relay.leadTo(node)
    }
    const saves = await saving.evaluate(({ progress, end }) => {
      progress.stop = true
      return end
    })
    expect(saves).toBeGreaterThan(10)
    expect(await session.evaluate((session) => session.get('views'))).toBe(saves)
    expect((await node.store.find('visitor'))?.get('views')).toBe(saves)
    expect(problems.filter(isOurs)).toEqual([])
  })

  it('asks nobody but the page\'s own server and the node, and closes cleanly [BRO-5]', async () => {
    const node = await startNode({ name: 'a' })
    const visit = await chromium.visit()
    await visit.page.evaluate(async (url) => {
      const store = await understudy.connect({ nodes: [url] })
      const session = await store.open('visitor')
      await session.set('theme', 'dark').save()
      await store.close()
    }, node.url)
    expect([...visit.origins].sort()).toEqual([chromium.origin(), node.url].sort())
    expect(visit.sockets).toEqual([`${node.url}/client`])
    expect(visit.problems).toEqual([])
  })
})
