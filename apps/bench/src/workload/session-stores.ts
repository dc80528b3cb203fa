/** Session stores of express-session that are compared, each as its documentation shows it. */
import { connect } from '@understudy/client'
import { UnderstudyStore } from '@understudy/express-session'
import { createNode } from '@understudy/node'
import pgSimple from 'connect-pg-simple'
import { RedisStore } from 'connect-redis'
import session from 'express-session'
import type { Store } from 'express-session'
import memoryStore from 'memorystore'
import pg from 'pg'
import { createClient } from 'redis'
import { startPostgres } from '../processes/postgres.js'
import { startRedis } from '../processes/redis.js'

/** A store that an app has opened. */
export interface OpenStore {
  readonly store: Store
  close(): Promise<void>
}

/** Where a kind of store keeps its sessions. */
export interface Backend {
  /** What `open` takes, also in another process. Empty where there are no others. */
  readonly url: string
  close(): Promise<void>
}

/** A kind of store. */
export interface StoreKind {
  /** @throws NotAvailable */
  start(): Promise<Backend>
  /**
   * Opens the store as one more instance of an app does.
   *
   * @param area keeps apart what must not meet
   */
  open(url: string, area: string): Promise<OpenStore>
}

const understudy: StoreKind = {
  async start() {
    const node = await createNode({ name: 'a' })
    await node.whenReady()
    return { url: node.url, close: () => node.close() }
  },
  async open(url, area) {
    const client = await connect({ nodes: [url] })
    return { store: new UnderstudyStore({ client, prefix: `${area}:`, idSecret: 'of the bench, at least 32 characters' }), close: () => client.close() }
  },
}

const connectRedis: StoreKind = {
  start: startRedis,
  async open(url, area) {
    const client = createClient({ url })
    await client.connect()
    return { store: new RedisStore({ client, prefix: `${area}:` }), close: async () => void client.destroy() }
  },
}

const connectPgSimple: StoreKind = {
  start: startPostgres,
  async open(url, area) {
    const pool = new pg.Pool({ connectionString: url, max: 10 })
    // Its table can be made once in a schema only, and by one instance only.
    await pool.query(`CREATE SCHEMA IF NOT EXISTS ${area}`)
    const PgStore = pgSimple(session)
    const store = new PgStore({ pool, createTableIfMissing: true, schemaName: area, pruneSessionInterval: false })
    await new Promise<void>((resolve, reject) => void store.get('none', (error: unknown) => (error ? reject(error as Error) : resolve())))
    return {
      store,
      close: async () => {
        await store.close()
        await pool.end()
      },
    }
  },
}

/** It keeps its sessions in the process, so that all "instances" of an area are one and the same. */
const memorystore: StoreKind = {
  start: async () => ({ url: '', close: async () => undefined }),
  async open(_, area) {
    const MemoryStore = memoryStore(session)
    const store = memories.get(area) ?? new MemoryStore({})
    memories.set(area, store)
    return { store, close: async () => void memories.delete(area) }
  },
}

const memories = new Map<string, Store>()

/** The kinds, by the name of their package. */
export const STORE_KINDS = {
  understudy,
  'connect-redis': connectRedis,
  'connect-pg-simple': connectPgSimple,
  memorystore,
} as const satisfies Record<string, StoreKind>

/** The name of a kind. */
export type StoreKindName = keyof typeof STORE_KINDS

/** Whether there is a kind of this name. */
export function isStoreKind(name: string | undefined): name is StoreKindName {
  return name !== undefined && Object.hasOwn(STORE_KINDS, name)
}
