/**
 * The contract of gateways, told through the Store that stands on one: a suite that any gateway can run with any test
 * runner.
 *
 *     for (const { name, run } of gatewayContract(makeBed)) test(name, run)
 */
import type { Value } from '@understudy/document'
import type { SessionHandle } from './session-handle.js'
import type { Store } from './store.js'
import { UnderstudyError } from './understudy-error.js'

/** Where a gateway is tried: a cluster of its own for each case, empty at first. */
export interface ContractBed {
  /** A store over the gateway; its nodes know users by the attribute `user`. */
  readonly store: Store
  /** One more store over the same cluster. */
  another(): Promise<Store>
  /** Lets what is under way arrive; called again and again while a case waits. */
  pause(): Promise<void>
  /** Ends all. */
  close(): Promise<void>
}

/** One promise of the contract: its name, and a test that rejects where the promise is broken. */
export interface ContractCase {
  readonly name: string
  run(): Promise<void>
}

/** Pauses after which a case no longer waits. */
const PATIENCE = 500

/** What a case works with. */
class Trial {
  readonly store: Store
  readonly #bed: ContractBed

  constructor(bed: ContractBed) {
    this.store = bed.store
    this.#bed = bed
  }

  another(): Promise<Store> {
    return this.of(this.#bed.another())
  }

  /** Waits for a promise while the bed goes on. */
  async of<T>(promise: Promise<T>): Promise<T> {
    const settled = promise.then(() => true, () => true)
    for (let left = PATIENCE; left > 0; left--) {
      if (await Promise.race([settled, this.#bed.pause().then(() => false)])) break
    }
    return promise
  }

  /** Waits until something is so. */
  async until(what: string, isSo: () => boolean): Promise<void> {
    for (let left = PATIENCE; left > 0 && !isSo(); left--) await this.#bed.pause()
    if (!isSo()) throw new Error(`In vain waited until ${what}.`)
  }

  /** A session with values, saved. */
  async session(store: Store, values: Readonly<Record<string, Value>> = {}, id = 'id'): Promise<SessionHandle> {
    const session = await this.of(store.open(id))
    for (const [name, value] of Object.entries(values)) session.set(name, value)
    await this.of(session.save())
    return session
  }

  /** Expects an UnderstudyError with this code. */
  async refusal(code: string, promise: Promise<unknown>): Promise<void> {
    const outcome = await this.of(promise).then(() => 'success', (error: unknown) => error)
    if (!(outcome instanceof UnderstudyError) || outcome.code !== code) {
      throw new Error(`Expected ${code}, got ${String(outcome)}`, { cause: outcome })
    }
  }
}

function same(what: string, found: unknown, expected: unknown): void {
  const [was, should] = [JSON.stringify(found), JSON.stringify(expected)]
  if (was !== should) throw new Error(`${what} is ${was}, not ${should}.`)
}

/** A session's attributes in the order of their names. */
function attributes(session: SessionHandle | undefined): [string, Value][] {
  return Object.entries(session?.toJSON() ?? {}).sort(([one], [two]) => (one < two ? -1 : 1))
}

/** How sessions come to be and end. */
const lives: Readonly<Record<string, (trial: Trial) => Promise<void>>> = {
  'finds only what was created': async (trial) => {
    same('A session that nobody created', await trial.of(trial.store.find('id')), undefined)
    await trial.session(trial.store, { a: 1 })
    const found = await trial.of((await trial.another()).find('id'))
    same('What another store finds', attributes(found), [['a', 1]])
  },
  'creates on the terms given, which a touch puts off': async (trial) => {
    const session = await trial.of(trial.store.open('id', { idleTimeout: 60_000 }))
    const first = session.expiresAt ?? 0
    if (Math.abs(first - Date.now()) > 10 ** 12) throw new Error(`expiresAt is ${first}, no time of these days.`)
    session.touch()
    if ((session.expiresAt ?? 0) < first) throw new Error('A touch brought the expiry nearer.')
  },
  'gives a session other terms with a save': async (trial) => {
    const session = await trial.of(trial.store.open('id', { idleTimeout: 60_000 }))
    await trial.of(session.set('a', 1).setTerms({ idleTimeout: 3_600_000 }).save())
    same('The idle time-out', session.terms.idleTimeout, 3_600_000)
    await trial.of(session.setTerms({ absoluteTimeout: 60_000 }).save())
    const other = await trial.of((await trial.another()).find('id'))
    same('The idle time-out in another store', other?.terms.idleTimeout, undefined)
    same('The absolute deadline in another store', other?.terms.absoluteDeadline, session.terms.absoluteDeadline)
    same('What was set with it', other?.get('a'), 1)
  },
  'destroys for ever, and everybody hears of it': async (trial) => {
    const session = await trial.session(trial.store, { a: 1 })
    const other = await trial.another()
    await trial.of(other.destroy('id'))
    await trial.until('the session is known to be destroyed', () => session.ended === 'destroyed')
    same('What is still readable', attributes(session), [['a', 1]])
    await trial.refusal('SESSION_DESTROYED', session.save())
    await trial.refusal('SESSION_DESTROYED', trial.store.open('id'))
    same('What is found', await trial.of(trial.store.find('id')), undefined)
  },
  'refuses everything once its store is closed': async (trial) => {
    await trial.of(trial.store.close())
    await trial.refusal('STORE_CLOSED', trial.store.open('id'))
    await trial.refusal('STORE_CLOSED', trial.store.destroy('id'))
  },
}

/** How sessions change. */
const changes: Readonly<Record<string, (trial: Trial) => Promise<void>>> = {
  'shows a save to others, and names what changed': async (trial) => {
    const session = await trial.session(trial.store, { a: 1 })
    const other = await trial.session(await trial.another())
    const heard: string[] = []
    other.on('changed', (names) => heard.push(...names))
    await trial.of(session.set('b', 2).remove('a').save())
    await trial.until('the other store has heard of it', () => heard.length > 0)
    same('What the other store heard', heard.sort(), ['a', 'b'])
    same('What the other store reads', attributes(other), [['b', 2]])
  },
  'shows a save once when it resolves': async (trial) => {
    const session = await trial.session(trial.store, { n: 10 })
    const { copies } = await trial.of(session.increment('n').save())
    same('The number', session.get('n'), 11)
    if (copies < 1) throw new Error(`${copies} nodes hold the save.`)
  },
  'keeps the order of saves, and adds up what several count': async (trial) => {
    const session = await trial.session(trial.store, { n: 0 })
    const other = await trial.session(await trial.another())
    const saves = [1, 2, 3].flatMap((step) => [session.set('step', step).increment('n').save(), other.increment('n').save()])
    await trial.of(Promise.all(saves))
    await trial.until('both stores have heard of all', () => session.get('n') === 6 && other.get('n') === 6)
    same('The last step', other.get('step'), 3)
  },
  'refuses a save whole': async (trial) => {
    const session = await trial.session(trial.store, { user: 1 })
    const other = await trial.session(await trial.another())
    other.freeze('user')
    session.set('other', 5).set('user', 2)
    const [, outcome] = await trial.of(Promise.allSettled([other.save(), session.save()]))
    await trial.until('both read the same', () => String(attributes(session)) === String(attributes(other)))
    const expected = outcome.status === 'rejected' ? [['user', 1]] : [['other', 5], ['user', 2]]
    same('What both read', attributes(session), expected)
    same('Whether it is frozen', session.isFrozen('user') && other.isFrozen('user'), true)
  },
  'saves nothing without a change': async (trial) => {
    const session = await trial.session(trial.store, { a: 1 })
    const { copies } = await trial.of(session.save({ copies: 1, required: true }))
    if (copies < 1) throw new Error(`${copies} nodes hold the session.`)
  },
  'gives back every kind of value': async (trial) => {
    const values = { text: 'ü', yes: true, none: null, list: [1, 'two', [3]], map: { a: { b: 1.5 } } }
    await trial.session(trial.store, values)
    const other = await trial.of((await trial.another()).find('id'))
    for (const [name, value] of Object.entries(values)) same(name, other?.get(name), value)
  },
}

/** What attributes consist of. */
const parts: Readonly<Record<string, (trial: Trial) => Promise<void>>> = {
  'keeps what two put into one object at once': async (trial) => {
    const session = await trial.session(trial.store, { cart: { a: { n: 1 } } })
    const other = await trial.session(await trial.another())
    session.set(['cart', 'b', 'n'], 2)
    other.set('cart', { a: { n: 1 }, c: { n: 3 } })
    await trial.of(Promise.all([session.save(), other.save()]))
    await trial.until('both have heard of both', () => session.has(['cart', 'c']) && other.has(['cart', 'b']))
    const edited = session.edit('cart')
    if (typeof edited === 'object' && edited !== null) Object.assign(edited, { a: {} })
    await trial.of(session.save())
    await trial.until('the other has heard of the change in place', () => !other.has(['cart', 'a', 'n']))
    const numbers = ['a', 'b', 'c'].map((key) => other.get(['cart', key, 'n']) ?? null)
    same('What both put in', numbers, [null, 2, 3])
  },
  'collects and counts what two add': async (trial) => {
    const session = await trial.session(trial.store)
    const other = await trial.session(await trial.another())
    session.add('tags', 'red').increment(['stats', 'n'], 2)
    other.add('tags', 'blue').increment(['stats', 'n'], 3)
    await trial.of(Promise.all([session.save(), other.save()]))
    await trial.until('both have heard of both', () => session.members('tags').size === 2 && other.get(['stats', 'n']) === 5)
    await trial.of(other.discard('tags', 'red').save())
    await trial.until('the member is gone', () => session.members('tags').size === 1)
    same('What is left', session.toJSON(), { tags: ['blue'], stats: { n: 5 } })
  },
  'does one of two saves that stand on the same': async (trial) => {
    const session = await trial.session(trial.store, { token: 'once' })
    const other = await trial.session(await trial.another())
    same('What both read', [session.get('token'), other.get('token')], ['once', 'once'])
    const saves = [session, other].map((one) => one.remove('token').increment('uses').save({ ifUnchanged: ['token'] }))
    const outcomes = await trial.of(Promise.allSettled(saves))
    const refused = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : []))
    if (refused.length !== 1 || !(refused[0] instanceof UnderstudyError) || refused[0].code !== 'ATTRIBUTE_CHANGED') {
      throw new Error(`Expected one ATTRIBUTE_CHANGED, got ${refused.length}: ${String(refused[0])}`)
    }
    await trial.until('both know', () => session.get('uses') === 1 && other.get('uses') === 1 && !other.has('token'))
    same('Whether anything is left to save', session.hasUnsaved || other.hasUnsaved, false)
  },
}

/** What concerns many sessions. */
const surveys: Readonly<Record<string, (trial: Trial) => Promise<void>>> = {
  'lists and counts what lives, with contents if wanted': async (trial) => {
    const first = await trial.session(trial.store, { a: 1 }, 'first')
    const second = await trial.session(trial.store, { a: 2 }, 'second')
    await trial.session(trial.store, {}, 'third')
    await trial.of(trial.store.destroy('third'))
    const other = await trial.another()
    const keys = await trial.of(collect(other.keys({ pageSize: 1 })))
    same('The keys', keys.sort(), [first.key, second.key].sort())
    same('The number', await trial.of(other.count()), 2)
    const contents = await trial.of(collect(other.sessions()))
    same('The contents', contents.map(({ attributes: { a } }) => a).sort(), [1, 2])
    await trial.of(other.destroyKey(first.key))
    same('What is left', await trial.of(collect(other.keys())), [second.key])
    same('What was ended', (await trial.of(other.destroyAll())).destroyed, 1)
    same('What is left then', await trial.of(other.count()), 0)
  },
  'knows the sessions of a user, and ends them all': async (trial) => {
    const phone = await trial.session(trial.store, { user: 42 }, 'phone')
    const laptop = await trial.session(trial.store, { user: '42' }, 'laptop')
    const stranger = await trial.session(trial.store, { user: 43 }, 'stranger')
    const other = await trial.another()
    same('The sessions of 42', [...(await trial.of(other.sessionsOf(42)))].sort(), [phone.key, laptop.key].sort())
    same('How many', await trial.of(other.count({ user: 42n })), 2)
    const { destroyed } = await trial.of(other.destroyAllOf('42'))
    same('How many were ended', destroyed, 2)
    await trial.until('the sessions are known to be destroyed', () => phone.ended === 'destroyed' && laptop.ended === 'destroyed')
    same('The sessions of 42 then', await trial.of(other.sessionsOf(42)), [])
    same('The sessions of 43', await trial.of(other.sessionsOf(43)), [stranger.key])
    await trial.refusal('USER_INVALID', other.sessionsOf(''))
  },
  'tells who watches of all that happens': async (trial) => {
    const other = await trial.another()
    const heard: string[] = []
    const stop = await trial.of(
      other.watch({
        created: () => heard.push('created'),
        changed: (_, names) => heard.push(...names),
        destroyed: () => heard.push('destroyed'),
      }),
    )
    await trial.session(trial.store, { a: 1 }, 'watched')
    await trial.until('the change is heard', () => heard.includes('a'))
    await trial.of(trial.store.destroy('watched'))
    await trial.until('the end is heard', () => heard.includes('destroyed'))
    same('What was heard', heard, ['created', 'a', 'destroyed'])
    stop()
    await trial.session(trial.store, { b: 1 }, 'unwatched')
    for (let left = 5; left > 0; left--) await trial.of(Promise.resolve())
    same('What was heard after the end', heard.length, 3)
  },
}

/** New ids, and fresh reads. */
const moves: Readonly<Record<string, (trial: Trial) => Promise<void>>> = {
  'rotates an id: the session goes on, the old id is dead': async (trial) => {
    const session = await trial.session(trial.store, { a: 1, user: 7 })
    await trial.of(session.freeze('user').save())
    const other = await trial.session(await trial.another())
    session.set('unsaved', true)
    await trial.of(session.rotate('fresh'))
    same('The id', session.id, 'fresh')
    await trial.of(session.save())
    await trial.until('the others know that the old session ended', () => other.ended === 'destroyed')
    const found = await trial.of((await trial.another()).find('fresh'))
    same('What it holds', attributes(found), [['a', 1], ['unsaved', true], ['user', 7]])
    same('Whether it is frozen', found?.isFrozen('user'), true)
    await trial.refusal('SESSION_DESTROYED', trial.store.open('id'))
    await trial.refusal('SESSION_ID_TAKEN', session.rotate('id'))
    same('Whether it lives on', await trial.of(session.set('a', 2).save()).then(() => session.ended), undefined)
  },
  'reads what a save left, by its moment': async (trial) => {
    const session = await trial.session(trial.store, { a: 1 })
    const other = await trial.session(await trial.another())
    const { at } = await trial.of(session.set('a', 2).save({ copies: 1 }))
    const reader = await trial.another()
    same('What is found', (await trial.of(reader.find('id', { atLeast: at })))?.get('a'), 2)
    same('What is opened', (await trial.of(reader.open('id', { atLeast: at }))).get('a'), 2)
    await trial.refusal('MOMENT_INVALID', reader.find('id', { atLeast: 'nonsense' }))
    await trial.refusal('MOMENT_INVALID', reader.find('another', { atLeast: at }))
    other.close()
  },
}

/** All that an iterable gives. */
async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = []
  for await (const item of items) all.push(item)
  return all
}

/** The cases, each on a bed of its own. */
export function gatewayContract(makeBed: () => Promise<ContractBed>): readonly ContractCase[] {
  return Object.entries({ ...lives, ...changes, ...parts, ...surveys, ...moves }).map(([name, check]) => ({
    name,
    async run() {
      const bed = await makeBed()
      try {
        await check(new Trial(bed))
      } finally {
        await bed.close()
      }
    },
  }))
}
