/** Two instances of an app, visited in turns, while the nodes that hold the sessions are killed and come back. */
import { UnderstudyStore } from '@understudy/express-session'
import { App, Browser } from '@understudy/session-store-suite'
import type { Routes } from '@understudy/session-store-suite'
import { expect, onTestFinished, test } from 'vitest'
import { Members } from '../support/members.js'

const VISITORS = 12

const pages: Routes = {
  // express-session ends the response also where its save failed: who wants to know asks for the save.
  '/set': ({ session, query }) =>
    new Promise<void>((resolve, reject) => {
      if (session === undefined) throw new Error('the request was served without session')
      Object.assign(session, Object.fromEntries(query))
      session.save((error: unknown) => (error === null || error === undefined ? resolve() : reject(new Error('not saved', { cause: error }))))
    }),
  '/': ({ session }) => session && { ...session, cookie: undefined },
}

/** Starts an instance with a client of its own. */
async function startApp(members: Members): Promise<App> {
  const store = new UnderstudyStore({ client: await members.connect(), timeLimit: 20_000 })
  const app = await App.start(pages, { store }, 30_000)
  onTestFinished(() => app.close())
  return app
}

/**
 * Visits the instances in turns: one writes, the other one reads. Overloaded nodes may take one another for dead and both
 * reign for a while, so that nothing is said of how fresh reads are meanwhile. @returns what was read that was no login
 */
async function shop([one, two]: readonly [App, App], browser: Browser, written: Set<string>, until: () => boolean): Promise<unknown[]> {
  const wrong: unknown[] = []
  while (!until() && written.size < 500) {
    const [writer, reader] = written.size % 2 === 0 ? [one, two] : [two, one]
    const name = `n${written.size}`
    await writer.get(browser, `/set?${name}=1`)
    written.add(name)
    const found = await reader.get(browser, '/')
    if (found === null || typeof found !== 'object' || Reflect.get(found, 'user') !== 'ann') wrong.push(found)
  }
  return wrong
}

test('a node that is killed costs the visitors of an app a wait, and neither a login nor what they saved [ADP-30]', async () => {
  const members = await Members.start(['a', 'b', 'c'])
  const apps = [await startApp(members), await startApp(members)] as const
  const browsers = Array.from({ length: VISITORS }, () => new Browser())
  for (const browser of browsers) await apps[0].get(browser, '/set?user=ann')
  const written = new Map(browsers.map((browser) => [browser, new Set<string>()]))
  for (const victim of ['a', 'b']) {
    let isOver = false
    const shopping = Promise.all([...written].map(([browser, names]) => shop(apps, browser, names, () => isOver)))
    members.signal(victim, 'SIGKILL')
    await members.ended(victim)
    await members.whenShared(members.names.filter((name) => name !== victim))
    isOver = true
    expect((await shopping).flat()).toEqual([])
    await members.run(victim)
    await members.whenShared()
  }
  for (const [browser, names] of written) {
    const expected = { user: 'ann', ...Object.fromEntries([...names].map((name) => [name, '1'])) }
    expect(await apps[1].get(browser, '/')).toEqual(expected)
  }
}, 180_000)
