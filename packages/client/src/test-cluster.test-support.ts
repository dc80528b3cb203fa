/** Builds what most tests need: a world, a cluster of scripted nodes, a connected store. */
import { connectIn } from './connect.js'
import { TestWorld } from './memory-network.test-support.js'
import type { ConnectOptions } from './options.js'
import { ScriptedCluster, ScriptedNode } from './scripted-node.test-support.js'
import type { SessionHandle } from './session-handle.js'
import type { Store } from './store.js'

/** A world with nodes that listen; nobody is connected yet. */
export function buildCluster(count = 1): TestCluster {
  const world = new TestWorld()
  const cluster = new ScriptedCluster()
  const nodes = Array.from({ length: count }, (_, index) => {
    const node = new ScriptedNode(`node-${index}`, `ws://n${index}:1`, cluster, () => world.now())
    world.network.listen(addressOf(node), node.accept)
    return node
  })
  const [first] = nodes
  if (!first) throw new Error('A cluster has at least one node.')
  return { world, cluster, nodes, node: first }
}

/** The URL at which a node's client link listens. */
export function addressOf(node: ScriptedNode): string {
  return `${node.url}/client`
}

/** What a test works with. */
export interface TestCluster {
  readonly world: TestWorld
  readonly cluster: ScriptedCluster
  readonly nodes: readonly ScriptedNode[]
  /** The first one; primary of all slots at first. */
  readonly node: ScriptedNode
}

/** Lets the world run until a promise is settled, without time passing. */
export async function run<T>(world: TestWorld, promise: Promise<T>): Promise<T> {
  promise.catch(() => undefined)
  await world.settle()
  return promise
}

/** A cluster with a connected store. */
export async function openWorld(
  count = 1,
  options: Partial<ConnectOptions> = {},
): Promise<TestCluster & { readonly store: Store; connect(): Promise<Store>; open(id?: string): Promise<SessionHandle> }> {
  const cluster = buildCluster(count)
  const { world } = cluster
  const connect = (): Promise<Store> => run(world, connectIn(world, { nodes: cluster.nodes.map(({ url }) => url), ...options }))
  const store = await connect()
  return { ...cluster, store, connect, open: (id = 'id') => run(world, store.open(id)) }
}
