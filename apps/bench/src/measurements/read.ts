/** What reading an attribute of an open session costs. */
import { connect } from '@understudy/client'
import type { Session, Store } from '@understudy/client'
import type { Measurement, Subject, Variant } from '../measurement.js'
import { Child } from '../processes/child.js'
import { ATTRIBUTES, CHANGING, valueOf } from '../workload/attributes.js'
import { turn } from '../workload/in-flight.js'
import { Primary } from '../workload/primary.js'
import { filledSessions } from '../workload/sessions.js'

const SESSIONS = 1_000
const READS = 1_000_000
const SPECIAL_READS = 100_000

const figures: Variant['figures'] = {
  read: { title: 'an attribute', unit: 'µs', goal: { atMost: 1 } },
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

/** See the file's header. */
export const read: Measurement = {
  name: 'read',
  title: 'Read an attribute of an open session',
  shows: `session.get(name), no network in it: ${READS.toLocaleString('en-US')} reads over ${SESSIONS} sessions of ten attributes.`,
  terms: 'does not matter here: nothing is written while it is measured.',
  variants: [inProcess, remote],
}
