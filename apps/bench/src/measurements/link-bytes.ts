/** Bytes on the peer link for one changed attribute. */
import type { Measurement, Variant } from '../measurement.js'
import { ByteCount } from '../processes/byte-count.js'
import { Primary } from '../workload/primary.js'
import { scaled } from '../workload/scale.js'
import { Changes, filledSessions } from '../workload/sessions.js'

const SESSIONS = scaled(10_000)

function variant(name: string, width: number, changes: number, atMost: number): Variant {
  return {
    name,
    figures: { bytes: { title: 'a changed attribute', unit: 'B', goal: { atMost } } },
    async setUp() {
      const primary = await Primary.start()
      const relay = await ByteCount.start(primary.node.url)
      const backUp = await primary.backUp(relay.url)
      const work = new Changes(await filledSessions(primary.node.store, SESSIONS), 2)
      // Steady traffic is what is measured: by then both ends know the sessions and writers by number.
      await work.make(SESSIONS * 3, 64)
      return {
        async run() {
          const before = relay.bytes
          await work.make(scaled(changes), width)
          await primary.whenEqual()
          return { bytes: (relay.bytes - before) / scaled(changes) }
        },
        async close() {
          relay.close()
          await backUp.close()
          await primary.node.close()
        },
      }
    },
  }
}

/** See the file's header. */
export const linkBytes: Measurement = {
  name: 'link-bytes',
  title: 'Bytes on the peer link for one changed attribute',
  shows: '20 bytes of 1.1 kB change; all bytes of both directions above TCP (deltas, acks, marks, pings, WebSocket headers), counted by a relay.',
  counts: true,
  variants: [variant('unbatched, 1 save in flight', 1, 3_000, 80), variant('batched, 64 in flight', 64, 30_000, 40)],
}
