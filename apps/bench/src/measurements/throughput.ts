/** How the rate of saves grows with the number of them in flight, ours and others', and the limits. */
import type { Figure, Measurement, Variant } from '../measurement.js'
import { hocuspocus } from '../systems/hocuspocus.js'
import { plainFloor, unopened, wsAlone } from '../systems/plain-floor.js'
import { connectRedisWait } from '../systems/redis.js'
import type { SystemKind } from '../systems/system.js'
import { client, embedded } from '../systems/understudy.js'
import { yjsRelay } from '../systems/yjs-relay.js'
import { perSecond } from '../workload/in-flight.js'
import { scaled } from '../workload/scale.js'

const SESSIONS = scaled(10_000)

/** Saves in flight, and how many are made a run then. */
const LOADS = [[1, scaled(1_000)], [4, scaled(3_000)], [16, scaled(8_000)], [64, scaled(10_000)], [256, scaled(12_000)]] as const

const figures = Object.fromEntries(LOADS.map(([width]): [string, Figure] => [`rate${width}`, { title: 'saves, in flight', unit: '/s', at: width }]))

const variant = (kind: SystemKind): Variant => ({
  name: kind.name,
  ...(kind.others && { others: true }),
  figures,
  async setUp() {
    const { saves, close } = await kind.start({ sessions: SESSIONS, width: Math.max(...LOADS.map(([width]) => width)) })
    return {
      async run() {
        const rates: Record<string, number> = {}
        for (const [width, count] of LOADS) rates[`rate${width}`] = perSecond(count, await saves.make(count, width))
        return rates
      },
      close,
    }
  },
})

/** See the file's header. */
export const throughput: Measurement = {
  name: 'throughput',
  title: 'W1: saves a second against saves in flight',
  shows: `${SESSIONS.toLocaleString('en-US')} sessions; systems as in save-64. Limits: updates unopened (the plain floor, whose other end keeps bytes and does not look), ws alone (30 bytes a frame, no Yjs, frames of a turn in one write).`,
  terms: 'in memory on both sides; a save counts when two processes hold it (ws alone: when it was counted).',
  variants: [embedded, client, connectRedisWait, plainFloor, yjsRelay, hocuspocus, unopened, wsAlone].map(variant),
}
