/**
 * The gateway contract that @understudy/client publishes, run over real nodes: by the store in a node's process, by a
 * store over WebSockets, and by both at once on nodes that share the slots.
 */
import { connect } from '@understudy/client'
import type { Store } from '@understudy/client'
import { gatewayContract } from '@understudy/client/contract'
import type { ContractBed } from '@understudy/client/contract'
import { createNode } from '@understudy/node'
import type { Node } from '@understudy/node'
import { describe, test } from 'vitest'

/** A bed of real nodes. `first` and `other` say how the two kinds of store are had. */
async function bed(count: number, first: (nodes: readonly Node[]) => Promise<Store>, other: typeof first): Promise<ContractBed> {
  const nodes = await cluster(count)
  const opened: Store[] = []
  const open = async (how: typeof first): Promise<Store> => {
    const store = await how(nodes)
    opened.push(store)
    return store
  }
  return {
    store: await open(first),
    another: () => open(other),
    pause: () => new Promise((resolve) => void setTimeout(resolve, 2)),
    close: async () => {
      await Promise.all(opened.map((store) => store.close()))
      await Promise.all(nodes.map((node) => node.close()))
    },
  }
}

/** Nodes that know each other, serving. Ports are the system's choice, so all but the first learn the others' late. */
async function cluster(count: number): Promise<Node[]> {
  const nodes: Node[] = []
  for (let i = 0; i < count; i++) {
    const peers = Object.fromEntries(nodes.map((node) => [node.name, node.url]))
    nodes.push(await createNode({ name: `n${i}`, role: i === 0 ? 'member' : 'backup', peers, userAttribute: 'user' }))
  }
  await Promise.all(nodes.map((node) => node.whenReady()))
  return nodes
}

const inProcess = async ([node]: readonly Node[]): Promise<Store> => {
  if (node === undefined) throw new Error('there is no node')
  return node.store
}
const overWebSockets = (nodes: readonly Node[]): Promise<Store> => connect({ nodes: nodes.map((node) => node.url) })
/** The store of a node that is primary of nothing: all goes on to the primary. */
const ofABackup = async (nodes: readonly Node[]): Promise<Store> => {
  const backup = nodes.at(-1)
  if (backup === undefined) throw new Error('there is no node')
  return backup.store
}

const BEDS = {
  'a store in the node’s process': () => bed(1, inProcess, overWebSockets),
  'a store over WebSockets': () => bed(2, overWebSockets, inProcess),
  'the store of a back-up node': () => bed(2, ofABackup, overWebSockets),
}

for (const [name, make] of Object.entries(BEDS)) {
  describe(name, () => {
    for (const { name: promise, run } of gatewayContract(make)) test(`${promise} [NOD-1]`, run)
  })
}
