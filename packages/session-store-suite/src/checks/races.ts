/**
 * Requests of one browser that overlap, over two instances of an app. Each race is run many times, each time with a
 * session of its own; a store that loses one of them fails. Handlers that are slow wait 20 ms between what they read
 * and what they leave behind.
 */
import { Browser } from '../app.js'
import type { App, Routes } from '../app.js'
import { Failure } from '../check.js'
import type { Check } from '../check.js'
import type { Trial } from '../trial.js'

/** How long a slow handler takes, ms. */
const SLOW = 20

const pages: Routes = {
  '/': ({ session }) => Object.fromEntries(Object.entries(session ?? {}).filter(([name]) => name !== 'cookie')),
  '/login': ({ session }) => void (session && Object.assign(session, { user: 'ann', cart: { pen: 1 }, count: 0 })),
  '/set': async ({ session, query }) => {
    await slow()
    if (session) Object.assign(session, Object.fromEntries(query))
  },
  '/add': async ({ session, query }) => {
    const cart = session?.['cart'] as Record<string, unknown> | undefined
    await slow()
    for (const [name, amount] of query) if (cart) cart[name] = Number(amount)
  },
  '/remove': async ({ session, query }) => {
    await slow()
    if (session) Reflect.deleteProperty(session, query.get('name') ?? '')
  },
  '/read': async ({ session }) => {
    await slow()
    return session?.['user']
  },
  '/logout': ({ session }) => called((done) => session?.destroy(done)),
  '/regenerate': ({ session }) => called((done) => session?.regenerate(done)),
}

/** Checks of races. */
export const races: Readonly<Record<string, Check>> = {
  'keeps both of two attributes that were set at once': (trial) =>
    raced(trial, async (one, two, browser) => {
      await Promise.all([one.get(browser, '/set?a=1'), two.get(browser.twin(), '/set?b=2')])
      return holds(await content(trial, browser), { a: '1', b: '2' })
    }),
  'keeps both of two items that were added to one object at once': (trial) =>
    raced(trial, async (one, two, browser) => {
      await Promise.all([one.get(browser, '/add?ink=2'), two.get(browser.twin(), '/add?nib=3')])
      return holds(await content(trial, browser), { cart: { pen: 1, ink: 2, nib: 3 } })
    }),
  'keeps an attribute that was set, and removes one that was removed, at once': (trial) =>
    raced(trial, async (one, two, browser) => {
      await Promise.all([one.get(browser, '/set?a=1'), two.get(browser.twin(), '/remove?name=count')])
      const found = await content(trial, browser)
      return holds(found, { a: '1' }) && found?.['count'] === undefined
    }),
  'lets a request that only reads undo nothing': (trial) =>
    raced(trial, async (one, two, browser) => {
      await Promise.all([one.get(browser, '/read'), two.get(browser.twin(), '/set?user=bob')])
      return holds(await content(trial, browser), { user: 'bob' })
    }),
  'lets a slow request undo nothing that a fast one wrote meanwhile': (trial) =>
    raced(trial, async (one, two, browser) => {
      const slowly = one.get(browser, '/set?a=1')
      await two.get(browser.twin(), '/login')
      await two.get(browser.twin(), '/set?user=bob')
      await slowly
      return holds(await content(trial, browser), { a: '1', user: 'bob' })
    }),
  'keeps all of eight attributes that were set at once': (trial) =>
    raced(trial, async (one, two, browser) => {
      const names = Array.from({ length: 8 }, (_, i) => `n${i}`)
      await Promise.all(names.map((name, i) => (i % 2 === 0 ? one : two).get(browser.twin(), `/set?${name}=1`)))
      return holds(await content(trial, browser), Object.fromEntries(names.map((name) => [name, '1'])))
    }),
  'lets no request that writes bring back a session that was logged out': (trial) =>
    raced(trial, async (one, two, browser) => {
      const slowly = one.get(browser.twin(), '/set?a=1')
      await trial.pause(SLOW / 4)
      await two.get(browser.twin(), '/logout')
      await slowly
      return (await content(trial, browser)) === undefined
    }),
  'lets no request that reads bring back a session that was logged out': (trial) =>
    raced(trial, async (one, two, browser) => {
      const slowly = one.get(browser.twin(), '/read')
      await trial.pause(SLOW / 4)
      await two.get(browser.twin(), '/logout')
      await slowly
      return (await content(trial, browser)) === undefined
    }),
  'lets no request bring back a session that was regenerated': (trial) =>
    raced(trial, async (one, two, browser) => {
      const slowly = one.get(browser.twin(), '/set?a=1')
      await trial.pause(SLOW / 4)
      await two.get(browser.twin(), '/regenerate')
      await slowly
      return (await content(trial, browser)) === undefined
    }),
}

/** Runs a race again and again; fails when it was lost. */
async function raced(trial: Trial, race: (one: App, two: App, browser: Browser) => Promise<boolean>): Promise<void> {
  const [one, two] = [await trial.app(pages), await trial.app(pages)]
  const run = async (): Promise<boolean> => {
    const browser = new Browser()
    await one.get(browser, '/login')
    return race(one, two, browser)
  }
  const outcomes = await Promise.all(Array.from({ length: trial.races }, run))
  const lost = outcomes.filter((won) => !won).length
  if (lost > 0) throw new Failure(`lost in ${lost} of ${outcomes.length} races`)
}

/** What the store holds of a browser's session, as one more instance finds it. */
async function content(trial: Trial, browser: Browser): Promise<Record<string, unknown> | undefined> {
  return trial.read(await trial.onlooker(), idOf(browser))
}

/** The id in a signed cookie: `s:` id `.` signature. */
function idOf({ cookie = '' }: Browser): string {
  const value = decodeURIComponent(cookie.slice(cookie.indexOf('=') + 1))
  return value.slice(2, value.lastIndexOf('.'))
}

function holds(found: Record<string, unknown> | undefined, expected: Record<string, unknown>): boolean {
  return found !== undefined && Object.entries(expected).every(([name, value]) => JSON.stringify(sorted(found[name])) === JSON.stringify(sorted(value)))
}

function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  return Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
}

function slow(): Promise<void> {
  return new Promise((resolve) => void setTimeout(resolve, SLOW))
}

function called(method: (done: (error?: unknown) => void) => unknown): Promise<void> {
  return new Promise((resolve, reject) => {
    method((error) => (error ? reject(error instanceof Error ? error : new Error(String(error))) : resolve()))
  })
}
