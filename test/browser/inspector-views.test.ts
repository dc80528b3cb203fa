/**
 * Every view of the inspector on three real nodes under traffic, in both colour schemes and on a narrow screen: nothing
 * serious for axe, nothing that sticks out. With UNDERSTUDY_PICTURES=1 (`npm run pictures`) the views are photographed
 * for the README.
 */
import { mkdir } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { sessionKey } from '@understudy/client'
import type { Store } from '@understudy/client'
import type { Page } from 'playwright-core'
import { describe, expect, it, onTestFinished } from 'vitest'
import { browse } from '../support/browser.js'
import { eventually } from '../support/eventually.js'
import { expectAccessible, expectClean, expectFitting, goTo, inspectorAt } from '../support/inspecting.js'
import { Members } from '../support/members.js'
import { saveSessions } from '../support/sessions.js'

const chromium = browse()

const PICTURES = fileURLToPath(new URL('../../docs/inspector/', import.meta.url))

/** Sessions beside those of the shoppers. */
const MANY = 10_000

/** ms of traffic before pictures are taken: plots need a past. */
const PAST = 75_000

const isPhotographed = process.env['UNDERSTUDY_PICTURES'] !== undefined

const SESSION = `#/session/${sessionKey('visitor 3')}`

const ADDRESS = { city: 'Lima', lines: ['Av. Larco 101', 'Miraflores'], floor: 7 }

/** Shoppers without end, until the test is over. */
function shop(store: Store, count: number): void {
  const shopping = new AbortController()
  const shopper = async (number: number): Promise<void> => {
    const session = await store.open(`visitor ${number}`, { idleTimeout: 1_800_000, absoluteTimeout: 43_200_000 })
    if (session.get('userId') === undefined) session.set('userId', 1_000 + number).freeze('userId').set('theme', 'dark').set('locale', 'en-GB').set('csrfToken', `t${number}`).set('address', ADDRESS)
    for (let turn = 0; !shopping.signal.aborted; turn++) {
      session.increment('views').set(`cart.${['lamp', 'wig', 'mask', 'tea', 'script'][(turn + number) % 5]}`, { count: turn % 7, price: 12.5 })
      await session.save({ copies: 2 })
      await new Promise((resolve) => setTimeout(resolve, 60 + ((number * 37 + turn * 13) % 80)))
    }
  }
  const all = Promise.allSettled(Array.from({ length: count }, (_, number) => shopper(number)))
  onTestFinished(async () => {
    shopping.abort()
    await all
  })
}

/** What shows that a view is there. */
const VIEWS: Readonly<Record<string, (page: Page) => Promise<unknown>>> = {
  '#/cluster': (page) => page.getByRole('img', { name: /3 nodes, all alive/ }).waitFor(),
  '#/flow': (page) => page.getByRole('grid', { name: /Deltas/ }).waitFor(),
  '#/sessions': (page) => page.getByRole('grid', { name: 'Sessions' }).getByRole('link').first().waitFor(),
  [SESSION]: (page) => page.getByRole('row', { name: /^views/ }).waitFor(),
}

/** Three members that take over from one another, under traffic. */
async function busyMembers(shoppers: number): Promise<Members> {
  const members = await Members.start(['a', 'b', 'c'])
  shop(await members.connect(), shoppers)
  return members
}

describe('every view', () => {
  it.each([
    ['light', 1_440],
    ['dark', 1_440],
    ['light', 390],
  ] as const)('in %s, %d pixels wide, is accessible, and nothing sticks out [INB-10]', async (colorScheme, width) => {
    const members = await busyMembers(6)
    const visit = await chromium.open(inspectorAt({ url: members.url('a') }), { colorScheme, reducedMotion: 'reduce', viewport: { width, height: 900 } })
    for (const [view, isThere] of Object.entries(VIEWS)) {
      await goTo(visit.page, view)
      await isThere(visit.page)
      await expectAccessible(visit)
      await expectFitting(visit)
    }
    expectClean(visit)
  }, 180_000)

  it('stands still for who wants less motion [INB-10]', async () => {
    const members = await busyMembers(6)
    const moving = async (reducedMotion: 'reduce' | 'no-preference'): Promise<unknown> => {
      const { page } = await chromium.open(inspectorAt({ url: members.url('a') }), { reducedMotion })
      await page.locator('.flow .dashes').first().waitFor({ state: 'attached' })
      return page.evaluate('document.getAnimations().filter((animation) => animation.playState === "running").length > 0')
    }
    expect(await moving('reduce')).toBe(false)
    expect(await moving('no-preference')).toBe(true)
  })
})

/** Not skipped but absent where nobody asked for pictures. */
function photograph(): void {
  it('pictures of all views are taken for the README', async () => {
    const members = await busyMembers(24)
    const store = await members.connect()
    // Little by little: the pictures are taken on machines that do other things, too.
    for (let first = 0; first < MANY; first += 50) await saveSessions(store, Array.from({ length: 50 }, (_, index) => first + index), (number) => ({ number, note: 'x'.repeat((number * 7919) % 900) }))
    await mkdir(PICTURES, { recursive: true })
    const url = inspectorAt({ url: members.url('a') })
    const open = (colorScheme: 'light' | 'dark', width = 1_280, height = 860) => chromium.open(url, { colorScheme, viewport: { width, height }, deviceScaleFactor: 1.25 })
    const [light, dark, narrow] = [await open('light'), await open('dark'), await open('light', 390, 780)]
    await light.page.setViewportSize({ width: 1_280, height: 1_330 })
    const shoot = (page: Page, name: string): Promise<unknown> => page.screenshot({ path: `${PICTURES}${name}.png` })
    await new Promise((resolve) => setTimeout(resolve, PAST))
    await shoot(light.page, 'cluster')
    await light.page.setViewportSize({ width: 1_280, height: 860 })
    await shoot(narrow.page, 'narrow')
    for (const [view, name, { page }] of [['#/flow', 'flow', light], ['#/flow', 'flow-dark', dark], ['#/sessions', 'sessions', light], [SESSION, 'session', light]] as const) {
      await goTo(page, view)
      await VIEWS[view]?.(page)
      await page.waitForTimeout(2_500)
      if (view === SESSION) {
        await page.getByRole('button', { name: 'Reveal value of address' }).click()
        await page.getByText('Av. Larco 101').waitFor()
      }
      await shoot(page, name)
    }
    await goTo(dark.page, '#/cluster')
    members.signal('b', 'SIGKILL')
    await eventually('the others have taken over', () => dark.page.getByRole('list', { name: 'Events' }).getByText(/took over/).nth(1).isVisible())
    await dark.page.waitForTimeout(1_500)
    await shoot(dark.page, 'take-over')
  }, 240_000)
}

if (isPhotographed) photograph()
