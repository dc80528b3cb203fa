/**
 * Requests of one browser that overlap, over two instances of an app with the pages of race-pages.ts. A race is won if
 * afterwards the session is what both requests together made of it.
 */
import { App, Browser } from './app.js'
import type { Visitable } from './app.js'
import { racePages, SLOW } from './race-pages.js'
import type { Store } from 'express-session'

/** What a race is run over. */
export interface Course {
  /** Two instances of the app. */
  readonly apps: readonly [Visitable, Visitable]
  /** The attributes of a session as a third instance finds them; undefined: there is none. */
  look(id: string): Promise<Readonly<Record<string, unknown>> | undefined>
}

/** One race, by a browser that is logged in. @returns whether it was won */
type Race = (course: Course, browser: Browser) => Promise<boolean>

/** Each race, by what a store does that wins it. */
export const RACES = {
  'keeps both of two attributes that were set at once': async ({ apps: [one, two], look }, browser) => {
    await Promise.all([one.get(browser, '/set?a=1'), two.get(browser.twin(), '/set?b=2')])
    return holds(await look(browser.id), { a: '1', b: '2' })
  },
  'keeps both of two items that were added to one object at once': async ({ apps: [one, two], look }, browser) => {
    await Promise.all([one.get(browser, '/add?ink=2'), two.get(browser.twin(), '/add?nib=3')])
    return holds(await look(browser.id), { cart: { pen: 1, ink: 2, nib: 3 } })
  },
  'keeps an attribute that was set, and removes one that was removed, at once': async ({ apps: [one, two], look }, browser) => {
    await Promise.all([one.get(browser, '/set?a=1'), two.get(browser.twin(), '/remove?name=count')])
    const found = await look(browser.id)
    return holds(found, { a: '1' }) && found?.['count'] === undefined
  },
  'lets a request that only reads undo nothing': async ({ apps: [one, two], look }, browser) => {
    await Promise.all([one.get(browser, '/read'), two.get(browser.twin(), '/set?user=bob')])
    return holds(await look(browser.id), { user: 'bob' })
  },
  'lets a slow request undo nothing that faster ones wrote meanwhile': async ({ apps: [one, two], look }, browser) => {
    await during(one.get(browser, '/set?a=1'), () => two.get(browser.twin(), '/now?user=bob'))
    return holds(await look(browser.id), { a: '1', user: 'bob' })
  },
  'keeps all of eight attributes that were set at once': async ({ apps: [one, two], look }, browser) => {
    const names = Array.from({ length: 8 }, (_, i) => `n${i}`)
    await Promise.all(names.map((name, i) => (i % 2 === 0 ? one : two).get(browser.twin(), `/set?${name}=1`)))
    return holds(await look(browser.id), Object.fromEntries(names.map((name) => [name, '1'])))
  },
  'lets no request that writes bring back a session that was logged out': (course, browser) =>
    endedMeanwhile(course, browser, '/set?a=1', '/logout'),
  'lets no request that reads bring back a session that was logged out': (course, browser) =>
    endedMeanwhile(course, browser, '/read', '/logout'),
  'lets no request bring back a session that was regenerated': (course, browser) =>
    endedMeanwhile(course, browser, '/set?a=1', '/regenerate'),
} satisfies Record<string, Race>

/** The name of a race. */
export type RaceName = keyof typeof RACES

/** How a race is repeated. */
export interface Heats {
  readonly count: number
  /** How many run at once. */
  readonly width: number
}

/** Runs a race again and again, each time with a session of its own. @returns how often it was lost */
export async function lostRaces(name: RaceName, course: Course, { count, width }: Heats): Promise<number> {
  const race: Race = RACES[name]
  let begun = 0
  let lost = 0
  const lane = async (): Promise<void> => {
    while (begun++ < count) {
      const browser = new Browser()
      await course.apps[0].get(browser, '/login')
      if (!(await race(course, browser))) lost++
    }
  }
  await Promise.all(Array.from({ length: width }, lane))
  return lost
}

/** Starts an instance of the app that races are run over, with this store, in this process. */
export function startRaceApp(store: Store): Promise<App> {
  return App.start(racePages, { store }, LIMIT)
}

/** ms that a response may take. */
const LIMIT = 30_000

/** Both requests, the other one when the slow one has read its session and is not done with it. */
async function during(slowly: Promise<unknown>, other: () => Promise<unknown>): Promise<void> {
  const meanwhile = new Promise((resolve) => void setTimeout(resolve, SLOW / 4))
  await Promise.all([slowly, meanwhile.then(other)])
}

async function endedMeanwhile({ apps: [one, two], look }: Course, browser: Browser, slow: string, end: string): Promise<boolean> {
  await during(one.get(browser.twin(), slow), () => two.get(browser.twin(), end))
  return (await look(browser.id)) === undefined
}

function holds(found: Readonly<Record<string, unknown>> | undefined, expected: Readonly<Record<string, unknown>>): boolean {
  return found !== undefined && Object.entries(expected).every(([name, value]) => JSON.stringify(sorted(found[name])) === JSON.stringify(sorted(value)))
}

function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  return Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
}
