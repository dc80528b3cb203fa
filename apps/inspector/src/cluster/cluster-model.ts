/** The picture of the cluster as the node tells it, and what happened while we looked. */
import { computed, signal } from '@preact/signals'
import type { ClusterEvent, ClusterView, LinkView, NodeView } from '@understudy/protocol/inspect'
import { askNode, hear, whenLinked } from '../inspect/inspector.js'
import { heardTime } from '../inspect/node-clock.js'
import { missedEvents } from './missed-events.js'

/** Events kept at most. */
const MOST_EVENTS = 200

/** ms over which rates are taken. */
const RATE_SPAN = 3_000

/** The latest picture. */
export const cluster = signal<ClusterView | undefined>(undefined)

/** What happened, newest first. */
export const events = signal<readonly ClusterEvent[]>([])

/** Names of all nodes, in order: their colours go by it. */
export const nodeNames = computed(() => (cluster.value?.nodes ?? []).map(({ name }) => name).sort())

/** When each node was first seen to be gone, by the node's clock. */
export const goneSince = signal<ReadonlyMap<string, number>>(new Map())

/** Bytes sent a second over each link, by `linkName`. */
export const sendRates = signal<ReadonlyMap<string, number>>(new Map())

interface Sample {
  readonly at: number
  readonly sent: number
}

const samples = new Map<string, Sample[]>()

/** Whether the next picture is the first one over this link: what happened before it nobody told. */
let wasAway = true

hear('cluster', ({ view }) => {
  heardTime(view.at)
  sendRates.value = new Map(view.links.map((link) => [linkName(link), rateOf(link, view.at)]))
  goneSince.value = goneAt(view.nodes, view.at)
  const before = cluster.peek()
  const happened = wasAway && before !== undefined ? [...missedEvents(before, view), ...view.events] : view.events
  wasAway = false
  if (happened.length > 0) events.value = [...happened.toReversed(), ...events.value].slice(0, MOST_EVENTS)
  cluster.value = view
})

whenLinked(() => {
  samples.clear()
  wasAway = true
  // A loss of the link is told by its state.
  void askNode({ type: 'watchCluster' }).catch(() => undefined)
})

/** Tells one direction of a link from all others. */
export function linkName({ from, to }: Pick<LinkView, 'from' | 'to'>): string {
  return `${from} ${to}`
}

/** Place of a node among the colours. */
export function colourOf(name: string): string {
  const place = nodeNames.value.indexOf(name)
  return place === -1 ? 'var(--node-none)' : `var(--node-${place % 8})`
}

function rateOf(link: LinkView, at: number): number {
  const known = samples.get(linkName(link)) ?? []
  const isAnew = (known.at(-1)?.sent ?? 0) > link.sentBytes
  const recent = isAnew ? [] : known.filter((sample) => at - sample.at <= RATE_SPAN)
  const first = recent[0]
  samples.set(linkName(link), [...recent, { at, sent: link.sentBytes }])
  return first === undefined || at === first.at ? 0 : (link.sentBytes - first.sent) / ((at - first.at) / 1_000)
}

function goneAt(nodes: readonly NodeView[], at: number): ReadonlyMap<string, number> {
  const before = goneSince.value
  return new Map(nodes.filter(({ alive }) => !alive).map(({ name }) => [name, before.get(name) ?? at]))
}
