/** A shop instance on a port: its own HTTP server and its own connection to the store, as in a process of its own. */
import { createServer } from 'node:http'
import type { Server } from 'node:http'
import { connect } from '@understudy/client'
import { createShop } from './shop.js'
import type { Shop } from './shop.js'
import type { ShopStore } from './shop-store.js'

/** A store that can be closed. */
export type ShopConnection = ShopStore & { close(): Promise<void> }

/** A running instance. */
export interface ShopServer {
  readonly url: string
  readonly meter: Shop['meter']
  /** Answers what is under way, then closes server and connection. */
  stop(): Promise<void>
}

/** How instances are started. */
export interface ShopServerOptions {
  /** One port an instance. */
  readonly ports: readonly number[]
  /** Addresses of the store's nodes. */
  readonly nodes: readonly string[]
  /** Opens a connection; default: `connect` of the client. */
  readonly connectTo?: ((nodes: readonly string[]) => Promise<ShopConnection>) | undefined
}

/** Starts an instance on each port. */
export async function startShops({
  ports,
  nodes,
  connectTo = (urls) => connect({ nodes: urls }),
}: ShopServerOptions): Promise<readonly ShopServer[]> {
  const urls = ports.map((port) => `http://127.0.0.1:${port}/`)
  return await Promise.all(
    ports.map(async (port, index) => {
      const url = `http://127.0.0.1:${port}/`
      const store = await connectTo(nodes)
      const { app, meter } = createShop(store, {
        instance: String(index + 1),
        others: urls.filter((other) => other !== url),
      })
      const server = createServer(app)
      await listen(server, port)
      return { url, meter, stop: () => stop(server, store) }
    }),
  )
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject).listen(port, '127.0.0.1', resolve)
  })
}

async function stop(server: Server, store: ShopConnection): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve))
  server.closeIdleConnections()
  await closed
  await store.close()
}
