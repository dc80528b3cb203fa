/** What somebody who looks costs saves at full load. */
import process from 'node:process'
import { sessionKey } from '@understudy/client'
import type { Figure, Measurement, Variant } from '../measurement.js'
import { Child } from '../processes/child.js'
import { perSecond } from '../workload/in-flight.js'
import { Primary } from '../workload/primary.js'
import { Changes, filledSessions } from '../workload/sessions.js'
import { scaled } from '../workload/scale.js'

const SESSIONS = scaled(2_000)
/** Saves in flight. */
const WIDTH = 64
/** Saves a slice: with somebody who looks and without take turns, so that a busy moment of the machine falls on both. */
const SLICE = scaled(10_000)
/** Pairs of slices a run. */
const PAIRS = 6

const figures = {
  without: { title: 'saves, nobody looks', unit: '/s' },
  with: { title: 'saves, all is watched', unit: '/s' },
  rate: { title: 'rate with : without', unit: '×', goal: { atLeast: 0.95 } },
  cpu: { title: 'CPU a save with : without', unit: '×', goal: { atMost: 1.05 } },
  seen: { title: 'sent to who looks, a save', unit: 'B' },
} satisfies Record<string, Figure>

/** Time and CPU time of some slices. */
interface Spent {
  ms: number
  cpu: number
}

const watched: Variant = {
  name: 'embedded',
  figures,
  async setUp() {
    const primary = await Primary.start()
    const backUp = await primary.backUp()
    const changes = new Changes(await filledSessions(primary.node.store, SESSIONS), 2)
    const inspector = await Child.start('inspector.js', primary.node.url, sessionKey('session 5'))
    const slice = async (spent: Spent): Promise<void> => {
      const before = process.cpuUsage()
      spent.ms += await changes.make(SLICE, WIDTH)
      const { user, system } = process.cpuUsage(before)
      spent.cpu += user + system
    }
    return {
      async run() {
        const [none, all]: [Spent, Spent] = [{ ms: 0, cpu: 0 }, { ms: 0, cpu: 0 }]
        let bytes = 0
        for (let pair = 0; pair < PAIRS; pair++) {
          await slice(none)
          const begun = await inspector.figures()
          if (begun['looks'] !== 1) throw new Error('nobody looks, though somebody should')
          await slice(all)
          bytes += ((await inspector.figures())['bytes'] ?? 0) - (begun['bytes'] ?? 0)
        }
        const count = SLICE * PAIRS
        return { without: perSecond(count, none.ms), with: perSecond(count, all.ms), rate: none.ms / all.ms, cpu: all.cpu / none.cpu, seen: bytes / count }
      },
      async close() {
        await inspector.close()
        await backUp.close()
        await primary.node.close()
      },
    }
  },
}

/** Saves a second while everything is watched, and while nobody looks. */
export const inspect: Measurement = {
  name: 'inspect',
  title: 'Save one changed attribute while somebody looks',
  shows: `${WIDTH} saves in flight over ${SESSIONS} sessions of ten attributes, primary in this process, back-up in another, copies 2. Who looks, in a `
    + `third process, watches cluster, flow (200 deltas a second), one of the sessions, and scrolls a list. ${PAIRS} pairs of ${SLICE.toLocaleString('en-US')} saves, in turns.`,
  terms: 'in memory; a save counts when primary and back-up hold it.',
  variants: [watched],
}
