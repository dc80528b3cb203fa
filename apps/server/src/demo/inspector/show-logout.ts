/** Logs out while another request of the same session is under way, and shows that this does not bring the session back. */
import { randomUUID } from 'node:crypto'
import { sessionKey } from '@understudy/client'
import type { DemoResult } from '@understudy/protocol/inspect'
import type { DemoCluster } from '../cluster.js'
import type { ShopSession } from '../shop/shop-store.js'
import { withStores } from './connect-to.js'
import type { ConnectTo } from './connect-to.js'

const IDLE_TIMEOUT = 1_800_000

/** Shows it, with two connections, as two servers of an app have. */
export function showLogout(cluster: DemoCluster, connectTo: ConnectTo): Promise<DemoResult> {
  const urls = cluster.nodes.filter(({ name }) => cluster.isRunning(name)).map(({ url }) => url)
  const id = randomUUID()
  const key = sessionKey(id)
  return withStores(connectTo, [urls, urls], async (one, other) => {
    const steps = [`a login: session ${key}`]
    const slow = await one?.open(id, { idleTimeout: IDLE_TIMEOUT })
    slow?.set('user', 'visitor')
    await slow?.save()
    slow?.set('cart', 'one more thing')
    steps.push('a slow request on one server has changed the cart, and has not saved yet')
    await other?.destroy(id)
    steps.push('meanwhile the other server logs out: the session is destroyed, on all nodes')
    steps.push(`the slow request saves: ${await whatSavingSays(slow)}`)
    const found = await other?.find(id)
    steps.push(found === undefined ? 'the session is still gone' : 'the session is back: this must not be, please report it')
    return { steps, keys: [key] }
  })
}

async function whatSavingSays(session: ShopSession | undefined): Promise<string> {
  try {
    await session?.save()
    return 'it was not refused: this must not be, please report it'
  } catch (error) {
    return error instanceof Error && 'code' in error ? `refused with ${String(error.code)}` : String(error)
  }
}
