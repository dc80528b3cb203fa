/** Saves a second, at 64 and at 1 in flight, beside a plain floor and beside what connect-redis does. */
import { connect } from '@understudy/client'
import { createClient } from 'redis'
import type { Figure, Measurement, Subject, Variant } from '../measurement.js'
import { Child } from '../processes/child.js'
import { startRedis } from '../processes/redis.js'
import { jsonOf, scattered } from '../workload/attributes.js'
import { inFlight, perSecond } from '../workload/in-flight.js'
import { Latencies } from '../workload/latencies.js'
import { PlainFloor } from '../workload/plain-floor.js'
import { Primary } from '../workload/primary.js'
import { Changes, filledSessions } from '../workload/sessions.js'

const SESSIONS = 10_000

const RATE: Figure = { title: 'saves', unit: '/s' }
const TIMES: Variant['figures'] = { rate: RATE, p50: { title: 'half of all saves within', unit: 'µs' }, p99: { title: '99 % of all saves within', unit: 'µs' } }

/** Processor time a save, by the name of the process. */
const cpuOf = (...processes: readonly string[]): Variant['figures'] =>
  Object.fromEntries(processes.map((name) => [name, { title: `processor time of a save, ${name}`, unit: 'µs' }]))

/** How a measurement of saves is made: how many at once, how many in all. */
interface Load {
  readonly width: number
  readonly count: number
}

/** Processor time so far, µs. */
function ownCpu(): number {
  const { user, system } = process.cpuUsage()
  return user + system
}

/** Measures saves with their latencies and what they cost each process. */
function subject({ count, width }: Load, changes: Changes, processes: Readonly<Record<string, () => Promise<number>>>, close: () => Promise<void>): Subject {
  const read = async (): Promise<Record<string, number>> => {
    const used: Record<string, number> = {}
    for (const [name, cpu] of Object.entries(processes)) used[name] = await cpu()
    return used
  }
  return {
    async run() {
      changes.latencies.clear()
      const before = await read()
      const ms = await changes.make(count, width)
      const after = await read()
      const cpu = Object.keys(processes).map((name) => [name, ((after[name] ?? 0) - (before[name] ?? 0)) / count])
      return { rate: perSecond(count, ms), ...times(changes.latencies), ...Object.fromEntries(cpu) }
    },
    close,
  }
}

function times(latencies: Latencies): Record<string, number> {
  return { p50: latencies.quantile(0.5), p99: latencies.quantile(0.99) }
}

const cpuOfChild = (child: Child) => async (): Promise<number> => (await child.figures())['cpu'] ?? 0

const embedded = (load: Load): Variant => ({
  name: 'embedded',
  figures: { ...TIMES, ...cpuOf('app', 'back-up') },
  async setUp() {
    const primary = await Primary.start()
    const backUp = await primary.backUp()
    const changes = new Changes(await filledSessions(primary.node.store, SESSIONS), 2)
    const processes = { 'back-up': cpuOfChild(backUp), app: () => Promise.resolve(ownCpu()) }
    return subject(load, changes, processes, async () => {
      await backUp.close()
      await primary.node.close()
    })
  },
})

const throughServer = (load: Load): Variant => ({
  name: 'client',
  figures: { ...TIMES, ...cpuOf('app', 'server', 'back-up') },
  async setUp() {
    const server = await Child.start('node.js', 'a', 'member')
    const backUp = await Child.start('node.js', 'b', 'backup', `a=${server.url}`)
    const store = await connect({ nodes: [server.url] })
    const changes = new Changes(await filledSessions(store, SESSIONS, 2), 2)
    const processes = { 'back-up': cpuOfChild(backUp), server: cpuOfChild(server), app: () => Promise.resolve(ownCpu()) }
    return subject(load, changes, processes, async () => {
      await store.close()
      await backUp.close()
      await server.close()
    })
  },
})

const floor = (load: Load): Variant => ({
  name: 'floor',
  figures: { rate: RATE },
  async setUp() {
    const plain = await PlainFloor.start(SESSIONS)
    const run = async (): Promise<Record<string, number>> => ({ rate: perSecond(load.count, await plain.change(load.count, load.width)) })
    return { run, close: () => plain.close() }
  },
})

/** SET of the whole session as connect-redis does it; WAIT blocks a connection, so each worker has its own then. */
const redis = (load: Load, copies: boolean): Variant => ({
  name: copies ? 'redis + WAIT 1' : 'redis',
  figures: TIMES,
  async setUp() {
    const server = await startRedis()
    const clients = Array.from({ length: copies ? load.width : 1 }, () => createClient({ url: server.url }))
    await Promise.all(clients.map((client) => client.connect()))
    const free = [...clients]
    const latencies = new Latencies()
    let saved = 0
    const save = async (): Promise<void> => {
      const number = saved++
      const client = copies ? free.pop() : clients[0]
      if (client === undefined) throw new Error('there are fewer connections than saves in flight')
      const key = `sess:session ${scattered(number, SESSIONS)}`
      const set = client.set(key, jsonOf(number), { expiration: { type: 'EX', value: 1_800 } })
      if (!copies) return void (await set)
      if ((await client.wait(1, 1_000)) < 1) throw new Error('the replica did not acknowledge')
      free.push(client)
    }
    return {
      async run() {
        latencies.clear()
        const ms = await inFlight(load.count, load.width, () => latencies.of(save))
        return { rate: perSecond(load.count, ms), ...times(latencies) }
      },
      async close() {
        for (const client of clients) client.destroy()
        await server.close()
      },
    }
  },
})

function measurement(name: string, load: Load): Measurement {
  return {
    name,
    title: `Save one changed attribute, ${load.width} in flight; in memory, two copies (redis alone: one)`,
    shows: `${load.count.toLocaleString('en-US')} saves over ${SESSIONS.toLocaleString('en-US')} sessions of ten attributes, three frozen. embedded: primary in this process, back-up in another. `
      + 'client: this process → server → back-up. floor: live Y.Docs over ws. redis: SET of the JSON; WAIT 1: until its replica has it. No side writes to disk.',
    variants: [embedded(load), throughServer(load), floor(load), redis(load, false), redis(load, true)],
    ratios: [
      { title: 'saves', figure: 'rate', of: 'embedded', to: 'floor', goal: { atLeast: 6 } },
      { title: 'saves', figure: 'rate', of: 'embedded', to: 'redis + WAIT 1', goal: { atLeast: 10 } },
      { title: 'saves', figure: 'rate', of: 'embedded', to: 'redis' },
      { title: 'saves', figure: 'rate', of: 'client', to: 'redis + WAIT 1', goal: { atLeast: 3 } },
      { title: 'p99', figure: 'p99', of: 'client', to: 'redis + WAIT 1', goal: { atMost: 0.5 } },
    ],
  }
}

/** Throughput. */
export const saveMany: Measurement = measurement('save-64', { width: 64, count: 50_000 })

/** Latency: what a round trip takes. */
export const saveOne: Measurement = {
  ...measurement('save-1', { width: 1, count: 5_000 }),
  ratios: [
    { title: 'p50', figure: 'p50', of: 'embedded', to: 'redis + WAIT 1', goal: { atMost: 1 } },
    { title: 'p50', figure: 'p50', of: 'client', to: 'redis + WAIT 1', goal: { atMost: 1 } },
  ],
}
