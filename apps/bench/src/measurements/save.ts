/** Saves a second, at 64 and at 1 in flight, beside a plain floor and beside what connect-redis does. */
import { connect } from '@understudy/client'
import { createClient } from 'redis'
import type { Measurement, Subject, Variant } from '../measurement.js'
import { Child } from '../processes/child.js'
import { startRedis } from '../processes/redis.js'
import { jsonOf, scattered } from '../workload/attributes.js'
import { inFlight, perSecond } from '../workload/in-flight.js'
import { PlainFloor } from '../workload/plain-floor.js'
import { Primary } from '../workload/primary.js'
import { Changes, filledSessions } from '../workload/sessions.js'

const SESSIONS = 2_000
const figures: Variant['figures'] = { rate: { title: 'saves', unit: '/s' } }

/** How a measurement of saves is made: how many at once, how many in all. */
interface Load {
  readonly width: number
  readonly count: number
}

function subject({ count, width }: Load, save: (count: number, width: number) => Promise<number>, close: () => Promise<void>): Subject {
  return {
    run: async () => ({ rate: perSecond(count, await save(count, width)) }),
    close,
  }
}

const embedded = (load: Load): Variant => ({
  name: 'embedded',
  figures,
  async setUp() {
    const primary = await Primary.start()
    const backUp = await primary.backUp()
    const changes = new Changes(await filledSessions(primary.node.store, SESSIONS), 2)
    return subject(load, (count, width) => changes.make(count, width), async () => {
      await backUp.close()
      await primary.node.close()
    })
  },
})

const throughServer = (load: Load): Variant => ({
  name: 'client',
  figures,
  async setUp() {
    const server = await Child.start('node.js', 'a', 'member')
    const backUp = await Child.start('node.js', 'b', 'backup', `a=${server.url}`)
    const store = await connect({ nodes: [server.url] })
    const sessions = await filledSessions(store, SESSIONS, 2)
    const changes = new Changes(sessions, 2)
    return subject(load, (count, width) => changes.make(count, width), async () => {
      await store.close()
      await backUp.close()
      await server.close()
    })
  },
})

const floor = (load: Load): Variant => ({
  name: 'floor',
  figures,
  async setUp() {
    const plain = await PlainFloor.start(SESSIONS)
    return subject(load, (count, width) => plain.change(count, width), () => plain.close())
  },
})

/** SET of the whole session as connect-redis does it; WAIT blocks a connection, so each worker has its own then. */
const redis = (load: Load, copies: boolean): Variant => ({
  name: copies ? 'redis + WAIT 1' : 'redis',
  figures,
  async setUp() {
    const server = await startRedis()
    const clients = Array.from({ length: copies ? load.width : 1 }, () => createClient({ url: server.url }))
    await Promise.all(clients.map((client) => client.connect()))
    const free = [...clients]
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
    return subject(load, (count, width) => inFlight(count, width, save), async () => {
      for (const client of clients) client.destroy()
      await server.close()
    })
  },
})

function measurement(name: string, load: Load): Measurement {
  return {
    name,
    title: `Save one changed attribute, ${load.width} in flight`,
    shows: `${load.count.toLocaleString('en-US')} saves over ${SESSIONS} sessions of ten attributes. embedded: primary in this process, back-up in another, copies 2. `
      + 'client: this process → server → back-up. floor: live Y.Docs over ws. redis: SET of the JSON.',
    variants: [embedded(load), throughServer(load), floor(load), redis(load, false), redis(load, true)],
    ratios: [
      { title: 'saves', figure: 'rate', of: 'embedded', to: 'floor' },
      { title: 'saves', figure: 'rate', of: 'embedded', to: 'redis + WAIT 1' },
      { title: 'saves', figure: 'rate', of: 'embedded', to: 'redis' },
      { title: 'saves', figure: 'rate', of: 'client', to: 'redis + WAIT 1' },
    ],
  }
}

/** Throughput. */
export const saveMany: Measurement = measurement('save-64', { width: 64, count: 50_000 })

/** Latency: the reciprocal of a round trip. */
export const saveOne: Measurement = measurement('save-1', { width: 1, count: 5_000 })
