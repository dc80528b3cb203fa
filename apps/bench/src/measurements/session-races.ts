/** What becomes of requests of one browser that overlap, over two processes of an app: ours, and connect-redis. */
import { lostRaces, Visitable } from '@understudy/session-store-suite'
import type { Course, RaceName } from '@understudy/session-store-suite'
import type { Figure, Measurement, Variant } from '../measurement.js'
import { Child } from '../processes/child.js'
import { STORE_KINDS } from '../workload/session-stores.js'
import { scaled } from '../workload/scale.js'
import type { OpenStore, StoreKindName } from '../workload/session-stores.js'

/** Of each race. */
const HEATS = { count: scaled(2_000), width: 8 }
const LOGOUTS = { count: scaled(10_000), width: 32 }

const RUN: Readonly<Record<string, RaceName>> = {
  attributes: 'keeps both of two attributes that were set at once',
  items: 'keeps both of two items that were added to one object at once',
  logout: 'lets no request that writes bring back a session that was logged out',
}

const TITLES: Readonly<Record<string, string>> = {
  attributes: 'attributes lost: two set at once',
  items: 'cart items lost: two added at once',
  logout: 'logged-out sessions that came back',
}

const variant = (name: StoreKindName): Variant => ({
  name,
  figures: Object.fromEntries(Object.entries(TITLES).map(([key, title]): [string, Figure] => [key, { title, unit: 'races', ...(name === 'understudy' && { goal: { atMost: 0 } }) }])),
  async setUp() {
    const kind = STORE_KINDS[name]
    const backend = await kind.start()
    const processes = [await Child.start('race-app.js', name, backend.url), await Child.start('race-app.js', name, backend.url)] as const
    const onlooker = await kind.open(backend.url, 'races')
    const course: Course = { apps: [new Visitable(processes[0].url), new Visitable(processes[1].url)], look: (id) => look(onlooker, id) }
    return {
      async run() {
        const lost: Record<string, number> = {}
        for (const [key, race] of Object.entries(RUN)) lost[key] = await lostRaces(race, course, key === 'logout' ? LOGOUTS : HEATS)
        return lost
      },
      async close() {
        await onlooker.close()
        for (const process of processes) await process.close()
        await backend.close()
      },
    }
  },
})

function look({ store }: OpenStore, id: string): Promise<Record<string, unknown> | undefined> {
  return new Promise((resolve, reject) => {
    store.get(id, (error: unknown, found) => {
      if (error) reject(error instanceof Error ? error : new Error(String(error)))
      else resolve(found ? { ...found } : undefined)
    })
  })
}

/** See the file's header. */
export const sessionRaces: Measurement = {
  name: 'session-races',
  title: 'Requests of one browser that overlap',
  shows: `${HEATS.count.toLocaleString('en-US')} races of each kind, ${LOGOUTS.count.toLocaleString('en-US')} logouts, over two processes with express-session; each request takes 20 ms between reading its session and writing it.`,
  terms: 'in memory on both sides, one copy: copies do not change who overwrites whom.',
  variants: [variant('understudy'), variant('connect-redis')],
  once: true,
}
