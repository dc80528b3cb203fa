/** The inspector's page of one session, with real nodes behind it. */
import { sessionKey } from '@understudy/client'
import { describe, expect, it } from 'vitest'
import { browse } from '../support/browser.js'
import { eventually } from '../support/eventually.js'
import { expectAccessible, expectClean, inspectorAt, startInspected } from '../support/inspecting.js'
import { connectApp, startBackup, whenCaughtUp } from '../support/nodes.js'

const chromium = browse()

describe('a session', () => {
  it('is found by its id, which is hashed in the browser and never leaves it [INB-3]', async () => {
    const node = await startInspected({ name: 'a' })
    await (await node.store.open('a-secret-id')).set('theme', 'dark').save()
    const sent: string[] = []
    const visit = await chromium.open(inspectorAt(node), {}, async (page) => {
      page.on('request', (request) => void sent.push(request.url(), request.postData() ?? ''))
      page.on('websocket', (socket) => socket.on('framesent', ({ payload }) => void sent.push(payload.toString())))
    })
    const { page } = visit
    await page.getByRole('search').getByRole('textbox').fill('a-secret-id')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: sessionKey('a-secret-id') }).waitFor()
    await page.getByRole('row', { name: /^theme/ }).waitFor()
    expect(page.url()).toContain(sessionKey('a-secret-id'))
    expect(sent.join('\n')).toContain(sessionKey('a-secret-id'))
    expect(sent.join('\n')).not.toContain('a-secret-id')
    expect(await page.evaluate('JSON.stringify([{ ...localStorage }, { ...sessionStorage }])')).not.toContain('a-secret-id')
    expectClean(visit)
  })

  it('hides its values until they are revealed one by one, and hides them again when they change [INB-4]', async () => {
    const node = await startInspected({ name: 'a' })
    const session = await node.store.open('visitor')
    await session.set('theme', 'dark chocolate').set('cart', { items: [{ book: 7n }] }).set('password', 'never').save()
    const visit = await chromium.open(inspectorAt(node, `#/session/${session.key}`))
    const { page } = visit
    const theme = page.getByRole('row', { name: /^theme/ })
    await theme.getByText('string, 14 characters').waitFor()
    expect(await page.content()).not.toContain('dark chocolate')
    await theme.getByRole('button', { name: /Reveal/ }).click()
    await theme.getByText('dark chocolate').waitFor()
    await page.getByRole('row', { name: /^cart/ }).getByRole('button', { name: /Reveal/ }).click()
    await page.getByText('7n').waitFor()
    expect(await page.getByRole('row', { name: /^password/ }).getByRole('button', { name: /Reveal/ }).count()).toBe(0)
    await session.set('theme', 'light').save()
    await theme.getByText('string, 5 characters').waitFor()
    expect(await page.content()).not.toContain('dark chocolate')
    await page.getByRole('list', { name: /Changes/ }).getByText('theme', { exact: true }).waitFor()
    await expectAccessible(visit)
    expectClean(visit)
  })

  it('is edited, frozen and destroyed after one question each, on all nodes [INB-5]', async () => {
    const node = await startInspected({ name: 'a' })
    const session = await node.store.open('visitor')
    await session.set('theme', 'dark').set('userId', 7).save()
    const visit = await chromium.open(inspectorAt(node, `#/session/${session.key}`))
    const { page } = visit
    const dialog = page.getByRole('dialog')
    await page.getByRole('button', { name: 'Edit theme' }).click()
    await dialog.getByLabel('value').fill('light')
    await expectAccessible(visit)
    await dialog.getByRole('button', { name: 'Save' }).click()
    await eventually('the app sees the edit', () => session.get('theme') === 'light')
    await page.getByRole('button', { name: 'Freeze userId' }).click()
    await dialog.getByRole('button', { name: 'Cancel' }).click()
    expect(session.isFrozen('userId')).toBe(false)
    await page.getByRole('button', { name: 'Freeze userId' }).click()
    await dialog.getByRole('button', { name: 'Freeze' }).click()
    await eventually('the attribute is frozen', () => session.isFrozen('userId'))
    await page.getByRole('row', { name: /^userId/ }).getByText(/^frozen/).waitFor()
    await page.getByRole('button', { name: 'Destroy' }).click()
    await dialog.getByRole('button', { name: 'Destroy' }).click()
    await page.getByRole('heading', { name: 'This session was destroyed' }).waitFor()
    expect(session.ended).toBe('destroyed')
    expectClean(visit)
  })

  it('that an app destroys while it is looked at says so at once [INB-6]', async () => {
    const node = await startInspected({ name: 'a' })
    const app = await connectApp([node])
    const session = await app.open('visitor')
    await session.set('theme', 'dark').save()
    const visit = await chromium.open(inspectorAt(node, `#/session/${session.key}`))
    await visit.page.getByRole('row', { name: /^theme/ }).waitFor()
    await app.destroy('visitor')
    await visit.page.getByRole('heading', { name: 'This session was destroyed' }).waitFor()
    await expectAccessible(visit)
    expectClean(visit)
  })

  it('shows each back-up’s benchmark, and its replicas side by side [INB-4]', async () => {
    const primary = await startInspected({ name: 'a' })
    await startBackup(primary, { name: 'b' })
    await whenCaughtUp(primary, 'b')
    const session = await primary.store.open('visitor')
    await session.set('theme', 'dark').save({ copies: 2 })
    const visit = await chromium.open(inspectorAt(primary, `#/session/${session.key}`))
    const { page } = visit
    await page.getByRole('region', { name: /benchmarks/ }).getByText('holds everything').waitFor()
    await page.getByRole('button', { name: 'Compare replicas' }).click()
    const comparison = page.getByRole('region', { name: 'Replicas side by side' })
    await comparison.getByText('all attributes equal').waitFor()
    expect(await comparison.getByRole('columnheader').allInnerTexts()).toEqual(expect.arrayContaining(['a', 'b']))
    await expectAccessible(visit)
    expectClean(visit)
  })

  it('counts down by the node’s clock, though the browser’s is an hour off [INB-8]', async () => {
    const node = await startInspected({ name: 'a' })
    const session = await node.store.open('visitor', { idleTimeout: 1_800_000 })
    await session.set('theme', 'dark').save()
    const visit = await chromium.open(inspectorAt(node, `#/session/${session.key}`), {}, (page) => page.addInitScript(() => {
      const now = Date.now
      Date.now = () => now() + 3_600_000
    }))
    const left = visit.page.getByRole('timer', { name: 'idle deadline' })
    await eventually('there are less than 30 minutes left', async () => /^29\smin/.test(await left.innerText()))
    const before = await left.innerText()
    await eventually('it counts down', async () => (await left.innerText()) !== before)
    expect(await left.innerText()).toMatch(/^29\smin/)
    expectClean(visit)
  })
})
