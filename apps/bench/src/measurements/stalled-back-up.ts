/** A back-up that stops reading: what it costs the primary, and how it catches up. */
import type { Measurement, Subject } from '../measurement.js'
import type { Child } from '../processes/child.js'
import { heldBytes } from '../processes/child.js'
import { perSecond } from '../workload/in-flight.js'
import { Primary } from '../workload/primary.js'
import { Changes, filledSessions } from '../workload/sessions.js'
import { scaled } from '../workload/scale.js'

const SESSIONS = scaled(100_000)
const CHANGES = scaled(1_000_000)
const CALM = scaled(100_000)
/** Changes with a back-up that reads, after which the heap is as large as V8 lets it grow in this traffic. */
const STEADY = scaled(600_000)
/** Saves between two looks at the memory. */
const STEP = scaled(50_000)

/** Saves changes in steps and keeps an eye on this process' memory. */
async function makeWatched(changes: Changes, count: number): Promise<{ ms: number; peak: number }> {
  let ms = 0
  let peak = 0
  for (let made = 0; made < count; made += STEP) {
    ms += await changes.make(STEP, 64)
    peak = Math.max(peak, process.memoryUsage.rss())
  }
  return { ms, peak }
}

async function run(primary: Primary, backUp: Child, changes: Changes, usualPeak: number): Promise<Record<string, number>> {
  await primary.whenEqual()
  const calm = await makeWatched(changes, CALM)
  await primary.whenEqual()
  const heldBefore = await heldBytes()
  const residentBefore = Math.max(calm.peak, usualPeak)
  backUp.suspend()
  const stalled = await makeWatched(changes, CHANGES)
  const held = (await heldBytes()) - heldBefore
  const start = performance.now()
  backUp.resume()
  await primary.whenEqual()
  return {
    held: held / 1e6,
    resident: Math.max(0, stalled.peak - residentBefore) / 1e6,
    before: perSecond(CALM, calm.ms),
    during: perSecond(CHANGES, stalled.ms),
    pace: perSecond(CHANGES, stalled.ms) / perSecond(CALM, calm.ms),
    catchUp: performance.now() - start,
  }
}

async function setUp(): Promise<Subject> {
  const primary = await Primary.start()
  const backUp = await primary.backUp()
  const changes = new Changes(await filledSessions(primary.node.store, SESSIONS), 1)
  const steady = await makeWatched(changes, STEADY)
  return {
    run: () => run(primary, backUp, changes, steady.peak),
    async close() {
      await backUp.close()
      await primary.node.close()
    },
  }
}

/** See the file's header. */
export const stalledBackUp: Measurement = {
  name: 'stalled-back-up',
  title: 'A back-up that stops reading (SIGSTOP) while the primary takes 1,000,000 changes',
  shows: '100,000 open sessions, copies: 1, 64 in flight. Held: heap and buffers after a garbage collection; resident: peak above the peak with a back-up that reads.',
  terms: 'in memory; a save counts with one copy, for the other node does not answer.',
  variants: [
    {
      name: 'embedded primary',
      figures: {
        held: { title: 'growth of memory held', unit: 'MB', goal: { atMost: 64 } },
        resident: { title: 'growth of resident memory', unit: 'MB', goal: { atMost: 64 } },
        before: { title: 'saves before', unit: '/s' },
        during: { title: 'saves during the stall', unit: '/s' },
        pace: { title: 'during : before', unit: '×', goal: { atLeast: 0.9 } },
        catchUp: { title: 'catch-up', unit: 'ms' },
      },
      setUp,
    },
  ],
  cold: true,
}
