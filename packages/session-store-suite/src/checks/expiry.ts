/** When sessions end by themselves. Stores may count in whole seconds, so these checks take some. */
import { Browser } from '../app.js'
import type { Routes } from '../app.js'
import { require, same } from '../check.js'
import type { Check, Plain } from '../trial.js'

/** ms that a store may take to notice. */
const NOTICE = 4_000

/** Checks of expiry. */
export const expiry: Readonly<Record<string, Check>> = {
  'ends a session that is set with an expiry in the past': async (trial) => {
    const [store, id] = [await trial.store(), trial.id()]
    await trial.call(store, 'set', id, trial.plain({ a: 1 }))
    const past = trial.plain({ a: 1 })
    past.cookie.expires = new Date(Date.now() - 60_000)
    await trial.call(store, 'set', id, past)
    same('what it finds', await trial.read(store, id), undefined)
  },
  'ends a session when its time has passed': async (trial) => {
    const [store, id] = [await trial.store(), trial.id()]
    await trial.call(store, 'set', id, trial.plain({ a: 1 }, 1_000))
    same('what it finds at first', await trial.read(store, id), { a: 1 })
    // Another instance asks, once: who looks may prolong.
    await trial.pause(1_000 + NOTICE / 2)
    same('what it finds then', await trial.read(await trial.store(), id), undefined)
  },
  'keeps a session that is touched': async (trial) => {
    const [store, id] = [await trial.store(), trial.id()]
    if (typeof store.touch !== 'function') return
    await trial.call(store, 'set', id, trial.plain({ a: 1 }, 2_000))
    for (let i = 0; i < 3; i++) {
      await trial.pause(1_000)
      await trial.call(store, 'touch', id, trial.plain({ a: 1 }, 2_000))
    }
    same('what it finds', await trial.read(store, id), { a: 1 })
  },
  'keeps a session without expiry for a time of its own choice': async (trial) => {
    const [store, id] = [await trial.store(), trial.id()]
    const given = trial.plain({ a: 1 })
    given.cookie.expires = null
    await trial.call(store, 'set', id, given)
    await trial.pause(1_100)
    same('what it finds', await trial.read(store, id), { a: 1 })
  },
  'lets a living session live longer ("remember me")': async (trial) => {
    const [store, id] = [await trial.store(), trial.id()]
    await trial.call(store, 'set', id, trial.plain({ a: 1 }, 1_000))
    await trial.call(store, 'set', id, trial.plain({ a: 1 }, 60_000))
    await trial.pause(2_200)
    same('what it finds', await trial.read(store, id), { a: 1 })
    const { cookie } = await trial.call<Plain>(store, 'get', id)
    same('originalMaxAge', cookie.originalMaxAge, 60_000)
  },
  'lets a living session live shorter': async (trial) => {
    const [store, id] = [await trial.store(), trial.id()]
    await trial.call(store, 'set', id, trial.plain({ a: 1 }, 60_000))
    await trial.call(store, 'set', id, trial.plain({ a: 1 }, 1_000))
    await trial.pause(1_000 + NOTICE / 2)
    same('what it finds', await trial.read(await trial.store(), id), undefined)
  },
  'changes the expiry of a session whose cookie alone was changed': async (trial) => {
    const options = { cookie: { maxAge: 1_000 } }
    const [app, other] = [await trial.app(loginPages, options), await trial.app(loginPages, options)]
    const browser = new Browser()
    await app.get(browser, '/login')
    await app.get(browser, '/remember')
    await trial.pause(2_200)
    same('the user then', await other.get(browser, '/user'), 'ann')
    same('the life of the cookie', await other.get(browser, '/life'), 60_000)
  },
  'tells when the cookie expires': async (trial) => {
    const [store, id] = [await trial.store(), trial.id()]
    await trial.call(store, 'set', id, trial.plain({ a: 1 }, 60_000))
    const { cookie } = await trial.call<Plain>(store, 'get', id)
    const left = new Date(String(cookie.expires)).getTime() - Date.now()
    require(left > 50_000 && left <= 61_000, `it expires in ${left} ms, not in 60,000`)
  },
}

const loginPages: Routes = {
  '/login': ({ session }) => void (session && (session['user'] = 'ann')),
  '/remember': ({ session }) => void (session && (session.cookie.maxAge = 60_000)),
  '/user': ({ session }) => session?.['user'],
  '/life': ({ session }) => session?.cookie.originalMaxAge,
}
