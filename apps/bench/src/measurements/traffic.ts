/** W4: the shape of real traffic, at the interface of express-session's stores. */
import type { SessionData, Store } from 'express-session'
import type { Measurement, Subject, Variant } from '../measurement.js'
import { Child } from '../processes/child.js'
import { startRedis } from '../processes/redis.js'
import { idOf } from '../systems/redis.js'
import { CHANGING, sessionData, valueOf } from '../workload/attributes.js'
import { inFlight, perSecond } from '../workload/in-flight.js'
import { Latencies } from '../workload/latencies.js'
import { scaled } from '../workload/scale.js'
import { SHOP_KINDS } from '../workload/shop-stores.js'
import { Zipf } from '../workload/zipf.js'

const SESSIONS = scaled(10_000)
const REQUESTS = scaled(30_000)
const WIDTH = 64
const SEED = 4
/** Part of all requests that only read; of the others this part changes something, and the rest are a death and a birth. */
const [READS, CHANGES] = [0.9, 0.9]

const figures: Variant['figures'] = {
  rate: { title: 'requests', unit: '/s' },
  p50: { title: 'half of all requests within', unit: 'µs' },
  p99: { title: '99 % of all requests within', unit: 'µs' },
}

/** What express-session does with its store for each request. */
class Traffic {
  readonly #store: Store
  readonly #zipf = new Zipf(SESSIONS, SEED)
  /** Ids by popularity. */
  readonly #ids = Array.from({ length: SESSIONS }, (_, number) => idOf(number))
  #born = SESSIONS

  constructor(store: Store) {
    this.#store = store
  }

  /** Makes all sessions. */
  fill(): Promise<number> {
    return inFlight(SESSIONS, WIDTH, (number) => this.#set(idOf(number), sessionData(number)))
  }

  /** A request. */
  async request(number: number): Promise<void> {
    const rank = this.#zipf.next()
    const [kind, more] = [this.#zipf.chance(), this.#zipf.chance()]
    const id = this.#ids[rank] ?? ''
    if (kind >= READS && more >= CHANGES) return this.#replace(rank, id)
    const data = await new Promise<SessionData | null | undefined>((resolve, reject) => this.#store.get(id, (error: unknown, found) => (error ? reject(error as Error) : resolve(found))))
    // It ended while this request was under way.
    if (!data) return
    if (kind >= READS) return this.#set(id, Object.assign(data, { [CHANGING]: valueOf(number) }))
    await new Promise<void>((resolve) => void this.#store.touch?.(id, data, () => resolve()))
  }

  async #replace(rank: number, id: string): Promise<void> {
    const born = idOf(this.#born++)
    await new Promise<void>((resolve, reject) => this.#store.destroy(id, (error: unknown) => (error ? reject(error as Error) : resolve())))
    await this.#set(born, sessionData(this.#born))
    // Not before: nobody can log out of a session that is not there yet.
    this.#ids[rank] = born
  }

  #set(id: string, data: SessionData): Promise<void> {
    return new Promise((resolve, reject) => this.#store.set(id, data, (error: unknown) => (error ? reject(error as Error) : resolve())))
  }
}

async function subject(store: Store, close: () => Promise<void>): Promise<Subject> {
  const traffic = new Traffic(store)
  await traffic.fill()
  const latencies = new Latencies()
  let made = 0
  return {
    async run() {
      latencies.clear()
      const ms = await inFlight(REQUESTS, WIDTH, () => latencies.of(() => traffic.request(made++)))
      return { rate: perSecond(REQUESTS, ms), p50: latencies.quantile(0.5), p99: latencies.quantile(0.99) }
    },
    close,
  }
}

const ours: Variant = {
  name: 'client → server → back-up',
  figures,
  async setUp() {
    const server = await Child.start('node.js', 'a', 'member')
    const backUp = await Child.start('node.js', 'b', 'backup', `a=${server.url}`)
    const opened = await SHOP_KINDS.client.open(server.url)
    return subject(opened.store, async () => {
      await opened.close()
      await backUp.close()
      await server.close()
    })
  },
}

const redis: Variant = {
  name: 'connect-redis + WAIT 1',
  others: true,
  figures,
  async setUp() {
    const server = await startRedis()
    const opened = await SHOP_KINDS['connect-redis + WAIT 1'].open(server.url)
    return subject(opened.store, async () => {
      await opened.close()
      await server.close()
    })
  },
}

/** See the file's header. */
export const traffic: Measurement = {
  name: 'traffic',
  title: `W4: the shape of real traffic, ${WIDTH} requests in flight, one process of the app`,
  shows: `${REQUESTS.toLocaleString('en-US')} requests a run over ${SESSIONS.toLocaleString('en-US')} sessions, popular by Zipf: 90 % read and touch, 9 % read and change 20 bytes, 1 % log out and in (a session dies, another is born). Calls of express-session's store, no HTTP.`,
  terms: 'in memory on both sides; a write counts when two processes hold it, a touch at once.',
  variants: [ours, redis],
  ratios: [
    { title: 'requests', figure: 'rate', of: ours.name, to: redis.name },
    { title: '99 % within', figure: 'p99', of: ours.name, to: redis.name },
  ],
}
