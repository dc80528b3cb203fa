/** The methods of a store, called as express-session's documentation describes them. */
import { EventEmitter } from 'node:events'
import { NotOffered, require, same } from '../check.js'
import type { Check, Plain } from '../trial.js'

/** Checks of the methods. */
export const api: Readonly<Record<string, Check>> = {
  'is an EventEmitter': async (trial) => {
    require((await trial.store()) instanceof EventEmitter, 'it is none')
  },
  'finds nothing under an unknown id, without an error': async (trial) => {
    same('what it finds', await trial.read(await trial.store(), trial.id()), undefined)
  },
  'gives back what was set': async (trial) => {
    const [store, id] = [await trial.store(), trial.id()]
    await trial.call(store, 'set', id, trial.plain({ user: 'ann', views: 3 }))
    same('what it finds', await trial.read(store, id), { user: 'ann', views: 3 })
  },
  'shows a session to other instances': async (trial) => {
    const [one, two, id] = [await trial.store(), await trial.store(), trial.id()]
    await trial.call(one, 'set', id, trial.plain({ user: 'ann' }))
    same('what another instance finds', await trial.read(two, id), { user: 'ann' })
  },
  'keeps sessions apart': async (trial) => {
    const [store, one, two] = [await trial.store(), trial.id(), trial.id()]
    await trial.call(store, 'set', one, trial.plain({ user: 'ann' }))
    await trial.call(store, 'set', two, trial.plain({ user: 'bob' }))
    same('the first', await trial.read(store, one), { user: 'ann' })
    same('the second', await trial.read(store, two), { user: 'bob' })
  },
  'replaces a session that is set as a whole': async (trial) => {
    const [store, id] = [await trial.store(), trial.id()]
    await trial.call(store, 'set', id, trial.plain({ a: 1, b: 2 }))
    await trial.call(store, 'set', id, trial.plain({ a: 3 }))
    same('what it finds', await trial.read(store, id), { a: 3 })
  },
  'saves what was read, changed and set': async (trial) => {
    const [store, id] = [await trial.store(), trial.id()]
    await trial.call(store, 'set', id, trial.plain({ a: 1, b: { c: 2 }, d: 4 }))
    const read = await trial.call<Plain & { b: { c: number } }>(store, 'get', id)
    read.b.c = 3
    delete read['d']
    await trial.call(store, 'set', id, read)
    same('what it finds', await trial.read(store, id), { a: 1, b: { c: 3 } })
  },
  'keeps no reference to what was set': async (trial) => {
    const [store, id] = [await trial.store(), trial.id()]
    const given = trial.plain({ list: [1] })
    await trial.call(store, 'set', id, given)
    given['list'] = [2]
    same('what it finds', await trial.read(store, id), { list: [1] })
  },
  'gives each reader a session of its own': async (trial) => {
    const [store, id] = [await trial.store(), trial.id()]
    await trial.call(store, 'set', id, trial.plain({ user: { name: 'ann' } }))
    const read = await trial.call<Plain & { user: { name: string } }>(store, 'get', id)
    read.user.name = 'bob'
    same('what the next reader finds', await trial.read(store, id), { user: { name: 'ann' } })
  },
  'works without callbacks': async (trial) => {
    const [store, id] = [await trial.store(), trial.id()]
    void store.set(id, trial.plain({ a: 1 }))
    await trial.until('the session is there', async () => (await trial.read(store, id)) !== undefined, 2_000)
    void store.destroy(id)
    await trial.until('the session is gone', async () => (await trial.read(store, id)) === undefined, 2_000)
  },
  'calls back once, and never before it returns': async (trial) => {
    const [store, id] = [await trial.store(), trial.id()]
    let calls = 0
    let early = false
    await trial.within('set()', new Promise<void>((resolve) => {
      let returned = false
      store.set(id, trial.plain({}), () => {
        calls++
        early ||= !returned
        resolve()
      })
      returned = true
    }))
    await trial.pause(20)
    same('the number of calls', calls, 1)
    require(!early, 'it called back before it returned')
  },
  'destroys a session': async (trial) => {
    const [store, id] = [await trial.store(), trial.id()]
    await trial.call(store, 'set', id, trial.plain({ a: 1 }))
    await trial.call(store, 'destroy', id)
    same('what it finds', await trial.read(store, id), undefined)
  },
  'destroys an unknown session without an error': async (trial) => {
    await trial.call(await trial.store(), 'destroy', trial.id())
  },
  'changes no attribute on touch': async (trial) => {
    const [store, id] = [await trial.store(), trial.id()]
    await trial.call(store, 'set', id, trial.plain({ a: 1 }))
    offered(store, 'touch')
    await trial.call(store, 'touch', id, trial.plain({ a: 2, b: 3 }))
    same('what it finds', await trial.read(store, id), { a: 1 })
  },
  'makes no session on touch': async (trial) => {
    const [store, id] = [await trial.store(), trial.id()]
    offered(store, 'touch')
    await trial.call(store, 'touch', id, trial.plain({ a: 2 }))
    same('what it finds', await trial.read(store, id), undefined)
  },
  'makes a session object on load': async (trial) => {
    const [store, id] = [await trial.store(), trial.id()]
    await trial.call(store, 'set', id, trial.plain({ a: 1 }))
    const loaded = await trial.call<Plain>(store, 'load', id)
    same('its id', Reflect.get(loaded, 'id'), id)
    same('its attribute', loaded['a'], 1)
    require(loaded.cookie.expires instanceof Date, 'its cookie has no expires')
  },
  'lists all sessions': async (trial) => {
    const [store, one, two] = [await trial.store(), trial.id(), trial.id()]
    offered(store, 'all')
    await trial.call(store, 'set', one, trial.plain({ n: 1 }))
    await trial.call(store, 'set', two, trial.plain({ n: 2 }))
    const all = await trial.call<Plain[] | Record<string, Plain>>(store, 'all')
    same('their attributes', Object.values(all).map(({ n }) => n).sort(), [1, 2])
  },
  'counts all sessions': async (trial) => {
    const store = await trial.store()
    offered(store, 'length')
    for (let i = 0; i < 3; i++) await trial.call(store, 'set', trial.id(), trial.plain({}))
    same('the number', await trial.call(store, 'length'), 3)
  },
  'clears all sessions': async (trial) => {
    const [store, id] = [await trial.store(), trial.id()]
    offered(store, 'clear')
    await trial.call(store, 'set', id, trial.plain({}))
    await trial.call(store, 'clear')
    same('what it finds', await trial.read(store, id), undefined)
  },
}

function offered(store: object, method: string): void {
  if (typeof Reflect.get(store, method) !== 'function') throw new NotOffered(`it has no ${method}()`)
}
