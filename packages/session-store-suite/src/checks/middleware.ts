/** express-session's own middleware over the store, behaviour by behaviour as its documentation describes them. */
import type { SessionOptions } from 'express-session'
import { Browser } from '../app.js'
import type { App, Routes, Visit } from '../app.js'
import { require, same } from '../check.js'
import { counted } from '../counted-store.js'
import type { Counts } from '../counted-store.js'
import type { Check, Trial } from '../trial.js'

/** Pages of an app as apps are. */
const pages: Routes = {
  '/': ({ session }) => attributes(session),
  '/id': ({ sessionID }) => sessionID,
  '/nothing': () => 'nothing',
  '/set': ({ session, query }) => void (session && Object.assign(session, Object.fromEntries(query))),
  '/remove': ({ session, query }) => void (session && Reflect.deleteProperty(session, query.get('name') ?? '')),
  '/deep': ({ session, query }) => {
    const cart = (session?.['cart'] ?? {}) as Record<string, unknown>
    for (const [name, amount] of query) cart[name] = Number(amount)
    if (session) session['cart'] = cart
  },
  '/save': async ({ session }) => {
    if (session) session['saved'] = true
    await called((done) => session?.save(done))
    if (session) session['after'] = true
  },
  '/regenerate': async (visit) => {
    await called((done) => visit.session?.regenerate(done))
    if (visit.session) visit.session['fresh'] = true
    return visit.sessionID
  },
  '/reload': async (visit) => {
    if (visit.session) visit.session['unsaved'] = true
    await called((done) => visit.session?.reload(done))
    return attributes(visit.session)
  },
  '/destroy': ({ session }) => called((done) => session?.destroy(done)),
  '/unset': ({ request }) => void (request.session = null),
  '/has-session': ({ session }) => session !== undefined,
}

/** Checks of the middleware. */
export const middleware: Readonly<Record<string, Check>> = {
  'saves a new session that was changed, and finds it again': async (trial) => {
    const { app, browser, counts } = await visited(trial)
    require((await app.visit(browser, '/set?user=ann')).hasCookie, 'no cookie was set')
    same('calls of set', counts.set, 1)
    same('the session', await app.get(browser, '/'), { user: 'ann' })
  },
  'saves no new session that was not changed (saveUninitialized: false)': async (trial) => {
    const { app, browser, counts } = await visited(trial)
    require(!(await app.visit(browser, '/nothing')).hasCookie, 'a cookie was set')
    same('calls of set', counts.set, 0)
  },
  'saves a new session that was not changed (saveUninitialized: true)': async (trial) => {
    const { app, browser, counts } = await visited(trial, { saveUninitialized: true })
    require((await app.visit(browser, '/nothing')).hasCookie, 'no cookie was set')
    same('calls of set', counts.set, 1)
    const id = await app.get(browser, '/id')
    same('the id at the next visit', await app.get(browser, '/id'), id)
    same('what the store finds', await trial.read(await trial.store(), String(id)), {})
  },
  'does not save a session that was only read, but touches it': async (trial) => {
    const { app, browser, counts } = await visited(trial)
    await app.get(browser, '/set?user=ann')
    for (let i = 0; i < 5; i++) await app.get(browser, '/')
    same('calls of set and touch', { set: counts.set, touch: counts.touch }, { set: 1, touch: 5 })
  },
  'saves every visit (resave: true)': async (trial) => {
    const { app, browser, counts } = await visited(trial, { resave: true })
    await app.get(browser, '/set?user=ann')
    await app.get(browser, '/')
    same('calls of set', counts.set, 2)
    same('the session', await app.get(browser, '/'), { user: 'ann' })
  },
  'saves no value that is as it was': async (trial) => {
    const { app, browser, counts } = await visited(trial)
    await app.get(browser, '/set?user=ann')
    await app.get(browser, '/set?user=ann')
    same('calls of set', counts.set, 1)
  },
  'sets the cookie at every visit (rolling: true)': async (trial) => {
    const { app, browser } = await visited(trial, { rolling: true, cookie: { maxAge: 60_000 } })
    await app.get(browser, '/set?user=ann')
    require((await app.visit(browser, '/')).hasCookie, 'no cookie was set at the second visit')
  },
  'sets the cookie once (rolling: false)': async (trial) => {
    const { app, browser } = await visited(trial, { cookie: { maxAge: 60_000 } })
    await app.get(browser, '/set?user=ann')
    require(!(await app.visit(browser, '/')).hasCookie, 'the cookie was set again')
  },
  'saves removed attributes': async (trial) => {
    const { app, browser } = await visited(trial)
    await app.get(browser, '/set?a=1&b=2')
    await app.get(browser, '/remove?name=a')
    same('the session', await app.get(browser, '/'), { b: '2' })
  },
  'saves objects that were changed in place': async (trial) => {
    const { app, browser } = await visited(trial)
    await app.get(browser, '/deep?pen=1')
    await app.get(browser, '/deep?ink=2')
    same('the session', await app.get(browser, '/'), { cart: { pen: 1, ink: 2 } })
  },
  'saves when the app asks for it, and what comes after': async (trial) => {
    const { app, browser, counts } = await visited(trial)
    await app.get(browser, '/save')
    same('calls of set', counts.set, 2)
    same('the session', await app.get(browser, '/'), { saved: true, after: true })
  },
  'regenerates: another id, an empty session, and the old one dead': async (trial) => {
    const { app, browser } = await visited(trial)
    await app.get(browser, '/set?user=ann')
    const old = browser.twin()
    const before = await app.get(browser, '/id')
    const after = await app.get(browser, '/regenerate')
    require(before !== after, 'the id is the same')
    same('the new session', await app.get(browser, '/'), { fresh: true })
    same('the old session', await app.get(old, '/'), {})
    same('what the store finds of the old one', await trial.read(await trial.store(), String(before)), undefined)
  },
  'reloads: what others saved is there, what was not saved is gone': async (trial) => {
    const { app, browser } = await visited(trial)
    await app.get(browser, '/set?user=ann')
    same('the session', await app.get(browser, '/reload'), { user: 'ann' })
    same('the session at the next visit', await app.get(browser, '/'), { user: 'ann' })
  },
  'destroys a session': async (trial) => {
    const { app, browser } = await visited(trial)
    await app.get(browser, '/set?user=ann')
    const id = await app.get(browser, '/id')
    await app.get(browser, '/destroy')
    same('what the store finds', await trial.read(await trial.store(), String(id)), undefined)
    same('the session at the next visit', await app.get(browser, '/'), {})
  },
  'destroys a session that the app takes from the request (unset: destroy)': async (trial) => {
    const { app, browser } = await visited(trial, { unset: 'destroy' })
    await app.get(browser, '/set?user=ann')
    const id = await app.get(browser, '/id')
    await app.get(browser, '/unset')
    same('what the store finds', await trial.read(await trial.store(), String(id)), undefined)
  },
  'keeps a session that the app takes from the request (unset: keep)': async (trial) => {
    const { app, browser } = await visited(trial)
    await app.get(browser, '/set?user=ann')
    await app.get(browser, '/unset')
    same('the session', await app.get(browser, '/'), { user: 'ann' })
  },
  'shows one instance what another saved': async (trial) => {
    const { app, browser } = await visited(trial)
    const other = await trial.app(pages)
    for (let i = 0; i < 20; i++) {
      await app.get(browser, `/set?n=${i}`)
      same('the session', await other.get(browser, '/'), { n: String(i) })
    }
  },
  'serves without session between the events disconnect and connect': async (trial) => {
    const store = await trial.store()
    const app = await trial.app(pages, {}, store)
    const browser = new Browser()
    store.emit('disconnect')
    same('whether there is a session', await app.get(browser, '/has-session'), false)
    store.emit('connect')
    same('whether there is a session', await app.get(browser, '/has-session'), true)
  },
}

interface Visited {
  readonly app: App
  readonly browser: Browser
  readonly counts: Counts
}

/** An app over a store whose calls are counted, and a browser. */
async function visited(trial: Trial, options: Partial<SessionOptions> = {}): Promise<Visited> {
  const store = await trial.store()
  const counts = counted(store)
  return { app: await trial.app(pages, options, store), browser: new Browser(), counts }
}

function attributes(session: Visit['session']): Record<string, unknown> {
  return Object.fromEntries(Object.entries(session ?? {}).filter(([name]) => name !== 'cookie'))
}

/** A method with a callback, as a promise. */
function called(method: (done: (error?: unknown) => void) => unknown): Promise<void> {
  return new Promise((resolve, reject) => {
    method((error) => (error ? reject(error instanceof Error ? error : new Error(String(error))) : resolve()))
  })
}
