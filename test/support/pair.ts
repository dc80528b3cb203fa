/** Two members that share the slots, with an address between each and everybody else that a test can cut. */
import type { Node, NodeOptions } from '@understudy/node'
import { startNode, whenCaughtUp } from './nodes.js'
import { Relay } from './relay.js'

/** Two members and their addresses. */
export interface Pair {
  readonly a: Node
  readonly b: Node
  /** How everybody, the other member included, reaches each. */
  readonly ways: { readonly a: Relay; readonly b: Relay }
}

/** Starts them, linked and equal. */
export async function startPair(options: Partial<NodeOptions> = {}): Promise<Pair> {
  const ways = { a: await Relay.start(), b: await Relay.start() }
  const a = await startNode({ ...options, name: 'a', peers: { b: ways.b.url }, advertise: ways.a.url })
  ways.a.leadTo(a)
  const b = await startNode({ ...options, name: 'b', peers: { a: ways.a.url }, advertise: ways.b.url })
  ways.b.leadTo(b)
  await whenCaughtUp(a, 'b')
  await whenCaughtUp(b, 'a')
  return { a, b, ways }
}
