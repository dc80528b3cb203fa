/** Logouts that race with writes on both sides of a split: ours, and connect-redis over a master and its replica. */
import type { SessionData, Store } from 'express-session'
import type { Figure, Measurement, Variant } from '../measurement.js'
import { redisSides, understudySides } from '../processes/sides.js'
import type { Sides } from '../processes/sides.js'
import { inFlight, turn } from '../workload/in-flight.js'
import { scaled } from '../workload/scale.js'
import { STORE_KINDS } from '../workload/session-stores.js'
import type { OpenStore, StoreKindName } from '../workload/session-stores.js'

const SESSIONS = scaled(10_000)
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
  ...(name !== 'understudy' && { others: true }),
  figures: { back: { title: 'logged-out sessions that came back', unit: 'sessions', ...(name === 'understudy' && { goal: { atMost: 0 } }) } satisfies Figure },
  async setUp() {
    const sides = await start()
    return { run: () => race(name, sides), close: () => sides.close() }
  },
})

/** See the file's header. */
export const splitLogouts: Measurement = {
  name: 'split-logouts',
  title: 'Logouts while two sides are apart',
  shows: `${SESSIONS.toLocaleString('en-US')} sessions, each ended on one side and written on the other at the same time; Redis promotes its replica, and the former master follows it afterwards, as Sentinel has it.`,
  terms: 'in memory on both sides, two copies before the split, one a side in it.',
  variants: [variant('understudy', understudySides), variant('connect-redis', redisSides)],
  once: true,
}
