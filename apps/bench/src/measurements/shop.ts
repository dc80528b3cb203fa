/** W2: pages of a shop a second, through Express and express-session, with two processes of the app. */
import type { Measurement, Subject, Variant } from '../measurement.js'
import { Child } from '../processes/child.js'
import { freePort } from '../processes/debian-package.js'
import { startRedis } from '../processes/redis.js'
import { idOf } from '../systems/redis.js'
import { scattered, sessionData, valueOf } from '../workload/attributes.js'
import { inFlight, perSecond } from '../workload/in-flight.js'
import { scaled } from '../workload/scale.js'
import { SHOP_KINDS } from '../workload/shop-stores.js'
import type { ShopKindName, ShopStore } from '../workload/shop-stores.js'
import { cookieOf, Visitors } from '../workload/visitors.js'

const SESSIONS = scaled(10_000)
const REQUESTS = scaled(5_000)
/** Pages of each kind before any is counted: Express, HTTP and stores are much code, which compiles as it is used. */
const WARM_UP = scaled(10_000)
const WIDTH = 64

const figures: Variant['figures'] = {
  rate: { title: 'pages that change an attribute', unit: '/s' },
  cpu: { title: 'processor time of such a page, both apps', unit: 'µs' },
  reads: { title: 'pages that only read', unit: '/s' },
}

/** A shop: two processes of the app and what stands behind them. */
interface Shop {
  readonly apps: readonly Child[]
  close(): Promise<void>
}

/** Fills the store and visits the shop. */
async function visited({ apps, close }: Shop, filler: ShopStore): Promise<Subject> {
  await inFlight(SESSIONS, 64, (number) => new Promise<void>((resolve, reject) => filler.store.set(idOf(number), sessionData(number), (error: unknown) => (error ? reject(error as Error) : resolve()))))
  await filler.close()
  const visitors = await Visitors.connect(apps.map(({ url }) => url), WIDTH)
  const cookies = Array.from({ length: SESSIONS }, (_, number) => cookieOf(idOf(number)))
  const cpu = async (): Promise<number> => (await Promise.all(apps.map((app) => app.figures()))).reduce((sum, app) => sum + (app['cpu'] ?? 0), 0)
  let made = 0
  const read = (number: number): { path: string; cookie: string } => ({ path: '/', cookie: cookies[scattered(made + number, SESSIONS)] ?? '' })
  const change = (): { path: string; cookie: string; expected: string } => {
    const value = valueOf(made)
    return { path: `/?value=${value}`, cookie: cookies[scattered(made++, SESSIONS)] ?? '', expected: value }
  }
  await visitors.make(WARM_UP, change)
  await visitors.make(WARM_UP, read)
  return {
    async run() {
      const before = await cpu()
      const rate = perSecond(REQUESTS, await visitors.make(REQUESTS, change))
      const used = (await cpu()) - before
      const reads = perSecond(REQUESTS, await visitors.make(REQUESTS, read))
      return { rate, cpu: used / REQUESTS, reads }
    },
    async close() {
      visitors.close()
      for (const app of apps) await app.close()
      await close()
    },
  }
}

const both = async (...instances: readonly (readonly string[])[]): Promise<Child[]> => {
  const apps = await Promise.all(instances.map((instance) => Child.start('shop-app.js', ...instance)))
  for (const app of apps) await app.figures()
  return apps
}

const embedded: Variant = {
  name: 'a node in each app',
  figures,
  async setUp() {
    const [a, b] = [await freePort(), await freePort()]
    const url = (port: number): string => `ws://127.0.0.1:${port}`
    const apps = await both(['embedded', 'a', String(a), `b=${url(b)}`], ['embedded', 'b', String(b), `a=${url(a)}`])
    return visited({ apps, close: () => Promise.resolve() }, await SHOP_KINDS.client.open(url(a)))
  },
}

const client: Variant = {
  name: 'client → server → back-up',
  figures,
  async setUp() {
    const server = await Child.start('node.js', 'a', 'member')
    const backUp = await Child.start('node.js', 'b', 'backup', `a=${server.url}`)
    const apps = await both(['client', server.url], ['client', server.url])
    return visited({ apps, close: async () => void (await Promise.all([backUp.close(), server.close()])) }, await SHOP_KINDS.client.open(server.url))
  },
}

const redis = (name: ShopKindName): Variant => ({
  name,
  others: true,
  figures,
  async setUp() {
    const server = await startRedis()
    const apps = await both([name, server.url], [name, server.url])
    return visited({ apps, close: () => server.close() }, await SHOP_KINDS[name].open(server.url))
  },
})

const [waits, alone] = [redis('connect-redis + WAIT 1'), redis('connect-redis')]

/** What no store can beat: each instance keeps its sessions in its own memory, and shares them with nobody. */
const memory: Variant = {
  name: 'each app by itself',
  others: true,
  figures,
  async setUp() {
    const apps = await both(['memory', String(SESSIONS)], ['memory', String(SESSIONS)])
    return visited({ apps, close: () => Promise.resolve() }, await SHOP_KINDS.memory.open())
  },
}

/** See the file's header. */
export const shop: Measurement = {
  name: 'shop',
  title: 'W2: pages of a shop through Express and express-session, two processes of the app, over HTTP',
  shows: `${WIDTH} visitors on connections of their own, half with each app, ${REQUESTS.toLocaleString('en-US')} pages a run over ${SESSIONS.toLocaleString('en-US')} sessions of ten attributes and 1.1 kB. Express, cookies and HTTP are in all figures.`,
  terms: 'in memory on both sides; a page that changes something ends when two processes hold it (plain connect-redis: one).',
  variants: [client, embedded, waits, alone, memory],
  ratios: [
    { title: 'changing pages', figure: 'rate', of: client.name, to: waits.name, goal: { atLeast: 1.5 } },
    { title: 'changing pages', figure: 'rate', of: embedded.name, to: waits.name, goal: { atLeast: 1.5 } },
    { title: 'changing pages', figure: 'rate', of: client.name, to: alone.name },
    { title: 'reading pages', figure: 'reads', of: client.name, to: waits.name },
    { title: 'changing pages, the limit', figure: 'rate', of: memory.name, to: waits.name },
  ],
}
