/** Sessions that mean ill, or are as large as they may be. */
import { describe, expect, it } from 'vitest'
import { browse } from '../support/browser.js'
import { eventually } from '../support/eventually.js'
import { expectAccessible, expectClean, expectFitting, goTo, inspectorAt, startInspected } from '../support/inspecting.js'
import { startBackup, whenCaughtUp } from '../support/nodes.js'

const chromium = browse()

const HTML = '<img src=x onerror="document.title=\'owned\'">'
const BIDI = 'user\u202Etxt.exe'

describe('hostile names and values', () => {
  it('are shown as the text they are: HTML does nothing, bidi marks are visible, length is cut [INB-9]', async () => {
    const node = await startInspected({ name: 'a' })
    const session = await node.store.open('visitor')
    const long = 'long'.repeat(60)
    await session.set(HTML, HTML).set(BIDI, '\u202Eevil\u0000').set(long, 'x'.repeat(60_000)).set('a\u200Bb', { [HTML]: [BIDI], ['k'.repeat(5_000)]: 1 }).save()
    const visit = await chromium.open(inspectorAt(node, `#/session/${session.key}`))
    const { page } = visit
    await page.getByRole('row').nth(4).waitFor()
    for (let shown = 1; shown <= 4; shown++) {
      await page.getByRole('button', { name: /^Reveal/ }).first().click()
      await eventually('one more is revealed', async () => (await page.getByRole('button', { name: /^Hide/ }).count()) === shown)
    }
    const text = await page.locator('main').innerText()
    expect(text).toContain('user⟨202E⟩txt.exe')
    expect(text).toContain('⟨202E⟩evil⟨0000⟩')
    expect(text).toContain('a⟨200B⟩b')
    expect(text).toContain(HTML)
    // oxlint-disable-next-line no-control-regex
    expect(text).not.toMatch(/[\u202A-\u202E\u2066-\u2069\u200B\u0000]/)
    expect(text.length).toBeLessThan(5_000)
    expect(await page.locator('img').count()).toBe(0)
    expect(await page.title()).toBe('Understudy inspector')
    await expectFitting(visit)
    await page.getByRole('button', { name: 'all 60,000 characters' }).click()
    await expectAccessible(visit)
    expectClean(visit)
  })

  it('are as harmless on the tape [INB-9]', async () => {
    const primary = await startInspected({ name: 'a' })
    await startBackup(primary, { name: 'b' })
    await whenCaughtUp(primary, 'b')
    const session = await primary.store.open('visitor')
    const visit = await chromium.open(inspectorAt(primary, '#/flow'))
    const { page } = visit
    await page.getByRole('heading', { name: 'Live tape' }).waitFor()
    await eventually('a delta is on the tape', async () => {
      await session.set(HTML, 1).set(BIDI, Math.random()).save()
      return (await page.getByText('user⟨202E⟩txt.exe').count()) > 0
    })
    expect(await page.locator('img').count()).toBe(0)
    expect(await page.locator('main').innerText()).not.toContain('\u202E')
    expectClean(visit)
  })
})

describe('a session of 256 kB', () => {
  it('with 1,024 attributes opens, is searched, and follows changes [INB-9]', async () => {
    const node = await startInspected({ name: 'a' })
    const session = await node.store.open('visitor')
    for (let number = 0; number < 1_024; number++) session.set(`attribute ${number}`, 'v'.repeat(200))
    await session.save()
    const visit = await chromium.open(inspectorAt(node, `#/session/${session.key}`))
    const { page } = visit
    const attributes = page.getByRole('region', { name: 'Attributes' }).first()
    await page.getByRole('row', { name: /^attribute 0 / }).waitFor()
    await page.getByRole('button', { name: 'Show all 1,024' }).click()
    await eventually('all are there', async () => (await attributes.getByRole('row').count()) === 1_025)
    await session.set('attribute 1000', 'short').save()
    await page.getByLabel('Only attributes whose name holds').fill('attribute 1000')
    await page.getByRole('row', { name: /^attribute 1000 / }).getByText('string, 5 characters').waitFor()
    expect(await attributes.getByRole('row').count()).toBe(2)
    await goTo(page, '#/sessions')
    await page.getByText('1 session', { exact: true }).waitFor()
    expectClean(visit)
  }, 180_000)
})
