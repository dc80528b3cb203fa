/** The inspector's picture of the cluster and its tape, with real nodes behind them, some of which are lost. */
import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { browse } from '../support/browser.js'
import { eventually } from '../support/eventually.js'
import { expectAccessible, expectClean, goTo, inspectorAt, startInspected } from '../support/inspecting.js'
import { Members } from '../support/members.js'
import { connectApp, startBackup, whenCaughtUp } from '../support/nodes.js'
import { Relay } from '../support/relay.js'

const chromium = browse()

/** Chromium itself tells of connections that nobody answered; nobody can keep it from that. */
function isUnanswered(problem: string): boolean {
  return /WebSocket connection to 'ws:\/\/127\.0\.0\.1:\d+\/inspect' failed|^failed: ws:/.test(problem)
}

/** The cells of a node's row, by the heads of their columns. */
async function nodeRow(page: Page, name: string): Promise<Record<string, string>> {
  const table = page.getByRole('region', { name: 'Nodes' }).getByRole('table')
  const heads = await table.getByRole('columnheader').allInnerTexts()
  const row = table.getByRole('row').filter({ has: page.getByRole('rowheader', { name, exact: true }) })
  const cells = await row.locator('th, td').allInnerTexts()
  return Object.fromEntries(heads.map((head, index) => [head.trim(), cells[index]?.trim() ?? '']))
}

describe('the cluster', () => {
  it('is seen as it is: who is primary for how many slots, and each direction of each link [INB-1]', async () => {
    const primary = await startInspected({ name: 'a' })
    await startBackup(primary, { name: 'b' })
    await whenCaughtUp(primary, 'b')
    await (await primary.store.open('visitor')).set('theme', 'dark').save({ copies: 2 })
    const visit = await chromium.open(inspectorAt(primary))
    const { page } = visit
    await eventually('the picture is whole', async () => (await nodeRow(page, 'a'))['primary for'] === '256' && (await nodeRow(page, 'b'))['back-up for'] === '256')
    expect(await nodeRow(page, 'a')).toMatchObject({ state: 'alive', sessions: '1' })
    expect(await nodeRow(page, 'b')).toMatchObject({ state: expect.stringContaining('dedicated back-up') })
    await page.getByText('digests equal').waitFor()
    const link = page.getByRole('region', { name: 'Links' }).getByRole('row', { name: /a.*to.*b/ })
    await link.getByText('equal', { exact: true }).waitFor()
    await page.getByRole('img', { name: /2 nodes, all alive/ }).waitFor()
    // What happened has a place, as high as the picture, before anything did.
    const heightOf = async (part: string): Promise<number> => (await page.locator(`.cluster > ${part}`).boundingBox())?.height ?? 0
    expect(await heightOf('.events')).toBeGreaterThan(300)
    expect(await heightOf('.events')).toBeCloseTo(await heightOf('.picture'), 0)
    for (const step of ['write', 'mark', 'compare', 'difference', 'send', 'merge', 'flush', 'ack']) await page.getByRole('list', { name: 'Steps of a save' }).getByText(step, { exact: true }).waitFor()
    await expectAccessible(visit)
    await page.getByRole('button', { name: 'Got it' }).click()
    expect(await page.getByText('The app saves the attributes that changed').count()).toBe(0)
    await page.getByRole('list', { name: 'Steps of a save' }).getByText('write', { exact: true }).focus()
    await page.getByRole('tooltip', { name: /The app saves the attributes that changed/ }).waitFor()
    await page.getByRole('button', { name: 'Explain' }).click()
    await page.getByText('The app saves the attributes that changed').waitFor()
    expectClean(visit)
  })

  it('shows a killed node, the take-over, and its return as they happen [INB-1]', async () => {
    const members = await Members.start(['a', 'b', 'c'])
    const visit = await chromium.open(inspectorAt({ url: members.url('a') }))
    const { page } = visit
    const happened = page.getByRole('list', { name: 'Events' })
    const share = async (name: string): Promise<number> => Number((await nodeRow(page, name))['primary for'])
    await eventually('all slots have a primary', async () => (await share('a')) + (await share('b')) + (await share('c')) === 256)
    expect(await share('b')).toBeGreaterThan(0)
    members.signal('b', 'SIGKILL')
    await page.getByRole('img', { name: /b gone/ }).waitFor()
    await eventually('the others reign all slots', async () => (await share('a')) + (await share('c')) === 256)
    expect(await nodeRow(page, 'b')).toMatchObject({ state: 'gone', 'primary for': '0' })
    await happened.getByText(/took over|take-over|reigns/).first().waitFor()
    await expectAccessible(visit)
    await members.run('b')
    await page.getByRole('img', { name: /all alive/ }).waitFor()
    await eventually('it has its slots again', async () => (await share('b')) > 0)
    expectClean(visit)
  })

  it('promotes and drains a node after one question each [INB-5]', async () => {
    const members = await Members.start(['a', 'b'])
    const visit = await chromium.open(inspectorAt({ url: members.url('a') }))
    const { page } = visit
    const share = async (name: string): Promise<number> => Number((await nodeRow(page, name))['primary for'])
    await page.getByRole('button', { name: 'drain node a' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'drain' }).click()
    await eventually('a is empty', async () => (await share('a')) === 0 && (await share('b')) === 256)
    await page.getByRole('row', { name: /^a/ }).getByText('drained').waitFor()
    await page.getByRole('button', { name: 'promote node a' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'promote' }).click()
    await eventually('a has its share again', async () => (await share('a')) > 0 && (await share('a')) + (await share('b')) === 256)
    expectClean(visit)
  })
})

describe('the flow', () => {
  it('shows each delta with its attributes, size and ack; it pauses, and is filtered [INB-11]', async () => {
    const primary = await startInspected({ name: 'a' })
    await startBackup(primary, { name: 'b' })
    await whenCaughtUp(primary, 'b')
    const session = await primary.store.open('visitor')
    await session.set('filler', 'x'.repeat(2_000)).save({ copies: 2 })
    const visit = await chromium.open(inspectorAt(primary, '#/flow'))
    const { page } = visit
    const tape = page.getByRole('grid', { name: /Deltas/ })
    let saves = 0
    const save = (name: string): Promise<unknown> => session.set(name, saves++).save({ copies: 2 })
    await eventually('a delta is on the tape', async () => {
      await save('theme')
      return (await tape.getByText('theme').count()) > 0
    })
    const row = tape.getByRole('row').filter({ hasText: 'theme' }).last()
    await row.getByText(/^\d+\sB of 2\.\d+\skB$/).waitFor()
    await eventually('its ack is told', async () => /\d\sms/.test(await row.innerText()))
    await page.getByRole('button', { name: 'Pause' }).click()
    const before = await tape.getByRole('row').count()
    await save('while paused')
    await page.getByRole('button', { name: 'Resume' }).click()
    await page.getByLabel('Only deltas with this attribute').fill('cart')
    await page.keyboard.press('Tab')
    await eventually('only what fits is on the tape', async () => {
      await save('theme')
      await save('cart')
      return (await tape.getByText('cart').count()) > 0
    })
    expect(before).toBeGreaterThan(1)
    expect(await tape.getByText(/theme|while paused/).count()).toBe(0)
    for (const name of ['Saves a second', 'Bytes a second', 'Saved share', 'Lag']) await page.getByRole('img', { name: new RegExp(name) }).waitFor()
    await expectAccessible(visit)
    expectClean(visit)
  })
})

describe('the link to the node', () => {
  it('comes back after the node went away, says so meanwhile, and shows again what was looked at [INB-6]', async () => {
    const relay = await Relay.start()
    const node = await startInspected({ name: 'a' })
    relay.leadTo(node)
    const session = await node.store.open('visitor')
    await session.set('theme', 'dark').save()
    // The browser fetches the icon when it likes; were it cut off, that would be a failure that is not the page's.
    let icon: Promise<unknown> | undefined
    const visit = await chromium.open(inspectorAt(relay, `#/session/${session.key}`), {}, async (blank) => {
      icon = blank.waitForEvent('requestfinished', (request) => request.url().endsWith('/icon.svg'))
    })
    const { page } = visit
    await page.getByRole('row', { name: /^theme/ }).waitFor()
    await icon
    relay.cut()
    await page.getByText('what is shown is what was last known').waitFor()
    await page.getByRole('status').getByText('reconnecting').waitFor()
    await page.getByRole('row', { name: /^theme/ }).waitFor()
    await expectAccessible(visit)
    await session.set('theme', 'light sand').save()
    relay.leadTo(node)
    await page.getByRole('row', { name: /^theme/ }).getByText('string, 10 characters').waitFor()
    await page.getByRole('status').getByText('live').waitFor()
    expect(await page.getByText('what is shown is what was last known').count()).toBe(0)
    await goTo(page, '#/sessions')
    await page.getByText('1 session', { exact: true }).waitFor()
    expectClean(visit, isUnanswered)
  })

  it('follows a session that another app changes [INB-6]', async () => {
    const node = await startInspected({ name: 'a' })
    const app = await connectApp([node])
    const session = await app.open('visitor')
    const visit = await chromium.open(inspectorAt(node, `#/session/${session.key}`))
    await visit.page.getByText('No session').or(visit.page.getByText('This session has no attributes')).first().waitFor()
    await session.set('theme', 'dark').save()
    await visit.page.getByRole('row', { name: /^theme/ }).waitFor()
    expectClean(visit)
  })
})
