/** How the demo gets at sessions, beside its shops. */
import type { ShopConnection } from '../shop/shop-server.js'

/** Opens a connection that knows these nodes. */
export type ConnectTo = (nodes: readonly string[]) => Promise<ShopConnection>

/** Does something with connections, and closes them whatever comes. */
export async function withStores<T>(connectTo: ConnectTo, nodes: readonly (readonly string[])[], act: (...stores: ShopConnection[]) => Promise<T>): Promise<T> {
  const stores: ShopConnection[] = []
  try {
    for (const urls of nodes) stores.push(await connectTo(urls))
    return await act(...stores)
  } finally {
    await Promise.all(stores.map((store) => store.close()))
  }
}
