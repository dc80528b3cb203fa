/** What reading an attribute of an open session costs. */
import { connect } from '@understudy/client'
import { RedisStore } from 'connect-redis'
import type { Session, Store } from '@understudy/client'
import type { Measurement, Subject, Variant } from '../measurement.js'
import { Child } from '../processes/child.js'
import { connectedTo, startRedis } from '../processes/redis.js'
import { idOf } from '../systems/redis.js'
import { ATTRIBUTES, CHANGING, sessionData, valueOf } from '../workload/attributes.js'
import { inFlight, turn } from '../workload/in-flight.js'
import { Primary } from '../workload/primary.js'
import { scaled } from '../workload/scale.js'
import { filledSessions } from '../workload/sessions.js'

const SESSIONS = 1_000
const READS = 1_000_000
const GETS = scaled(5_000)
const SPECIAL_READS = 100_000

const figures: Variant['figures'] = {
  read: { title: 'an attribute', unit: 'µs', goal: { atMost: 0.3 } },
  own: { title: 'an attribute this handle has just set', unit: 'µs', goal: { atMost: 1 } },
  first: { title: 'an attribute at a new handle, decoded for the first time', unit: 'µs' },
}

/** Ten attributes of 1,000 open sessions, one after the other. */
function readAll(sessions: readonly Session[]): number {
  let found = 0
  const start = performance.now()
  for (let i = 0; i < READS; i++) {
    const [name] = ATTRIBUTES[i % ATTRIBUTES.length] ?? [CHANGING]
    if (sessions[i % SESSIONS]?.get(name) !== undefined) found++
  }
  const ms = performance.now() - start
  if (found !== READS) throw new Error(`${READS - found} reads found nothing`)
  return (ms * 1_000) / READS
}

/** Times one read of each session, over and over; what makes the reads special is not timed. */
async function readEach(of: readonly Session[], prepare: (session: Session, round: number) => Promise<Session> | Session): Promise<number> {
  let ms = 0
  for (let round = 0; round < SPECIAL_READS / SESSIONS; round++) {
    const sessions = await Promise.all(of.map((session) => prepare(session, round)))
    const start = performance.now()
    for (const session of sessions) session.get(CHANGING)
    ms += performance.now() - start
    await turn()
  }
  return (ms * 1_000) / SPECIAL_READS
}

function subject(store: Store, sessions: readonly Session[], close: () => Promise<void>): Subject {
  const fresh = async ({ id }: Session): Promise<Session> => {
    const handle = await store.open(id)
    handle.close()
    return handle
  }
  return {
    run: async () => ({
      read: readAll(sessions),
      own: await readEach(sessions, (session, round) => session.set(CHANGING, valueOf(round))),
      first: await readEach(sessions, fresh),
    }),
    close,
  }
}

const inProcess: Variant = {
  name: 'store in process',
  figures,
  async setUp() {
    const { node } = await Primary.start()
    return subject(node.store, await filledSessions(node.store, SESSIONS), () => node.close())
  },
}

const remote: Variant = {
  name: 'client of a server process',
  figures,
  async setUp() {
    const server = await Child.start('node.js', 'a', 'member')
    const store = await connect({ nodes: [server.url] })
    const close = async (): Promise<void> => {
      await store.close()
      await server.close()
    }
    return subject(store, await filledSessions(store, SESSIONS), close)
  },
}

/** One at a time, which is what a request waits for before its handler begins; and 64 at once, divided by their number. */
const redis: Variant = {
  name: 'connect-redis get',
  others: true,
  figures: { alone: { title: 'a session, one get in flight', unit: 'µs' }, many: { title: 'a session, 64 gets in flight, of each', unit: 'µs' } },
  async setUp() {
    const server = await startRedis()
    const client = await connectedTo(server.url)
    const store = new RedisStore({ client })
    await inFlight(SESSIONS, 64, (number) => store.set(idOf(number), sessionData(number)))
    const get = async (number: number): Promise<void> => {
      if (((await store.get(idOf(number % SESSIONS))) ?? undefined) === undefined) throw new Error('a get found nothing')
    }
    return {
      run: async () => ({ alone: ((await inFlight(GETS, 1, get)) * 1_000) / GETS, many: ((await inFlight(4 * GETS, 64, get)) * 1_000) / (4 * GETS) }),
      async close() {
        client.destroy()
        await server.close()
      },
    }
  },
}

const than = { to: 'store in process', toFigure: 'read' }

/** See the file's header. */
export const read: Measurement = {
  name: 'read',
  title: 'Read an attribute of an open session',
  shows: `session.get(name), no network in it: ${READS.toLocaleString('en-US')} reads over ${SESSIONS} sessions of ten attributes.`,
  terms: 'does not matter here: nothing is written while it is measured.',
  variants: [inProcess, remote, redis],
  ratios: [
    { title: 'a get, alone, against an attribute', figure: 'alone', of: redis.name, ...than, goal: { atLeast: 500 } },
    { title: 'a get of 64 against an attribute', figure: 'many', of: redis.name, ...than, goal: { atLeast: 500 } },
  ],
}
