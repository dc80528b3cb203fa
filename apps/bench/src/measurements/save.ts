/** Saves a second, at 64 and at 1 in flight, and how long each takes: beside connect-redis, the plain floor, and other Yjs servers. */
import type { Figure, Measurement, Variant } from '../measurement.js'
import { hocuspocus } from '../systems/hocuspocus.js'
import { plainFloor } from '../systems/plain-floor.js'
import { connectRedis, connectRedisWait, redisWait } from '../systems/redis.js'
import type { System, SystemKind } from '../systems/system.js'
import { client, embedded } from '../systems/understudy.js'
import { yjsRelay } from '../systems/yjs-relay.js'
import { perSecond } from '../workload/in-flight.js'
import { scaled } from '../workload/scale.js'

const SESSIONS = scaled(10_000)

/** What part of all saves is done within a figure's time. */
const QUANTILES = { p50: 0.5, p90: 0.9, p99: 0.99, p999: 0.999 } as const

const TITLES: Readonly<Record<keyof typeof QUANTILES, string>> = {
  p50: 'half of all saves within',
  p90: '90 % of all saves within',
  p99: '99 % of all saves within',
  p999: '99.9 % of all saves within',
}

/** How many saves at once, how many a run: by ours, and by the others, which are slower. */
interface Load {
  readonly width: number
  readonly count: number
  readonly others: number
}

const figuresOf = ({ processes }: SystemKind): Variant['figures'] => ({
  rate: { title: 'saves', unit: '/s' },
  ...Object.fromEntries(Object.entries(TITLES).map(([name, title]): [string, Figure] => [name, { title, unit: 'µs' }])),
  ...Object.fromEntries(processes.map((name): [string, Figure] => [name, { title: `processor time of a save, ${name}`, unit: 'µs' }])),
})

/** Saves at once of the lap before a run. */
const LAP_WIDTH = 64

/**
 * Saves, with their latencies and what they cost each process. While other variants ran nobody used these sessions, and
 * ours have come to rest: a lap over all of them, not counted, is what they have behind them under a load that lasts.
 */
async function run({ saves, cpu }: System, count: number, width: number): Promise<Record<string, number>> {
  await saves.make(SESSIONS, LAP_WIDTH)
  saves.latencies.clear()
  const before = await cpu()
  const ms = await saves.make(count, width)
  const after = await cpu()
  const times = Object.entries(QUANTILES).map(([name, part]) => [name, saves.latencies.quantile(part)])
  const used = Object.keys(before).map((name) => [name, ((after[name] ?? 0) - (before[name] ?? 0)) / count])
  return { rate: perSecond(count, ms), ...Object.fromEntries([...times, ...used]) }
}

const variant = (kind: SystemKind, { width, count, others }: Load): Variant => ({
  name: kind.name,
  ...(kind.others && { others: true }),
  figures: figuresOf(kind),
  async setUp() {
    const system = await kind.start({ sessions: SESSIONS, width: Math.max(width, LAP_WIDTH) })
    return { run: () => run(system, kind.others ? others : count, width), close: () => system.close() }
  },
})

const KINDS = [embedded, client, connectRedisWait, redisWait, connectRedis, plainFloor, yjsRelay, hocuspocus]

function measurement(name: string, load: Load): Measurement {
  return {
    name,
    title: `W1: save one changed attribute, ${load.width} in flight`,
    shows: `${load.count.toLocaleString('en-US')} saves (others: ${load.others.toLocaleString('en-US')}) a run over ${SESSIONS.toLocaleString('en-US')} sessions of ten attributes and 1.1 kB, three frozen, after one lap over all; 20 bytes change. `
      + 'embedded: app and primary → back-up. client: app → server → back-up. SET: no store, its bare command. plain floor: live Y.Docs, 16 updates a frame. relay and Hocuspocus: app → server.',
    terms: 'in memory on both sides; a save counts when two processes hold it, but of plain connect-redis one. Yjs programs: the app itself and one server.',
    variants: KINDS.map((kind) => variant(kind, load)),
    ratios: [
      { title: 'saves', figure: 'rate', of: embedded.name, to: connectRedisWait.name, goal: { atLeast: 10 } },
      { title: 'saves', figure: 'rate', of: embedded.name, to: plainFloor.name, goal: { atLeast: 6 } },
      { title: 'saves', figure: 'rate', of: embedded.name, to: redisWait.name },
      { title: 'saves', figure: 'rate', of: embedded.name, to: hocuspocus.name },
      { title: 'saves', figure: 'rate', of: client.name, to: connectRedisWait.name, goal: { atLeast: 3 } },
      { title: '99 % within', figure: 'p99', of: client.name, to: connectRedisWait.name, goal: { atMost: 0.5 } },
    ],
  }
}

/** Throughput. */
export const saveMany: Measurement = measurement('save-64', { width: 64, count: scaled(40_000), others: scaled(15_000) })

/** Latency: what a round trip takes. */
export const saveOne: Measurement = {
  ...measurement('save-1', { width: 1, count: scaled(4_000), others: scaled(4_000) }),
  ratios: [
    { title: 'half within', figure: 'p50', of: embedded.name, to: connectRedisWait.name, goal: { atMost: 1 } },
    { title: 'half within', figure: 'p50', of: client.name, to: connectRedisWait.name, goal: { atMost: 1 } },
  ],
}
