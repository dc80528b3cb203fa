/**
 * What happened between two pictures while no node told: the page lost its node, and sees through another one again. Nodes
 * that went or came and slots that moved are read off the two; the order of it all is not known any more.
 */
import type { ClusterEvent, ClusterView } from '@understudy/protocol/inspect'

/** The events between the last picture before a loss of the link and the first one after it. */
export function missedEvents(before: ClusterView, after: ClusterView): ClusterEvent[] {
  return [...nodeEvents(before, after), ...moves(before, after)]
}

function* nodeEvents(before: ClusterView, { at, nodes }: ClusterView): Generator<ClusterEvent> {
  const former = new Map(before.nodes.map(({ name, alive }) => [name, alive]))
  for (const { name: node, alive } of nodes) {
    if (former.get(node) === true && !alive) yield { at, kind: 'lost', node, text: `"${node}" was lost meanwhile` }
    if (former.get(node) !== true && alive) yield { at, kind: 'back', node, text: `"${node}" came back meanwhile` }
  }
}

function moves(before: ClusterView, after: ClusterView): ClusterEvent[] {
  const moved = new Map<string, ClusterEvent & { readonly slots: number; readonly epoch: number }>()
  const alive = new Set(after.nodes.filter((node) => node.alive).map(({ name }) => name))
  for (const [slot, index] of after.slots.primaries.entries()) {
    const node = after.slots.nodes[index]
    const other = before.slots.nodes[before.slots.primaries[slot] ?? -1]
    if (node === undefined || other === undefined || node === other) continue
    const known = moved.get(`${other} ${node}`)
    const slots = (known?.slots ?? 0) + 1
    const epoch = Math.max(known?.epoch ?? 0, after.slots.epochs[slot] ?? 0)
    const counted = `${slots} ${slots === 1 ? 'slot' : 'slots'}`
    const text = alive.has(other) ? `"${other}" handed ${counted} over to "${node}" meanwhile` : `"${node}" took over ${counted} of "${other}" meanwhile`
    moved.set(`${other} ${node}`, { at: after.at, kind: alive.has(other) ? 'hand-over' : 'take-over', node, other, slots, epoch, text })
  }
  return [...moved.values()]
}
