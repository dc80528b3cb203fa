/** The inspector's list of sessions, with real nodes behind it. */
import { sessionKey } from '@understudy/client'
import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { browse } from '../support/browser.js'
import { eventually } from '../support/eventually.js'
import { expectAccessible, expectClean, inspectorAt, startInspected } from '../support/inspecting.js'
import { numbers, saveSessions } from '../support/sessions.js'

const chromium = browse()

const MANY = 100_000

/** Rows that exist in the page. */
function rows(page: Page): Promise<number> {
  return page.locator('.space .row').count()
}

/** Row number of the last row that exists, from 1; the heads are row 1. */
async function lastRow(page: Page): Promise<number> {
  return Number(await page.locator('.space .row').last().getAttribute('aria-rowindex'))
}

describe('the list', () => {
  it('of 100,000 sessions is fetched in pages, holds what is visible alone, and reaches its end [INB-2]', async () => {
    const node = await startInspected({ name: 'a' })
    await saveSessions(node.store, numbers(MANY), (number) => number)
    let pages = 0
    const visit = await chromium.open(inspectorAt(node, '#/sessions'), {}, async (page) => {
      page.on('websocket', (socket) => socket.on('framesent', ({ payload }) => {
        if (payload.toString().includes('"type":"page"')) pages++
      }))
    })
    const { page } = visit
    await page.getByText('100,000 sessions').waitFor()
    const grid = page.getByRole('grid', { name: 'Sessions' })
    expect(await grid.getAttribute('aria-rowcount')).toBe(String(MANY + 1))
    await grid.getByRole('link').first().waitFor()
    expect(await rows(page)).toBeLessThan(60)
    expect(pages).toBe(1)
    await grid.focus()
    await page.keyboard.press('End')
    await eventually('the last row is there', async () => (await lastRow(page)) === MANY + 1)
    await page.locator('.space .row').last().getByRole('link').waitFor()
    expect(await rows(page)).toBeLessThan(60)
    expect(pages).toBeLessThan(6)
    for (const share of [0.2, 0.4, 0.6, 0.8]) {
      await grid.evaluate((element, share) => Object.assign(element, { scrollTop: share * element.scrollHeight }), share)
      await eventually('the rows of that place are there', async () => Math.abs((await lastRow(page)) / MANY - share) < 0.01 && (await page.locator('.space .row').last().getByRole('link').count()) === 1)
    }
    expect(await rows(page)).toBeLessThan(60)
    expect(pages).toBeLessThan(16)
    await expectAccessible(visit)
    expectClean(visit)
  }, 180_000)

  it('is filtered by key, attribute, age and size, and says what is wrong with a filter [INB-2]', async () => {
    const node = await startInspected({ name: 'a' })
    for (const [id, name, value] of [['one', 'theme', 'dark'], ['two', 'theme', 'light'], ['three', 'cart', 'x'.repeat(5_000)]] as const) {
      await (await node.store.open(id)).set(name, value).save()
    }
    const visit = await chromium.open(inspectorAt(node, '#/sessions'))
    const { page } = visit
    const filter = page.getByRole('form', { name: 'Filter' })
    const listed = async (label: string, text: string): Promise<void> => {
      await filter.getByRole('button', { name: 'Clear' }).click()
      await filter.getByLabel(label).fill(text)
      await page.keyboard.press('Enter')
    }
    await page.getByText('3 sessions').waitFor()
    await listed('has attribute', 'theme')
    await page.getByText('2 sessions').waitFor()
    await listed('key begins with', sessionKey('one').slice(0, 12))
    await page.getByText('1 session', { exact: true }).waitFor()
    await page.getByRole('link', { name: sessionKey('one') }).waitFor()
    await listed('larger than (kB)', '4')
    await page.getByRole('link', { name: sessionKey('three') }).waitFor()
    await page.getByText('1 session', { exact: true }).waitFor()
    await listed('older than (min)', '10')
    await page.getByText('No session fits').waitFor()
    await listed('key begins with', 'one')
    await page.getByRole('alert').getByText('up to 32 hexadecimal digits').waitFor()
    await expectAccessible(visit)
    expectClean(visit)
  })

  it('of one user is ended as a whole, after one question, and nobody else’s [INB-5]', async () => {
    const node = await startInspected({ name: 'a', userAttribute: 'user' })
    for (const [id, user] of [['phone', 'ada'], ['laptop', 'ada'], ['other', 'bob']] as const) await (await node.store.open(id)).set('user', user).save()
    const visit = await chromium.open(inspectorAt(node, '#/sessions'))
    const { page } = visit
    const ending = page.getByRole('button', { name: 'End all of this user' })
    await page.getByText('3 sessions').waitFor()
    expect(await ending.count()).toBe(0)
    await page.getByRole('form', { name: 'Filter' }).getByLabel('user').fill('ada')
    await page.keyboard.press('Enter')
    await page.getByText('2 sessions').waitFor()
    await ending.click()
    await expectAccessible(visit)
    await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click()
    expect(await node.store.find('phone')).toBeDefined()
    await ending.click()
    await page.getByRole('dialog').getByRole('button', { name: 'End them all' }).click()
    await page.getByText('2 sessions were ended').waitFor()
    await page.getByText('No session fits this filter').waitFor()
    await page.getByRole('button', { name: 'Clear' }).click()
    await page.getByRole('link', { name: sessionKey('other') }).waitFor()
    await page.getByText('1 session', { exact: true }).waitFor()
    expect(await node.store.find('laptop')).toBeUndefined()
    expectClean(visit)
  })

  it('is walked through by keyboard, from the list to a session and back [INB-10]', async () => {
    const node = await startInspected({ name: 'a' })
    await saveSessions(node.store, numbers(50), (number) => number)
    const visit = await chromium.open(inspectorAt(node, '#/sessions'))
    const { page } = visit
    await page.getByText('50 sessions').waitFor()
    const grid = page.getByRole('grid', { name: 'Sessions' })
    await grid.getByRole('link').nth(2).waitFor()
    const third = await grid.getByRole('link').nth(2).innerText()
    await grid.focus()
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: third }).waitFor()
    await page.goBack()
    await page.getByText('50 sessions').waitFor()
    await page.keyboard.press('/')
    await page.keyboard.type('session 7')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: sessionKey('session 7') }).waitFor()
    expectClean(visit)
  })
})
