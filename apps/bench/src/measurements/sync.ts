/** A new back-up's first sync, and what a resume costs after a cut. */
import { createClient } from 'redis'
import type { Measurement, Subject, Variant } from '../measurement.js'
import { ByteCount } from '../processes/byte-count.js'
import { Child } from '../processes/child.js'
import { startRedis } from '../processes/redis.js'
import { jsonOf } from '../workload/attributes.js'
import { inFlight, until } from '../workload/in-flight.js'
import { Primary } from '../workload/primary.js'
import { isQuick, scaled } from '../workload/scale.js'
import { Changes, filledSessions } from '../workload/sessions.js'

const SESSIONS = scaled(100_000)
const CHANGED = scaled(1_000)

/** What passed between two moments. */
class Passage {
  readonly #primary: Primary
  readonly #relay: ByteCount
  readonly #start = performance.now()
  readonly #deltas: number
  readonly #bytes: number

  constructor(primary: Primary, relay: ByteCount) {
    this.#primary = primary
    this.#relay = relay
    this.#deltas = primary.link?.deltasSent ?? 0
    this.#bytes = relay.bytes
  }

  /** Figures up to now, under names that begin with this. */
  figures(of: string): Record<string, number> {
    return {
      [`${of}Ms`]: performance.now() - this.#start,
      [`${of}Deltas`]: (this.#primary.link?.deltasSent ?? 0) - this.#deltas,
      [`${of}Bytes`]: this.#relay.bytes - this.#bytes,
    }
  }
}

async function run(primary: Primary, relay: ByteCount, changes: Changes): Promise<Record<string, number>> {
  const first = new Passage(primary, relay)
  const backUp = await Child.start('node.js', 'b', 'backup', `a=${relay.url}`)
  try {
    await primary.whenEqual()
    const firstFigures = first.figures('first')
    relay.cut()
    await until('the link is lost', () => primary.link?.state === 'lost')
    await changes.make(CHANGED, 64)
    const resume = new Passage(primary, relay)
    relay.mend()
    await until('the link stands again', () => primary.link?.state === 'open')
    const linked = performance.now()
    await primary.whenEqual()
    return { ...firstFigures, ...resume.figures('resume'), resumeMs: performance.now() - linked }
  } finally {
    await backUp.close()
    await until('the link is lost', () => primary.link?.state === 'lost')
  }
}

/** A new Redis replica of the same sessions as JSON: its full resynchronisation, its start included. */
const redisReplica: Variant = {
  name: 'redis replica',
  figures: { firstMs: { title: 'first sync', unit: 'ms' } },
  async setUp() {
    const server = await startRedis()
    const client = createClient({ url: server.url })
    await client.connect()
    await inFlight(SESSIONS, 256, (number) => client.set(`sess:session ${number}`, jsonOf(number)))
    return {
      async run() {
        const start = performance.now()
        const replica = await server.anotherReplica()
        const firstMs = performance.now() - start
        await replica.close()
        return { firstMs }
      },
      async close() {
        client.destroy()
        await server.close()
      },
    }
  },
}

async function setUp(): Promise<Subject> {
  const primary = await Primary.start()
  const relay = await ByteCount.start(primary.node.url)
  const sessions = await filledSessions(primary.node.store, SESSIONS)
  const changes = new Changes(sessions, 1)
  return {
    run: () => run(primary, relay, changes),
    async close() {
      relay.close()
      await primary.node.close()
    },
  }
}

/** See the file's header. */
export const sync: Measurement = {
  name: 'sync',
  title: `First sync of ${SESSIONS.toLocaleString('en-US')} sessions, and resume after ${CHANGED.toLocaleString('en-US')} of them changed; in memory, two copies`,
  shows: 'A back-up process joins, is cut off, and returns; time of the first sync includes its start; resume from the moment the link stands.',
  terms: 'in memory on both sides, two copies.',
  counts: true,
  variants: [
    {
      name: 'sessions of 1.1 kB',
      figures: {
        firstMs: { title: 'first sync', unit: 'ms' },
        firstDeltas: { title: 'first sync', unit: 'deltas' },
        firstBytes: { title: 'first sync', unit: 'B' },
        resumeMs: { title: 'resume', unit: 'ms', goal: { atMost: 50 } },
        resumeDeltas: { title: 'resume', unit: 'deltas', goal: { atMost: CHANGED } },
        resumeBytes: { title: 'resume', unit: 'B', ...(!isQuick && { goal: { atMost: 60_000 } }) },
      },
      setUp,
    },
    redisReplica,
  ],
  ratios: [{ title: 'first sync', figure: 'firstMs', of: 'sessions of 1.1 kB', to: 'redis replica', goal: { atMost: 1 } }],
}
