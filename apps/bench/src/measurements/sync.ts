/** A new back-up's first sync, and what a resume costs after a cut. */
import type { Measurement, Subject } from '../measurement.js'
import { ByteCount } from '../processes/byte-count.js'
import { Child } from '../processes/child.js'
import { until } from '../workload/in-flight.js'
import { Primary } from '../workload/primary.js'
import { Changes, filledSessions } from '../workload/sessions.js'

const SESSIONS = 100_000
const CHANGED = 1_000

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
  title: 'First sync of 100,000 sessions, and resume after 1,000 of them changed',
  shows: 'A back-up process joins, is cut off, and returns; time of the first sync includes its start; resume from the moment the link stands.',
  variants: [
    {
      name: '100,000 sessions of 1.1 kB',
      figures: {
        firstMs: { title: 'first sync', unit: 'ms' },
        firstDeltas: { title: 'first sync', unit: 'deltas' },
        firstBytes: { title: 'first sync', unit: 'B' },
        resumeMs: { title: 'resume', unit: 'ms' },
        resumeDeltas: { title: 'resume', unit: 'deltas', goal: { atMost: CHANGED } },
        resumeBytes: { title: 'resume', unit: 'B' },
      },
      setUp,
    },
  ],
}
