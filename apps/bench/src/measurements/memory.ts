/** Memory of a session at rest. */
import { Doc, applyUpdate, encodeStateAsUpdate } from 'yjs'
import { createClient } from 'redis'
import type { Figure, Measurement, Variant } from '../measurement.js'
import { heldBytes } from '../processes/child.js'
import { startRedis } from '../processes/redis.js'
import { ATTRIBUTES, jsonOf } from '../workload/attributes.js'
import { inFlight } from '../workload/in-flight.js'
import { Primary } from '../workload/primary.js'
import { scaled } from '../workload/scale.js'
import { filledSessions } from '../workload/sessions.js'

const SESSIONS = scaled(100_000)

/** ms until a node has looked at each session twice: those that nobody uses are at rest then. */
const REST = 2 * Math.max(10_000, SESSIONS / 2) + 5_000

/** Held by one process after a garbage collection, divided by the sessions; heap and array buffers. */
const perSession = (title: string): Figure => ({ title, unit: 'B' })

const resident = (title: string): Figure => ({ ...perSession(title), varies: true })

const nodes: Variant = {
  name: 'Understudy',
  figures: {
    bytes: perSession('a session on the primary, held'),
    backUp: perSession('a session on the back-up, held'),
    resident: resident('a session on the primary, resident'),
    backUpResident: resident('a session on the back-up, resident'),
  },
  setUp: () =>
    Promise.resolve({
      async run() {
        const primary = await Primary.start()
        const child = await primary.backUp()
        const before = { primary: await heldBytes(), resident: process.memoryUsage.rss(), child: await child.figures() }
        for (const session of await filledSessions(primary.node.store, SESSIONS, 2)) session.close()
        await primary.whenEqual()
        await new Promise((resolve) => setTimeout(resolve, REST))
        const after = await child.figures()
        const grown = (figure: string): number => ((after[figure] ?? 0) - (before.child[figure] ?? 0)) / SESSIONS
        const held = (await heldBytes()) - before.primary
        const resident = process.memoryUsage.rss() - before.resident
        await child.close()
        await primary.node.close()
        return { bytes: held / SESSIONS, resident: resident / SESSIONS, backUp: grown('heldBytes'), backUpResident: grown('resident') }
      },
      close: () => Promise.resolve(),
    }),
}

const plain: Variant = {
  name: 'plain live Y.Doc',
  figures: { bytes: perSession('a session, Y.Map of ten attributes') },
  setUp: () =>
    Promise.resolve({
      async run() {
        const template = new Doc({ guid: '' })
        for (const [name, value] of ATTRIBUTES) template.getMap('attributes').set(name, value)
        const update = encodeStateAsUpdate(template)
        const before = await heldBytes()
        const docs = Array.from({ length: SESSIONS }, () => {
          const doc = new Doc({ guid: '' })
          doc.getMap('attributes')
          applyUpdate(doc, update)
          return doc
        })
        const bytes = ((await heldBytes()) - before) / docs.length
        for (const doc of docs) doc.destroy()
        return { bytes }
      },
      close: () => Promise.resolve(),
    }),
}

/** SET of the same sessions as JSON, with keys as connect-redis names them, and a time to live. */
const redis: Variant = {
  name: 'redis',
  figures: { resident: resident('a session, resident') },
  setUp: () =>
    Promise.resolve({
      async run() {
        const server = await startRedis()
        const client = createClient({ url: server.url })
        await client.connect()
        const before = await server.resident()
        const expiration = { type: 'EX', value: 1_800 } as const
        await inFlight(SESSIONS, 256, (number) => client.set(`sess:${String(number).padStart(32, 'i')}`, jsonOf(number), { expiration }))
        const resident = (await server.resident()) - before
        client.destroy()
        await server.close()
        return { resident: resident / SESSIONS }
      },
      close: () => Promise.resolve(),
    }),
}

/** See the file's header. */
export const memory: Measurement = {
  name: 'memory',
  title: 'Memory of a session at rest',
  shows: `Held: heap and buffers after a garbage collection; resident: what the process has of the machine's memory. ${SESSIONS.toLocaleString('en-US')} sessions of ten attributes and 1.1 kB, handles closed, back-up up to date, nobody uses them for a while.`,
  terms: 'in memory on both sides; two processes hold each session.',
  counts: true,
  variants: [nodes, plain, redis],
  ratios: [
    { title: 'resident', figure: 'resident', of: 'Understudy', to: 'redis', goal: { atMost: 0.9 } },
    { title: 'memory', figure: 'bytes', of: 'Understudy', to: 'plain live Y.Doc' },
  ],
}
