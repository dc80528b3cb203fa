/** What attributes may hold: all that JSON holds, and nothing else survives. */
import { require, same } from '../check.js'
import type { Check, Plain, Trial } from '../trial.js'

/** Checks of values, names and cookies. */
export const values: Readonly<Record<string, Check>> = {
  'gives back text, numbers, lists, nested objects and null': (trial) =>
    roundTrip(trial, { text: 'ü €', empty: '', number: -1.5, none: null, yes: true, list: [1, 'a', [], {}], nested: { a: { b: { c: [null] } } } }),
  'gives back empty lists and objects': (trial) => roundTrip(trial, { list: [], object: {} }),
  'keeps dates as JSON does, or better': (trial) => roundTrip(trial, { at: new Date(86_400_000) }),
  'leaves out what JSON leaves out': (trial) => roundTrip(trial, { a: undefined, b: () => 1, c: { d: undefined, e: 1 } }),
  'gives back names with dots, dollars, spaces and other scripts': (trial) =>
    roundTrip(trial, { 'a.b': 1, $set: 2, 'with space': 3, ключ: 4, length: 5, '0': 6, nested: { 'a.b': 1, $inc: 2, '': 3 } }),
  'keeps sessions of 100 kB': (trial) =>
    roundTrip(trial, Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`part${i}`, 'x'.repeat(5_000)]))),
  'keeps the cookie': async (trial) => {
    const [store, id] = [await trial.store(), trial.id()]
    const given = trial.plain({}, 60_000)
    Object.assign(given.cookie, { httpOnly: false, path: '/shop', sameSite: 'strict', domain: 'example.org' })
    await trial.call(store, 'set', id, given)
    const { cookie } = await trial.call<Plain>(store, 'get', id)
    const { originalMaxAge, httpOnly, path, sameSite, domain, expires } = cookie
    same('the cookie', { originalMaxAge, httpOnly, path, sameSite, domain }, { originalMaxAge: 60_000, httpOnly: false, path: '/shop', sameSite: 'strict', domain: 'example.org' })
    const left = new Date(String(expires)).getTime() - Date.now()
    require(left > 50_000 && left <= 61_000, `the cookie expires in ${left} ms, not in 60,000`)
  },
  'keeps a cookie that lasts as long as the browser': async (trial) => {
    const [store, id] = [await trial.store(), trial.id()]
    const given = trial.plain({ a: 1 })
    given.cookie.maxAge = null as unknown as number
    given.cookie.originalMaxAge = null
    await trial.call(store, 'set', id, given)
    const { cookie } = await trial.call<Plain>(store, 'get', id)
    same('expires', cookie.expires ?? null, null)
    same('originalMaxAge', cookie.originalMaxAge ?? null, null)
  },
}

async function roundTrip(trial: Trial, attributes: Record<string, unknown>): Promise<void> {
  const [store, id] = [await trial.store(), trial.id()]
  await trial.call(store, 'set', id, trial.plain(attributes))
  same('what another instance finds', await trial.read(await trial.store(), id), JSON.parse(JSON.stringify(attributes)))
}
