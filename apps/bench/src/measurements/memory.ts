/** Memory of a session at rest. */
import { Doc, applyUpdate, encodeStateAsUpdate } from 'yjs'
import type { Figure, Measurement, Variant } from '../measurement.js'
import { Child, heldBytes } from '../processes/child.js'
import { connectedTo, startRedis } from '../processes/redis.js'
import { ProvidedSessions } from '../systems/hocuspocus.js'
import { RelayedSessions } from '../systems/yjs-relay.js'
import { ATTRIBUTES, jsonOf } from '../workload/attributes.js'
import { inFlight } from '../workload/in-flight.js'
import { Primary } from '../workload/primary.js'
import { rested } from '../workload/rest.js'
import { scaled } from '../workload/scale.js'
import { fillAndClose } from '../workload/sessions.js'

/** Documents of programs that keep all of them live: what one costs is the same for fewer. */
const LIVE = scaled(5_000)
/** Held by one process after a garbage collection, divided by the sessions; heap and array buffers. */
const perSession = (title: string): Figure => ({ title, unit: 'B' })

const resident = (title: string): Figure => ({ ...perSession(title), varies: true })

/** A variant that is made anew each run. */
const variant = (name: string, figures: Variant['figures'], run: () => Promise<Record<string, number>>, others?: true): Variant =>
  ({ name, figures, ...(others && { others }), setUp: () => Promise.resolve({ run, close: () => Promise.resolve() }) })

/** @param patience ms to wait for rest at most */
const nodes = (sessions: number, patience: number, heap?: number): Variant => {
  const figures = {
    bytes: perSession('a session on the primary, held'),
    backUp: perSession('a session on the back-up, held'),
    resident: resident('a session on the primary, resident'),
    backUpResident: resident('a session on the back-up, resident'),
    rest: { title: 'until nothing more came to rest', unit: 'ms' },
  } satisfies Record<string, Figure>
  const made = variant('Understudy', figures, async () => {
    const primary = await Primary.start()
    const child = await primary.backUp()
    const before = { primary: await heldBytes(), resident: process.memoryUsage.rss(), child: await child.memory() }
    await fillAndClose(primary.node.store, sessions, 2)
    await primary.whenEqual()
    const rest = await rested([child], sessions, patience)
    const after = await child.memory()
    const grown = (figure: string): number => ((after[figure] ?? 0) - (before.child[figure] ?? 0)) / sessions
    const bytes = ((await heldBytes()) - before.primary) / sessions
    const own = (process.memoryUsage.rss() - before.resident) / sessions
    await child.close()
    await primary.node.close()
    return { bytes, resident: own, backUp: grown('heldBytes'), backUpResident: grown('resident'), rest }
  })
  return heap === undefined ? made : { ...made, heap }
}

const plain = variant('plain live Y.Doc', { bytes: perSession('a session, Y.Map of ten attributes') }, async () => {
  const template = new Doc({ guid: '' })
  for (const [name, value] of ATTRIBUTES) template.getMap('attributes').set(name, value)
  const update = encodeStateAsUpdate(template)
  const before = await heldBytes()
  const docs = Array.from({ length: LIVE }, () => {
    const doc = new Doc({ guid: '' })
    doc.getMap('attributes')
    applyUpdate(doc, update)
    return doc
  })
  const bytes = ((await heldBytes()) - before) / docs.length
  for (const doc of docs) doc.destroy()
  return { bytes }
}, true)

/** SET of the same sessions as JSON, with keys as connect-redis names them, and a time to live. */
const redis = (sessions: number): Variant =>
  variant('redis', { resident: resident('a session on the master, resident'), replica: resident('a session on the replica, resident') }, async () => {
    const server = await startRedis()
    const client = await connectedTo(server.url)
    const before = [await server.resident(), await server.replica.resident()] as const
    const expiration = { type: 'EX', value: 1_800 } as const
    await inFlight(sessions, 256, (number) => client.set(`sess:${String(number).padStart(32, 'i')}`, jsonOf(number), { expiration }))
    await client.wait(1, 60_000)
    const figures = { resident: ((await server.resident()) - before[0]) / sessions, replica: ((await server.replica.resident()) - before[1]) / sessions }
    client.destroy()
    await server.close()
    return figures
  }, true)

const SERVER_FIGURES = { resident: resident('a document on the server, resident'), held: perSession('a document on the server, held') }

/** What documents of another program's server cost it. @param fill connects, fills and gives what ends it */
const served = (name: string, script: string, fill: (url: string, count: number) => Promise<() => void>): Variant =>
  variant(name, SERVER_FIGURES, async () => {
    const child = await Child.start(script)
    const before = await child.memory()
    const disconnect = await fill(child.url, LIVE)
    const after = await child.memory()
    disconnect()
    await child.close()
    const grown = (figure: string): number => ((after[figure] ?? 0) - (before[figure] ?? 0)) / LIVE
    return { resident: grown('resident'), held: grown('heldBytes') }
  }, true)

const hocuspocus = served('Hocuspocus', 'hocuspocus.js', async (url, count) => {
  const sessions = new ProvidedSessions(url)
  await inFlight(count, 64, () => sessions.attach(new Doc({ guid: '' })))
  await inFlight(count, 64, (number) => sessions.save(number, ATTRIBUTES))
  return () => sessions.close()
})

const relay = served('y-protocols relay', 'yjs-relay.js', async (url, count) => {
  const sessions = await RelayedSessions.open(url, Array.from({ length: count }, () => new Doc({ guid: '' })))
  await inFlight(count, 64, (number) => sessions.save(number, ATTRIBUTES))
  return () => sessions.close()
})

const terms = 'in memory on both sides; two processes hold each session.'
const ratios: Measurement['ratios'] = [
  { title: 'resident, primary : master', figure: 'resident', of: 'Understudy', to: 'redis', goal: { atMost: 0.9 } },
  { title: 'resident, back-up : replica', figure: 'backUpResident', toFigure: 'replica', of: 'Understudy', to: 'redis', goal: { atMost: 0.9 } },
]

function shows(sessions: number): string {
  return `W3: held: heap and buffers after a garbage collection; resident: growth of what the process has of the machine's memory. ${sessions.toLocaleString('en-US')} sessions of ten attributes and 1.1 kB, each handle closed when its session is saved, back-up up to date, nobody uses them until memory no longer shrinks.`
}

const SESSIONS = scaled(100_000)

/** See the file's header. */
export const memory: Measurement = {
  name: 'memory',
  title: 'Memory of a session at rest, 100,000 of them',
  shows: `${shows(SESSIONS)} Live documents: ${LIVE.toLocaleString('en-US')}.`,
  terms,
  counts: true,
  once: true,
  variants: [nodes(SESSIONS, 150_000), redis(SESSIONS), plain, relay, hocuspocus],
  ratios,
}

const MANY = scaled(1_000_000)

/** The same for a million: once, for it takes minutes. */
export const memoryMany: Measurement = {
  name: 'memory-million',
  title: 'Memory of a session at rest, 1,000,000 of them',
  shows: `${shows(MANY)} No longer than three minutes, though: where rest takes more, ours is what it comes to by then.`,
  terms,
  once: true,
  variants: [nodes(MANY, 180_000, 8_192), redis(MANY)],
  ratios,
}
