/** A new back-up's first sync, and what a resume costs after a cut: ours, and a Redis replica's with two sizes of its backlog. */
import type { Measurement, Subject, Variant } from '../measurement.js'
import { ByteCount } from '../processes/byte-count.js'
import { Child } from '../processes/child.js'
import { connectedTo, startRedis } from '../processes/redis.js'
import { jsonOf } from '../workload/attributes.js'
import { inFlight, until } from '../workload/in-flight.js'
import { Primary } from '../workload/primary.js'
import { isPart, scaled } from '../workload/scale.js'
import { Changes, filledSessions } from '../workload/sessions.js'

const SESSIONS = scaled(100_000)
const CHANGED = scaled(1_000)
/** Saves that a back-up follows before it is cut off once more: what it does is compiled then. */
const FOLLOWED = scaled(20_000)

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
    const resumed = await cutOff(primary, relay, changes, 'resume')
    await changes.make(FOLLOWED, 64)
    await primary.whenEqual()
    return { ...firstFigures, ...resumed, ...(await cutOff(primary, relay, changes, 'later')) }
  } finally {
    await backUp.close()
    await until('the link is lost', () => primary.link?.state === 'lost')
  }
}

/** Cuts the back-up off, changes sessions, and lets it return. @returns what its return took, under names that begin with this */
async function cutOff(primary: Primary, relay: ByteCount, changes: Changes, of: string): Promise<Record<string, number>> {
  relay.cut()
  await until('the link is lost', () => primary.link?.state === 'lost')
  await changes.make(CHANGED, 64)
  const passage = new Passage(primary, relay)
  relay.mend()
  await until('the link stands again', () => primary.link?.state === 'open')
  const linked = performance.now()
  await primary.whenEqual()
  return { ...passage.figures(of), [`${of}Ms`]: performance.now() - linked }
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

const ours: Variant = {
  name: 'Understudy',
  figures: {
    firstMs: { title: 'first sync', unit: 'ms' },
    firstDeltas: { title: 'first sync', unit: 'deltas' },
    firstBytes: { title: 'first sync', unit: 'B' },
    resumeMs: { title: 'resume', unit: 'ms', goal: { atMost: 50 } },
    laterMs: { title: `resume, after ${FOLLOWED.toLocaleString('en-US')} saves`, unit: 'ms', goal: { atMost: 50 } },
    resumeDeltas: { title: 'resume', unit: 'deltas', goal: { atMost: CHANGED } },
    resumeBytes: { title: 'resume', unit: 'B', ...(!isPart() && { goal: { atMost: 60_000 } }) },
  },
  setUp,
}

/** A new Redis replica of the same sessions as JSON, its start included, is cut off, and returns. */
const redis = (name: string, backlog: string): Variant => ({
  name,
  others: true,
  figures: {
    firstMs: { title: 'first sync', unit: 'ms' },
    firstBytes: { title: 'first sync', unit: 'B' },
    resumeMs: { title: 'resume', unit: 'ms' },
    resumeBytes: { title: 'resume', unit: 'B' },
  },
  async setUp() {
    const server = await startRedis({ options: ['--repl-backlog-size', backlog] })
    const client = await connectedTo(server.url)
    const set = (number: number): Promise<unknown> => client.set(`sess:session ${number % SESSIONS}`, jsonOf(number))
    await inFlight(SESSIONS, 256, set)
    return {
      async run() {
        const relay = await ByteCount.start(server.url.replace('redis:', 'ws:'))
        const start = performance.now()
        const replica = await server.anotherReplica(() => Promise.resolve(relay.url))
        const first = { firstMs: performance.now() - start, firstBytes: relay.bytes }
        relay.cut()
        // Its master still counts it until it notices; WAIT 2 below is true only once it is back.
        await inFlight(CHANGED, 64, set)
        const before = relay.bytes
        const returned = relay.nextConnection()
        relay.mend()
        await returned
        const linked = performance.now()
        await client.set('sess:last', 'one')
        while ((await client.wait(2, 0)) < 2);
        const resume = { resumeMs: performance.now() - linked, resumeBytes: relay.bytes - before }
        await replica.close()
        relay.close()
        return { ...first, ...resume }
      },
      async close() {
        client.destroy()
        await server.close()
      },
    }
  },
})

const [small, large] = [redis('redis replica', '1mb'), redis('redis replica, backlog of 16 MiB', '16mb')]

/** See the file's header. */
export const sync: Measurement = {
  name: 'sync',
  title: `First sync of ${SESSIONS.toLocaleString('en-US')} sessions, and resume after ${CHANGED.toLocaleString('en-US')} of them changed`,
  shows: 'A back-up process joins, is cut off, and returns; then again when it has followed many saves; time of the first sync includes its start; resume from the moment the link stands. Redis: a replica, backlog as it comes (1 MiB), and of 16 MiB.',
  terms: 'in memory on both sides, two copies (Redis: another replica beside, which does nothing).',
  counts: true,
  variants: [ours, small, large],
  ratios: [
    { title: 'first sync, time', figure: 'firstMs', of: ours.name, to: small.name, goal: { atMost: 1 } },
    { title: 'resume, bytes', figure: 'resumeBytes', of: ours.name, to: large.name },
    { title: 'resume, time', figure: 'resumeMs', of: ours.name, to: large.name },
  ],
}
