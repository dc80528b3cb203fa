/** Bytes on the peer link for reading requests, which move a session's idle deadline and nothing else. */
import { RedisStore } from 'connect-redis'
import type { Measurement, Variant } from '../measurement.js'
import { ByteCount } from '../processes/byte-count.js'
import { connectedTo, startRedis } from '../processes/redis.js'
import { idOf } from '../systems/redis.js'
import { sessionData } from '../workload/attributes.js'
import { inFlight, until } from '../workload/in-flight.js'
import { Primary } from '../workload/primary.js'
import { isPart, scaled } from '../workload/scale.js'
import { filledSessions } from '../workload/sessions.js'

/** Sessions in use at the same time, and the reading requests of each a run: a page and what it loads, over and over. */
const SESSIONS = scaled(1_000)
const REQUESTS = 200
/** ms between two rounds of requests. */
const PACE = 50

const ours: Variant = {
  name: 'touches',
  // What a second costs whatever happens in it is not to be divided by few requests.
  figures: {
    bytes: { title: 'a reading request', unit: 'B', varies: true, ...(!isPart() && { goal: { atMost: 1 } }) },
    second: { title: 'a session in use, each second', unit: 'B', varies: true },
  },
  async setUp() {
    const primary = await Primary.start()
    const relay = await ByteCount.start(primary.node.url)
    const backUp = await primary.backUp(relay.url)
    const sessions = await filledSessions(primary.node.store, SESSIONS, 2)
    await primary.whenEqual()
    return {
      async run() {
        const before = relay.bytes
        const start = performance.now()
        for (let request = 0; request < REQUESTS; request++) {
          for (const session of sessions) session.touch()
          await new Promise((resolve) => setTimeout(resolve, PACE))
        }
        await until('the touches have travelled', () => primary.link?.dirty === 0)
        const [bytes, seconds] = [relay.bytes - before, (performance.now() - start) / 1_000]
        return { bytes: bytes / (SESSIONS * REQUESTS), second: bytes / (SESSIONS * seconds) }
      },
      async close() {
        relay.close()
        await backUp.close()
        await primary.node.close()
      },
    }
  },
}

/** What express-session has connect-redis do for every request that only reads. */
const redis: Variant = {
  name: 'connect-redis',
  others: true,
  figures: { bytes: { title: 'a reading request', unit: 'B' } },
  async setUp() {
    let relay: ByteCount | undefined
    const server = await startRedis({ through: async (url) => (relay = await ByteCount.start(url)).url })
    const client = await connectedTo(server.url)
    const store = new RedisStore({ client })
    await inFlight(SESSIONS, 64, (number) => store.set(idOf(number), sessionData(number)))
    return {
      async run() {
        await client.wait(1, 5_000)
        const before = relay?.bytes ?? Number.NaN
        for (let request = 0; request < 10; request++) await inFlight(SESSIONS, 64, (number) => store.touch(idOf(number), sessionData(number)))
        await client.wait(1, 5_000)
        return { bytes: ((relay?.bytes ?? Number.NaN) - before) / (SESSIONS * 10) }
      },
      async close() {
        client.destroy()
        await server.close()
        relay?.close()
      },
    }
  },
}

/** See the file's header. */
export const touches: Measurement = {
  name: 'touches',
  title: 'Bytes on the peer link for a reading request',
  shows: `${SESSIONS.toLocaleString('en-US')} sessions, ${REQUESTS} reading requests each in ${(REQUESTS * PACE) / 1_000} s; ours travel once a second, many in one. connect-redis: store.touch, its replica’s link. `
    + 'All bytes of both directions above TCP. Tomcat’s DeltaManager: 656 B, cited, not measured by us.',
  terms: 'in memory on both sides, two copies; no reading request waits for the second one, on either side.',
  counts: true,
  variants: [ours, redis],
  ratios: [{ title: 'bytes', figure: 'bytes', of: 'touches', to: 'connect-redis' }],
  cold: true,
}
