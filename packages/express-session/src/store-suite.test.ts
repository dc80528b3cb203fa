/** The published suite for session stores, over stores in the node's process and over WebSockets. */
import { connect } from '@understudy/client'
import type { Store as Client } from '@understudy/client'
import { createNode } from '@understudy/node'
import { storeSuite } from '@understudy/session-store-suite'
import type { StoreBed } from '@understudy/session-store-suite'
import { describe, test } from 'vitest'
import { UnderstudyStore } from './understudy-store.js'

/** With it sessions can be listed. */
const idSecret = 's'.repeat(32)

/** A node, and instances of an app that reach it; the first one may be in its process. */
async function bed(inProcess: boolean): Promise<StoreBed> {
  const node = await createNode({ name: 'a' })
  await node.whenReady()
  const clients: Client[] = []
  return {
    async another() {
      if (inProcess && clients.length === 0) {
        clients.push(node.store)
        return new UnderstudyStore({ client: node.store, idSecret })
      }
      const client = await connect({ nodes: [node.url] })
      clients.push(client)
      return new UnderstudyStore({ client, idSecret })
    },
    before(store) {
      if (!(store instanceof UnderstudyStore)) throw new TypeError('the suite gave a store of another kind')
      return store.readsOwnWrites()
    },
    async close() {
      await Promise.all(clients.map((client) => client.close()))
      await node.close()
    },
  }
}

const BEDS = {
  'over WebSockets': () => bed(false),
  'in the process of the node, and over WebSockets': () => bed(true),
}

for (const [where, makeBed] of Object.entries(BEDS)) {
  describe(where, () => {
    for (const { group, name, run } of storeSuite({ makeBed })) {
      // Those that wait for an expiry wait side by side.
      const one = group === 'expiry' ? test.concurrent : test
      one(`${group}: ${name} [ADP-1]`, async () => void (await run()))
    }
  })
}
