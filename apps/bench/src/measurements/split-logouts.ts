<<<<<<< HEAD
/** Logouts on one side of a split while the other side writes: which sessions are there again when it has healed. */
import type { Store } from '@understudy/client'
import { createNode } from '@understudy/node'
import type { Figure, Measurement, Variant } from '../measurement.js'
import { ByteCount } from '../processes/byte-count.js'
import { connectedTo, startRedis } from '../processes/redis.js'
import { idOf } from '../systems/redis.js'
import { ATTRIBUTES, jsonOf, valueOf } from '../workload/attributes.js'
import { inFlight, until } from '../workload/in-flight.js'
import { scaled } from '../workload/scale.js'

const LOGOUTS = scaled(10_000)
const WIDTH = 64
/** Slots of a cluster: each side serves all of them in a split. */
const SLOTS = 256

const title = 'logged-out sessions that came back'

/** Opens each session on one side, so that both sides have it. */
async function logIn(store: Store, prefix: string): Promise<void> {
  await inFlight(LOGOUTS, WIDTH, async (number) => {
    const session = await store.open(`${prefix} ${number}`)
    for (const [name, value] of ATTRIBUTES) session.set(name, value)
    await session.save({ copies: 2 })
    session.close()
  })
}

/** One side ends each session, the other writes it, at the same time; every other time it is the other way round. */
async function race(sides: readonly [Store, Store], prefix: string): Promise<void> {
  await inFlight(LOGOUTS, WIDTH, async (number) => {
    const id = `${prefix} ${number}`
    const [ends, writes] = number % 2 === 0 ? sides : [sides[1], sides[0]]
    const write = async (): Promise<void> => {
      const session = await writes.open(id)
      await session.set('attr0', valueOf(number)).save({ copies: 1 })
      session.close()
    }
    await Promise.all([write(), ends.destroy(id, { copies: 1 })])
  })
}

const ours: Variant = {
  name: 'understudy',
  figures: { lost: { title, unit: 'races', goal: { atMost: 0 } } },
  async setUp() {
    // Each node's relay leads to the other; it is told where once that listens.
    const [toA, toB] = [await ByteCount.toBeLed(), await ByteCount.toBeLed()]
    const [a, b] = await Promise.all([createNode({ name: 'a', peers: { b: toB.url } }), createNode({ name: 'b', peers: { a: toA.url } })])
    toA.leadTo(a.url)
    toB.leadTo(b.url)
    await Promise.all([a.whenReady(), b.whenReady()])
    const nodes = [a, b] as const
    const primaries = (holds: (sum: number) => boolean): boolean => holds(nodes.reduce((sum, node) => sum + node.status().slots.primary, 0))
    const whole = (): Promise<void> => until('the nodes share the slots and hold the same', () => primaries((sum) => sum === SLOTS) && nodes.every((node) => node.status().links[0]?.equal === true) && a.status().digest === b.status().digest)
    let round = 0
    return {
      async run() {
        const prefix = `round ${round++}, login`
        await whole()
        await logIn(a.store, prefix)
        await whole()
        for (const relay of [toA, toB]) relay.cut()
        await until('both sides serve all slots', () => primaries((sum) => sum === 2 * SLOTS))
        await race([a.store, b.store], prefix)
        for (const relay of [toA, toB]) relay.mend()
        await whole()
        let lost = 0
        await inFlight(LOGOUTS, WIDTH, async (number) => {
          const found = await Promise.all(nodes.map(({ store }) => store.find(`${prefix} ${number}`)))
          for (const session of found) session?.close()
          if (found.some((session) => session !== undefined)) lost++
        })
        return { lost }
      },
      async close() {
        await Promise.all(nodes.map((node) => node.close()))
        for (const relay of [toA, toB]) relay.close()
      },
    }
  },
}

/** The control: the replica is promoted on its side of the split, and the old master follows it once that has healed. */
const redis: Variant = {
  name: 'connect-redis',
  others: true,
  figures: { lost: { title, unit: 'races' } satisfies Figure },
  setUp: () =>
    Promise.resolve({
      async run() {
        const server = await startRedis()
        const [here, there] = [await connectedTo(server.url), await connectedTo(server.replica.url)]
        await inFlight(LOGOUTS, WIDTH, (number) => here.set(`sess:${idOf(number)}`, jsonOf(number)))
        await here.wait(1, 60_000)
        await there.sendCommand(['REPLICAOF', 'NO', 'ONE'])
        await inFlight(LOGOUTS, WIDTH, (number) => {
          const [ends, writes] = number % 2 === 0 ? [here, there] : [there, here]
          return Promise.all([writes.set(`sess:${idOf(number)}`, jsonOf(number)), ends.del(`sess:${idOf(number)}`)])
        })
        await here.sendCommand(['REPLICAOF', '127.0.0.1', String(server.replica.port)])
        while (!(await here.info('replication')).includes('master_link_status:up')) await new Promise((resolve) => setTimeout(resolve, 20))
        let lost = 0
        await inFlight(LOGOUTS, WIDTH, async (number) => {
          const found = await here.exists(`sess:${idOf(number)}`)
          lost += found
        })
        for (const client of [here, there]) client.destroy()
        await server.close()
        return { lost }
      },
      close: () => Promise.resolve(),
    }),
}
=======
/** Logouts that race with writes on both sides of a split: ours, and connect-redis over a master and its replica. */
import type { SessionData, Store } from 'express-session'
import type { Figure, Measurement, Variant } from '../measurement.js'
import { redisSides, understudySides } from '../processes/sides.js'
import type { Sides } from '../processes/sides.js'
import { inFlight, turn } from '../workload/in-flight.js'
import { STORE_KINDS } from '../workload/session-stores.js'
import type { OpenStore, StoreKindName } from '../workload/session-stores.js'

const SESSIONS = 10_000
/** Sessions dealt with at once. */
const LANES = 64
const AREA = 'splits'

/** One race: every other session is ended here and written there, the rest the other way round. */
async function race(kind: StoreKindName, sides: Sides): Promise<Record<string, number>> {
  const open = async (): Promise<readonly [OpenStore, OpenStore]> => [await STORE_KINDS[kind].open(sides.urls[0], AREA), await STORE_KINDS[kind].open(sides.urls[1], AREA)]
  const ids = Array.from({ length: SESSIONS }, (_, i) => `session ${i}`)
  const before = await open()
  await inFlight(SESSIONS, LANES, (i) => write(before[0].store, ids[i] ?? '', { cart: 0 }))
  await inFlight(SESSIONS, LANES, async (i) => {
    while ((await find(before[1].store, ids[i] ?? '')) === undefined) await turn()
  })
  for (const app of before) await app.close()
  await sides.split()
  // Apps that know of one side only, as it is while nothing passes between the sides.
  const apps = await open()
  const stores = [apps[0].store, apps[1].store] as const
  let written = 0
  await inFlight(SESSIONS, LANES, async (i) => {
    const [ends, writes] = i % 2 === 0 ? stores : [stores[1], stores[0]]
    await Promise.all([end(ends, ids[i] ?? ''), write(writes, ids[i] ?? '', { cart: 1 }).then(() => written++)])
  })
  await sides.heal()
  let back = 0
  // Both sides are asked: where one session is, it is back.
  await inFlight(SESSIONS, LANES, async (i) => {
    const found = await Promise.all(stores.map((store) => find(store, ids[i] ?? '')))
    if (found.some((session) => session !== undefined)) back++
  })
  for (const app of apps) await app.close()
  if (written !== SESSIONS) throw new Error(`${SESSIONS - written} sessions were not written while the sides were apart`)
  return { back }
}

function write(store: Store, id: string, values: Readonly<Record<string, number>>): Promise<void> {
  const session = { cookie: { originalMaxAge: 600_000, expires: new Date(Date.now() + 600_000) }, ...values }
  return called((done) => store.set(id, session as unknown as SessionData, done))
}

function end(store: Store, id: string): Promise<void> {
  return called((done) => store.destroy(id, done))
}

function find(store: Store, id: string): Promise<SessionData | undefined> {
  return new Promise((resolve, reject) => {
    store.get(id, (error: unknown, found) => (error ? reject(asError(error)) : resolve(found ?? undefined)))
  })
}

function called(method: (done: (error?: unknown) => void) => void): Promise<void> {
  return new Promise((resolve, reject) => method((error) => (error ? reject(asError(error)) : resolve())))
}

function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown))
}

const variant = (name: StoreKindName, start: () => Promise<Sides>): Variant => ({
  name,
  figures: { back: { title: 'logged-out sessions that came back', unit: 'sessions', ...(name === 'understudy' && { goal: { atMost: 0 } }) } satisfies Figure },
  async setUp() {
    const sides = await start()
    return { run: () => race(name, sides), close: () => sides.close() }
  },
})
>>>>>>> main

/** See the file's header. */
export const splitLogouts: Measurement = {
  name: 'split-logouts',
<<<<<<< HEAD
  title: 'Logouts on one side of a split while the other side writes',
  shows: `${LOGOUTS.toLocaleString('en-US')} sessions; each is ended on one side and written on the other at the same time, then the split heals. Ours: two members. Redis: a master and a replica that is promoted on its side, as Sentinel does; then the old master follows it. SET and DEL as connect-redis sends them.`,
  terms: 'in memory on both sides, two copies before the split, one a side in it.',
  variants: [ours, redis],
=======
  title: 'Logouts while two sides are apart',
  shows: `${SESSIONS.toLocaleString('en-US')} sessions, each ended on one side and written on the other at the same time; Redis promotes its replica, and the former master follows it afterwards, as Sentinel has it.`,
  variants: [variant('understudy', understudySides), variant('connect-redis', redisSides)],
>>>>>>> main
  once: true,
}
