/** Redis with a replica: connect-redis' own store, the bare commands, and HSET of one field, each with and without WAIT. */
import { RedisStore } from 'connect-redis'
import { connectedTo, startRedis } from '../processes/redis.js'
import type { RedisClient } from '../processes/redis.js'
import { ATTRIBUTES, CHANGING, jsonOf, scattered, sessionData, valueOf } from '../workload/attributes.js'
import { inFlight } from '../workload/in-flight.js'
import { Saves } from '../workload/saves.js'
import type { SystemKind } from './system.js'

/** ms that a replica has to acknowledge. */
const PATIENCE = 5_000

type Write = (number: number, session: number) => Promise<unknown>

/** What is written for a change, given a connection. */
interface Writing {
  readonly change: (client: RedisClient) => Write
  /** How a session begins, where that is no change like any other. */
  readonly begin?: (client: RedisClient) => Write
}

/** How connect-redis names a session whose id is as long as express-session makes them. */
export function idOf(session: number): string {
  return String(session).padStart(32, 'i')
}

const store: Writing = {
  change: (client) => {
    const store = new RedisStore({ client, ttl: 1_800 })
    return (number, session) => store.set(idOf(session), sessionData(number))
  },
}

const set: Writing = {
  change: (client) => (number, session) => client.set(`sess:${idOf(session)}`, jsonOf(number), { expiration: { type: 'EX', value: 1_800 } }),
}

const hash: Writing = {
  change: (client) => (number, session) => client.hSet(`sess:${idOf(session)}`, CHANGING, valueOf(number)),
  begin: (client) => (_, session) => client.hSet(`sess:${idOf(session)}`, Object.fromEntries(ATTRIBUTES)),
}

/** WAIT blocks its connection, so each save at once has a connection of its own then; write and WAIT go out together. */
const kind = (name: string, { change, begin }: Writing, waits: boolean): SystemKind => ({
  name,
  processes: [],
  others: true,
  async start({ sessions, width, through }) {
    const server = await startRedis({ ...(through && { through }) })
    const clients = await Promise.all(Array.from({ length: waits ? width : 1 }, () => connectedTo(server.url)))
    const [first] = clients
    if (first === undefined) throw new Error('at least one save must be in flight')
    const filling = (begin ?? change)(first)
    await inFlight(sessions, 256, (session) => filling(session, session))
    const free = clients.map((client) => ({ client, write: change(client) }))
    const [only] = free
    const save = async (number: number): Promise<void> => {
      const lane = waits ? free.pop() : only
      if (lane === undefined) throw new Error('there are fewer connections than saves in flight')
      const written = lane.write(number, scattered(number, sessions))
      if (!waits) return void (await written)
      const copies = await lane.client.wait(1, PATIENCE)
      await written
      free.push(lane)
      if (copies < 1) throw new Error('the replica did not acknowledge')
    }
    return {
      saves: new Saves(save),
      cpu: () => Promise.resolve({}),
      settled: async () => void (await first.wait(1, PATIENCE)),
      async close() {
        for (const client of clients) client.destroy()
        await server.close()
      },
    }
  },
})

/** connect-redis as it is: one copy, the replica gets its own some time. */
export const connectRedis = kind('connect-redis', store, false)

/** connect-redis, and the replica has it. */
export const connectRedisWait = kind('connect-redis + WAIT 1', store, true)

/** Without the store: SET of the session's JSON. */
export const redisWait = kind('SET + WAIT 1', set, true)

/** What Redis could do if somebody kept sessions as hashes; one copy. */
export const redisHash = kind('HSET', hash, false)
