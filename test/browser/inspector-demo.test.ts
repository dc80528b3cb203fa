/** The demo's buttons in the inspector, before the demo itself. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { expect, it, onTestFinished } from 'vitest'
import { browse } from '../support/browser.js'
import { expectAccessible } from '../support/inspecting.js'

const chromium = browse()

const COMMAND = fileURLToPath(new URL('../../apps/server/bin/understudy.js', import.meta.url))

/** Runs the demo until the test is over; gives the inspector's address, which it prints. */
async function runDemo(): Promise<string> {
  const child = spawn(process.execPath, [COMMAND, 'demo', '--users', '3'], { stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = once(child, 'exit')
  onTestFinished(async () => {
    child.kill('SIGTERM')
    await ended
  })
  let said = ''
  const address = new Promise<string>((resolve) => {
    child.stdout.on('data', (chunk) => {
      said = (said + String(chunk)).slice(0, 10_000)
      const found = /inspector +(http:\/\/\S+)/.exec(said)?.[1]
      if (found !== undefined) resolve(found)
    })
  })
  return Promise.race([address, ended.then(() => Promise.reject(new Error(`the demo ended before it said where its inspector is: ${said}`)))])
}

it('kill a node and start it again, split the cluster, log out in the middle of a request: each is seen [INB-13]', async () => {
  const visit = await chromium.open(`${await runDemo()}#/demo`)
  const { page } = visit
  const did = page.getByRole('region', { name: 'What the buttons did' })
  await page.getByRole('button', { name: 'Log out' }).click()
  await did.getByText('SESSION_DESTROYED').first().waitFor()
  await page.getByRole('button', { name: 'Kill b' }).click()
  await page.getByRole('img', { name: /b gone/ }).waitFor()
  await page.getByRole('list', { name: 'Events' }).getByText(/took over/).first().waitFor()
  await page.getByRole('button', { name: 'Start b' }).click()
  await page.getByRole('img', { name: /all alive/ }).waitFor()
  // The node that the page looks through: the page goes on through another one, and tells what happened in between.
  await page.getByRole('button', { name: 'Kill a' }).click()
  await page.getByRole('img', { name: /a gone/ }).waitFor()
  await page.getByRole('list', { name: 'Events' }).getByText(/"a" (is|was) lost/).first().waitFor()
  await page.getByRole('button', { name: 'Start a' }).click()
  await page.getByRole('img', { name: /all alive/ }).waitFor()
  await page.getByRole('button', { name: /Split/ }).click()
  const refused = page.getByRole('button', { name: 'Dismiss this message' }).locator('..')
  await did.getByText(/healed/).or(refused).first().waitFor({ timeout: 60_000 })
  expect(await refused.allInnerTexts()).toEqual([])
  await did.getByRole('link').first().click()
  await page.getByRole('row', { name: /^city/ }).waitFor()
  await page.goBack()
  await page.getByRole('button', { name: 'Stop the visitors' }).click()
  await page.getByRole('button', { name: 'Start the visitors' }).waitFor()
  await page.getByText(/0 lost updates/).waitFor()
  await expectAccessible(visit)
  expect(visit.problems).toEqual([])
}, 120_000)
