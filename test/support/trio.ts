/** Three members in this process that share the slots and take over from one another. */
import type { Node, NodeOptions } from '@understudy/node'
import { eventually } from './eventually.js'
import { freePort } from './members.js'
import { startNode } from './nodes.js'

/** Names of the three, in the order in which they are given back. */
export const TRIO = ['a', 'b', 'c'] as const

/** Starts them; resolves once each is primary of its share. */
export async function startTrio(options: Partial<NodeOptions> = {}): Promise<[Node, Node, Node]> {
  const ports = new Map<string, number>()
  for (const name of TRIO) ports.set(name, await freePort())
  const start = (name: string): Promise<Node> => {
    const peers = Object.fromEntries(TRIO.filter((other) => other !== name).map((other) => [other, `ws://127.0.0.1:${ports.get(other)}`]))
    return startNode({ ...options, name, listen: `127.0.0.1:${ports.get(name)}`, peers })
  }
  const nodes: [Node, Node, Node] = await Promise.all([start('a'), start('b'), start('c')])
  for (const node of nodes) await node.whenReady()
  await eventually('they share the slots', () => nodes.reduce((sum, node) => sum + node.status().slots.primary, 0) === 256)
  return nodes
}
