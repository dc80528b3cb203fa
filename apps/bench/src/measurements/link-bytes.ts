/** Bytes between the two who hold the copies, for one changed attribute. */
import type { Goal, Measurement, Variant } from '../measurement.js'
import { ByteCount } from '../processes/byte-count.js'
import { hocuspocus } from '../systems/hocuspocus.js'
import { plainFloor } from '../systems/plain-floor.js'
import { connectRedis, redisHash } from '../systems/redis.js'
import type { SystemKind } from '../systems/system.js'
import { embedded } from '../systems/understudy.js'
import { yjsRelay } from '../systems/yjs-relay.js'
import { scaled } from '../workload/scale.js'

const SESSIONS = scaled(10_000)

/** Which system, and how it is used. */
interface Load {
  readonly name: string
  readonly width: number
  readonly changes: number
  readonly goal?: Goal
  /** Set where pings, which come by the clock, are much of it: a slow machine has more of them a change. */
  readonly varies?: true
}

function variant(kind: SystemKind, { name, width, changes, goal, varies }: Load): Variant {
  return {
    name,
    ...(kind.others && { others: true }),
    figures: { bytes: { title: 'a changed attribute', unit: 'B', ...(goal && { goal }), ...(varies && { varies }) } },
    async setUp() {
      let relay: ByteCount | undefined
      const through = async (url: string): Promise<string> => (relay = await ByteCount.start(url)).url
      const system = await kind.start({ sessions: SESSIONS, width: 64, through })
      // Steady traffic is what is measured: by then both ends know the sessions and writers by number.
      if (!kind.others) await system.saves.make(SESSIONS * 3, 64)
      return {
        async run() {
          await system.settled?.()
          const before = relay?.bytes ?? Number.NaN
          await system.saves.make(scaled(changes), width)
          await system.settled?.()
          return { bytes: ((relay?.bytes ?? Number.NaN) - before) / scaled(changes) }
        },
        async close() {
          await system.close()
          relay?.close()
        },
      }
    },
  }
}

const batched = variant(embedded, { name: 'batched, 64 in flight', width: 64, changes: 30_000, goal: { atMost: 40 } })
const others = [connectRedis, redisHash, plainFloor, yjsRelay, hocuspocus].map((kind) => variant(kind, { name: kind.name, width: 64, changes: 10_000 }))

/** See the file's header. */
export const linkBytes: Measurement = {
  name: 'link-bytes',
  title: 'W1: bytes on the peer link for one changed attribute',
  shows: '20 bytes of 1.1 kB change; all bytes of both directions above TCP (deltas, acks, marks, pings, WebSocket headers), counted by a relay. Redis: its replica’s link, without WAIT, which would add to it. '
    + 'Yjs programs: app → server; the relay has no acks, so it is asked with sync step 1. Ours are valid Yjs updates on arrival (a stock y-websocket client reads them, SCN-21). Tomcat’s DeltaManager: 700 B, cited, not measured by us: it needs a JVM.',
  terms: 'in memory on both sides, two copies; ours and Yjs programs’ saves wait for the second one, Redis’ do not.',
  counts: true,
  variants: [variant(embedded, { name: 'unbatched, 1 save in flight', width: 1, changes: 3_000, goal: { atMost: 80 }, varies: true }), batched, ...others],
  ratios: [
    { title: 'bytes', figure: 'bytes', of: connectRedis.name, to: batched.name, goal: { atLeast: 31 } },
    { title: 'bytes', figure: 'bytes', of: redisHash.name, to: batched.name, goal: { atLeast: 2.3 } },
  ],
}
