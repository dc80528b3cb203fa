/** Nodes and apps of one test. Whatever is started here is stopped when the test is over, however it ended. */
import { connect } from '@understudy/client'
import type { ConnectOptions, Store } from '@understudy/client'
import { createNode } from '@understudy/node'
import type { LinkStatus, Node, NodeOptions, NodeStatus } from '@understudy/node'
import { onTestFinished } from 'vitest'
import { eventually } from './eventually.js'

/** Starts a node in this process, on a port of the system's choice. */
export async function startNode(options: NodeOptions): Promise<Node> {
  const node = await createNode(options)
  onTestFinished(() => node.close())
  return node
}

/** Starts a primary, and dedicated back-ups of it by name, all linked and equal. */
export async function startPrimary(
  options: Partial<NodeOptions>,
  ...backups: readonly string[]
): Promise<[Node, ...Node[]]> {
  const primary = await startNode({ name: 'a', ...options })
  const started: Node[] = []
  for (const name of backups) started.push(await startBackup(primary, { ...options, name }))
  await whenCaughtUp(primary, ...backups)
  return [primary, ...started]
}

/** Starts a dedicated back-up that dials the primary. */
export function startBackup(primary: Node, options: NodeOptions): Promise<Node> {
  return startNode({ role: 'backup', ...options, peers: { [primary.name]: primary.url } })
}

/** Connects an app. */
export async function connectApp(
  nodes: readonly Pick<Node, 'url'>[],
  options: Omit<ConnectOptions, 'nodes'> = {},
): Promise<Store> {
  const store = await connect({ nodes: nodes.map(({ url }) => url), ...options })
  onTestFinished(() => store.close())
  return store
}

/** The link of a node to a peer as its status shows it; fails when there never was one. */
export function linkTo(node: { status(): NodeStatus }, peer: string): LinkStatus {
  const link = node.status().links.find((one) => one.peer === peer)
  if (link === undefined) throw new Error(`the status shows no link to "${peer}"`)
  return link
}

/** Resolves once the node is ready and these back-ups have everything it has. */
export async function whenCaughtUp(primary: Node, ...backups: readonly string[]): Promise<void> {
  await primary.whenReady()
  for (const name of backups) {
    await eventually(`"${name}" has all that "${primary.name}" has`, () =>
      primary.status().links.some((link) => link.peer === name && link.equal === true),
    )
  }
}

/** Resolves once two nodes hold the same, as their digests prove. */
export async function whenEqual(one: Node, ...others: readonly Node[]): Promise<void> {
  for (const other of others) {
    await eventually(
      `"${one.name}" and "${other.name}" hold the same`,
      () => one.status().digest === other.status().digest,
    )
  }
}
