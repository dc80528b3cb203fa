/** Understudy: the primary embedded in the app, and as a server of its own that the app reaches through the client. */
import { connect } from '@understudy/client'
import { Child, ownCpu } from '../processes/child.js'
import { Primary } from '../workload/primary.js'
import { Changes, filledSessions } from '../workload/sessions.js'
import type { SystemKind } from './system.js'

/** App and primary in this process, a dedicated back-up in another. */
export const embedded: SystemKind = {
  name: 'embedded',
  processes: ['app', 'back-up'],
  async start({ sessions, through }) {
    const primary = await Primary.start()
    const backUp = await primary.backUp(await through?.(primary.node.url))
    const saves = new Changes(await filledSessions(primary.node.store, sessions), 2)
    await primary.whenEqual()
    return {
      saves,
      cpu: async () => ({ 'back-up': await cpuOf(backUp), app: ownCpu() }),
      settled: () => primary.whenEqual(),
      async close() {
        await backUp.close()
        await primary.node.close()
      },
    }
  },
}

/** App in this process, primary and back-up in one each. */
export const client: SystemKind = {
  name: 'client',
  processes: ['app', 'server', 'back-up'],
  async start({ sessions, through }) {
    const server = await Child.start('node.js', 'a', 'member')
    const backUp = await Child.start('node.js', 'b', 'backup', `a=${(await through?.(server.url)) ?? server.url}`)
    const store = await connect({ nodes: [server.url] })
    return {
      saves: new Changes(await filledSessions(store, sessions, 2), 2),
      cpu: async () => ({ 'back-up': await cpuOf(backUp), server: await cpuOf(server), app: ownCpu() }),
      async close() {
        await store.close()
        await backUp.close()
        await server.close()
      },
    }
  },
}

async function cpuOf(child: Child): Promise<number> {
  return (await child.figures())['cpu'] ?? 0
}
