/** Sessions that are made and destroyed, as visitors come and go. */
import { RedisStore } from 'connect-redis'
import type { Measurement, Variant } from '../measurement.js'
import { connectedTo, startRedis } from '../processes/redis.js'
import { idOf } from '../systems/redis.js'
import { ATTRIBUTES, sessionData } from '../workload/attributes.js'
import { inFlight, perSecond } from '../workload/in-flight.js'
import { Primary } from '../workload/primary.js'
import { scaled } from '../workload/scale.js'

const LIVES = scaled(20_000)
const WIDTH = 64
const figures: Variant['figures'] = { rate: { title: 'sessions made and destroyed', unit: '/s' } }

const embedded: Variant = {
  name: 'embedded',
  figures,
  async setUp() {
    const primary = await Primary.start()
    const backUp = await primary.backUp()
    let made = 0
    const live = async (): Promise<void> => {
      const id = `visitor ${made++}`
      const session = await primary.node.store.open(id, { idleTimeout: 1_800_000 })
      for (const [name, value] of ATTRIBUTES) session.set(name, value)
      await session.save({ copies: 2 })
      await primary.node.store.destroy(id, { copies: 2 })
    }
    return {
      run: async () => ({ rate: perSecond(LIVES, await inFlight(LIVES, WIDTH, live)) }),
      async close() {
        await backUp.close()
        await primary.node.close()
      },
    }
  },
}

const redis: Variant = {
  name: 'connect-redis + WAIT 1',
  others: true,
  figures,
  async setUp() {
    const server = await startRedis()
    const free = await Promise.all(Array.from({ length: WIDTH }, () => connectedTo(server.url)))
    const clients = [...free]
    let made = 0
    const live = async (): Promise<void> => {
      const client = free.pop()
      if (client === undefined) throw new Error('there are fewer connections than sessions in flight')
      const number = made++
      const store = new RedisStore({ client })
      for (const write of [() => store.set(idOf(number), sessionData(number)), () => store.destroy(idOf(number))]) {
        const written = write()
        if ((await client.wait(1, 5_000)) < 1) throw new Error('the replica did not acknowledge')
        await written
      }
      free.push(client)
    }
    return {
      run: async () => ({ rate: perSecond(LIVES, await inFlight(LIVES, WIDTH, live)) }),
      async close() {
        for (const client of clients) client.destroy()
        await server.close()
      },
    }
  },
}

/** See the file's header. */
export const lives: Measurement = {
  name: 'lives',
  title: `Sessions made, filled and destroyed, ${WIDTH} in flight`,
  shows: `${LIVES.toLocaleString('en-US')} sessions of ten attributes a run. embedded: open, save, destroy. connect-redis: store.set, store.destroy, each with WAIT 1.`,
  terms: 'in memory on both sides; each write counts when two processes hold it.',
  variants: [embedded, redis],
  ratios: [{ title: 'made and destroyed', figure: 'rate', of: 'embedded', to: redis.name, goal: { atLeast: 3 } }],
}
