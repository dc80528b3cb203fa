/** Bytes on the peer link for reading requests, which move a session's idle deadline and nothing else. */
import type { Measurement, Subject } from '../measurement.js'
import { ByteCount } from '../processes/byte-count.js'
import { until } from '../workload/in-flight.js'
import { Primary } from '../workload/primary.js'
import { scaled } from '../workload/scale.js'
import { filledSessions } from '../workload/sessions.js'

/** Sessions in use at the same time, and the reading requests of each a run: a page and what it loads, over and over. */
const SESSIONS = scaled(1_000)
const REQUESTS = 200
/** ms between two rounds of requests. */
const PACE = 50

async function setUp(): Promise<Subject> {
  const primary = await Primary.start()
  const relay = await ByteCount.start(primary.node.url)
  const backUp = await primary.backUp(relay.url)
  const sessions = await filledSessions(primary.node.store, SESSIONS, 2)
  await primary.whenEqual()
  return {
    async run() {
      const before = relay.bytes
      for (let request = 0; request < REQUESTS; request++) {
        for (const session of sessions) session.touch()
        await new Promise((resolve) => setTimeout(resolve, PACE))
      }
      await until('the touches have travelled', () => primary.link?.dirty === 0)
      return { bytes: (relay.bytes - before) / (SESSIONS * REQUESTS) }
    },
    async close() {
      relay.close()
      await backUp.close()
      await primary.node.close()
    },
  }
}

/** See the file's header. */
export const touches: Measurement = {
  name: 'touches',
  title: 'Bytes on the peer link for a reading request',
  shows: `${SESSIONS.toLocaleString('en-US')} sessions, ${REQUESTS} reading requests each in ${(REQUESTS * PACE) / 1_000} s; touches travel once a second, many in one. All bytes of both directions above TCP.`,
  terms: 'in memory on both sides, two copies; no reading request waits for one.',
  counts: true,
  variants: [{ name: 'touches', figures: { bytes: { title: 'a reading request', unit: 'B', goal: { atMost: 1 } } }, setUp }],
  cold: true,
}
