/** The whole cluster as this node can tell of it: what it knows itself, and the reports of the peers that answer. */
import type { ClusterView, LinkView, NodeReport, NodeView, SlotsView } from '@understudy/protocol/inspect'
import type { InspectContext } from './inspect-context.js'
import { ownReport } from './own-report.js'
import { primaryOf } from './primaries.js'

/** What a peer said last of itself, or why it did not. */
export interface PeerWord {
  readonly report?: NodeReport
  readonly why?: string
}

/** Draws the cluster. What happened in between is told by cluster-events.ts. */
export function pictureOf(context: InspectContext, words: ReadonlyMap<string, PeerWord>): Omit<ClusterView, 'events'> {
  const own = ownReport(context)
  const reports = new Map([[own.node, own]])
  for (const [name, { report }] of words) if (report !== undefined) reports.set(name, report)
  const slots = slotsOf(context)
  return {
    at: context.environment.now(),
    node: context.name,
    nodes: nodesOf(context, slots, reports, words),
    links: [...reports.values()].flatMap(({ links }) => links.map((link) => ({ ...link, ...equality(link, reports, context) }))),
    slots,
  }
}

function slotsOf(context: InspectContext): SlotsView {
  const { membership, store, exchange } = context
  const nodes = membership.nodes.map(({ name }) => name)
  const primaries: number[] = []
  const epochs: number[] = []
  for (const slot of store.slots) {
    const primary = primaryOf(slot.number, context)
    primaries.push(primary === undefined ? -1 : nodes.indexOf(primary.name))
    epochs.push(Math.max(slot.epoch, exchange.known.of(slot.number)?.epoch ?? 0))
  }
  return { nodes, primaries, epochs }
}

function nodesOf(
  { name: self, membership, exchange, status }: InspectContext,
  slots: SlotsView,
  reports: ReadonlyMap<string, NodeReport>,
  words: ReadonlyMap<string, PeerWord>,
): NodeView[] {
  const standings = new Map(exchange.all.map((standing) => [standing.name, standing]))
  const hears = standings.get(self)?.hears ?? []
  return membership.nodes.map(({ name, url, role }, index): NodeView => {
    const reigned = slots.primaries.flatMap((primary, slot) => (primary === index ? [slot] : []))
    const backup = slots.primaries.filter((primary, slot) => primary !== index && membership.placement.stores(slot, name)).length
    const own = reports.get(name)?.own
    const why = words.get(name)?.why
    return {
      name,
      url: name === self ? status().url : url,
      role,
      alive: exchange.isAlive(name),
      heard: name === self || hears.includes(name),
      rank: standings.get(name)?.rank ?? 'share',
      primary: reigned.length,
      backup,
      epoch: Math.max(0, ...reigned.map((slot) => slots.epochs[slot] ?? 0)),
      ...(own && { own }),
      ...(own === undefined && why !== undefined && { why: why.slice(0, 1_000) }),
    }
  })
}

/** In how many of a link's slots both ends hold the same; nothing where an end does not say. */
function equality({ from, to }: LinkView, reports: ReadonlyMap<string, NodeReport>, { membership }: InspectContext): Pick<LinkView, 'equalSlots'> {
  const [source, target] = [reports.get(from), reports.get(to)]
  if (source === undefined || target === undefined) return {}
  const held = new Map(target.slots.map((slot) => [slot.slot, slot]))
  let equalSlots = 0
  for (const { slot, reigns, digest, count } of source.slots) {
    if (!reigns || !membership.placement.stores(slot, to)) continue
    const other = held.get(slot)
    // A slot without sessions is not listed where it was never heard of.
    if (other === undefined ? count === 0 : other.digest === digest && other.count === count) equalSlots++
  }
  return { equalSlots }
}
