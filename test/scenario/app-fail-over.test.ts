/** Two instances of an app, visited in turns, while the nodes that hold the sessions are killed and come back. */
import { UnderstudyStore } from '@understudy/express-session'
import { Browser, startRaceApp } from '@understudy/session-store-suite'
import type { App } from '@understudy/session-store-suite'
import { expect, onTestFinished, test } from 'vitest'
import { Members } from '../support/members.js'

const VISITORS = 12

/** Starts an instance with a client of its own. */
async function startApp(members: Members): Promise<App> {
  const app = await startRaceApp(new UnderstudyStore({ client: await members.connect(), timeLimit: 20_000 }))
  onTestFinished(() => app.close())
  return app
}

/** Visits the instances in turns: each write is read by the other one. @returns what was read that was not what had been written */
async function shop([one, two]: readonly [App, App], browser: Browser, from: number, until: () => boolean): Promise<{ readonly wrong: unknown[]; readonly next: number }> {
  const wrong: unknown[] = []
  let n = from
  for (; !until(); n++) {
    const [writer, reader] = n % 2 === 0 ? [one, two] : [two, one]
    await writer.get(browser, `/now?n=${n}`)
    const found = await reader.get(browser, '/')
    if (found === null || typeof found !== 'object' || Reflect.get(found, 'n') !== String(n)) wrong.push({ n, found })
  }
  return { wrong, next: n }
}

test('a node that is killed costs the visitors of an app a wait, and neither a login nor an answer [ADP-28]', async () => {
  const members = await Members.start(['a', 'b', 'c'])
  const apps = [await startApp(members), await startApp(members)] as const
  const browsers = Array.from({ length: VISITORS }, () => new Browser())
  for (const browser of browsers) await apps[0].get(browser, '/login')
  let next = browsers.map(() => 0)
  for (const victim of ['a', 'b']) {
    let isOver = false
    const shopping = Promise.all(browsers.map((browser, i) => shop(apps, browser, next[i] ?? 0, () => isOver)))
    members.signal(victim, 'SIGKILL')
    await members.ended(victim)
    await members.whenShared(members.names.filter((name) => name !== victim))
    isOver = true
    const shopped = await shopping
    expect(shopped.flatMap(({ wrong }) => wrong)).toEqual([])
    next = shopped.map((one) => one.next)
    await members.run(victim)
    await members.whenShared()
  }
  for (const browser of browsers) expect(await apps[1].get(browser, '/')).toMatchObject({ user: 'ann' })
}, 180_000)
