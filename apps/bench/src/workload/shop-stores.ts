/** The stores that the shop is run with, each as an instance of the app opens it. */
import { connect } from '@understudy/client'
import { UnderstudyStore } from '@understudy/express-session'
import { createNode } from '@understudy/node'
import { RedisStore } from 'connect-redis'
import { MemoryStore } from 'express-session'
import type { Store } from 'express-session'
import { connectedTo } from '../processes/redis.js'
import { idOf } from '../systems/redis.js'
import { FROZEN, sessionData } from './attributes.js'
import { WaitingStore } from './waiting-store.js'

/** A store that an instance has opened. */
export interface ShopStore {
  readonly store: Store
  /** Resolves when it is as it is measured. */
  ready(): Promise<void>
  close(): Promise<void>
}

const now = (): Promise<void> => Promise.resolve()

/** The kinds, by the name that shop-app.ts takes. */
export const SHOP_KINDS = {
  /** Through the client, to a server. */
  client: {
    async open(url = ''): Promise<ShopStore> {
      const client = await connect({ nodes: [url] })
      return { store: new UnderstudyStore({ client, frozen: FROZEN }), ready: now, close: () => client.close() }
    },
  },
  /** A node in each instance, which back each other up. */
  embedded: {
    async open(name = '', port = '', peer = ''): Promise<ShopStore> {
      const [other = '', url = ''] = peer.split(/=(.*)/s, 2)
      const node = await createNode({ name, listen: `127.0.0.1:${port}`, peers: { [other]: url } })
      return { store: new UnderstudyStore({ client: node.store, frozen: FROZEN }), ready: () => node.whenReady(), close: () => node.close() }
    },
  },
  'connect-redis': {
    async open(url = ''): Promise<ShopStore> {
      const client = await connectedTo(url)
      return { store: new RedisStore({ client }), ready: now, close: async () => client.destroy() }
    },
  },
  /** express-session's own, which each instance fills for itself: nobody else can. */
  memory: {
    open(count = '0'): Promise<ShopStore> {
      const store = new MemoryStore()
      for (let number = 0; number < Number(count); number++) store.set(idOf(number), sessionData(number))
      return Promise.resolve({ store, ready: now, close: now })
    },
  },
  'connect-redis + WAIT 1': {
    async open(url = ''): Promise<ShopStore> {
      const store = await WaitingStore.open(url)
      return { store, ready: now, close: async () => store.close() }
    },
  },
} as const satisfies Record<string, { open(...place: readonly string[]): Promise<ShopStore> }>

/** The name of a kind. */
export type ShopKindName = keyof typeof SHOP_KINDS

/** Whether there is a kind of this name. */
export function isShopKind(name: string | undefined): name is ShopKindName {
  return name !== undefined && Object.hasOwn(SHOP_KINDS, name)
}
