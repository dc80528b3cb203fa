/** What reading an attribute of an open session costs. */
import { connect } from '@understudy/client'
import type { Session } from '@understudy/client'
import type { Subject, Variant } from '../measurement.js'
import type { Measurement } from '../measurement.js'
import { Child } from '../processes/child.js'
import { ATTRIBUTES, CHANGING, valueOf } from '../workload/attributes.js'
import { Primary } from '../workload/primary.js'
import { filledSessions } from '../workload/sessions.js'

const SESSIONS = 1_000
const READS = 1_000_000
const FIRST_READS = 100_000

const figures: Variant['figures'] = {
  read: { title: 'an attribute', unit: 'µs', goal: { atMost: 1 } },
  first: { title: 'an attribute this handle has just set', unit: 'µs' },
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

/** Reads whose value is not decoded yet; setting it is not timed. */
function readFresh(sessions: readonly Session[]): number {
  let ms = 0
  for (let i = 0; i < FIRST_READS; i += SESSIONS) {
    for (const session of sessions) session.set(CHANGING, valueOf(i))
    const start = performance.now()
    for (const session of sessions) session.get(CHANGING)
    ms += performance.now() - start
  }
  return (ms * 1_000) / FIRST_READS
}

function subject(sessions: readonly Session[], close: () => Promise<void>): Subject {
  return { run: () => Promise.resolve({ read: readAll(sessions), first: readFresh(sessions) }), close }
}

const inProcess: Variant = {
  name: 'store in process',
  figures,
  async setUp() {
    const { node } = await Primary.start()
    return subject(await filledSessions(node.store, SESSIONS), () => node.close())
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
    return subject(await filledSessions(store, SESSIONS), close)
  },
}

/** See the file's header. */
export const read: Measurement = {
  name: 'read',
  title: 'Read an attribute of an open session',
  shows: `session.get(name), no network in it: ${READS.toLocaleString('en-US')} reads over ${SESSIONS} sessions of ten attributes.`,
  variants: [inProcess, remote],
}
