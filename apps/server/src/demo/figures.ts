/** Turns two looks at the demo into the figures that are shown. */
import type { KnownLink, KnownStatus } from '../status/fetch-status.js'
import type { ShopMeter } from './shop/visit.js'
import type { Tally } from './traffic/tally.js'

/** One look at everything. */
export interface Snapshot {
  /** ms of a clock that never goes back. */
  readonly at: number
  /** Status by node; undefined: does not answer. */
  readonly nodes: readonly { readonly name: string; readonly status: KnownStatus | undefined }[]
  /** What the shop's instances have saved, added up. */
  readonly meter: Readonly<ShopMeter>
  readonly tally: Readonly<Tally>
}

/** One direction of a link between nodes. */
export interface ReplicaFigure {
  readonly from: string
  readonly to: string
  readonly state: KnownLink['state']
  readonly lagMs: number | undefined
  /** Sessions that the other side still lacks changes of. */
  readonly dirty: number
  /** Whether the other side has acknowledged everything. */
  readonly isCaughtUp: boolean | undefined
}

/** What is shown. */
export interface Figures {
  readonly savesPerSecond: number
  readonly requestsPerSecond: number
  /**
   * Bytes that the nodes sent each other since the first look, for each modified attribute and each back-up that it
   * went to. Everything is in it: frame heads, acks, pings, new sessions, destroyed ones. Undefined while there is
   * nothing to count.
   */
  readonly bytesPerAttribute: number | undefined
  readonly replicas: readonly ReplicaFigure[]
  /** Whether the digests of all nodes are the same: proof that they hold the same. */
  readonly equal: boolean | undefined
  readonly nodesDown: readonly string[]
  readonly tally: Readonly<Tally>
}

/** Rates are those since `before`, bytes those since `first`. `backups`: to how many nodes each change goes. */
export function figuresOf(first: Snapshot, before: Snapshot, now: Snapshot, backups: number): Figures {
  const seconds = Math.max(0.001, (now.at - before.at) / 1000)
  const attributes = now.meter.attributes - first.meter.attributes
  const sent = sentBytes(now) - sentBytes(first)
  return {
    savesPerSecond: (now.meter.saves - before.meter.saves) / seconds,
    requestsPerSecond: (now.tally.requests - before.tally.requests) / seconds,
    // What a lost node had sent is not known any more, and a new link counts from 0: no figure is better than a wrong
    // one.
    bytesPerAttribute: attributes > 0 && sent > 0 && !isAnyDown(now) ? sent / (attributes * backups) : undefined,
    replicas: now.nodes.flatMap(({ name, status }) => (status?.links ?? []).map((link) => replicaFigure(name, link))),
    equal: allEqual(now),
    nodesDown: now.nodes.flatMap(({ name, status }) => (status === undefined ? [name] : [])),
    tally: now.tally,
  }
}

/**
 * Whether all nodes hold the same, proved by their digests; undefined while one does not answer. With changes under way
 * they differ by what is in flight, also because the nodes are not asked at the very same moment.
 */
export function allEqual({ nodes }: Pick<Snapshot, 'nodes'>): boolean | undefined {
  const digests = new Set(nodes.map(({ status }) => status?.digest))
  return digests.has(undefined) ? undefined : digests.size === 1
}

/** Whether every node answers and has all its links open. */
export function allLinked(snapshot: Snapshot): boolean {
  return snapshot.nodes.every(
    ({ status }) => status !== undefined && status.links.every((link) => link.state === 'open'),
  )
}

function replicaFigure(from: string, { peer, state, lagMs, dirty, equal }: KnownLink): ReplicaFigure {
  return { from, to: peer, state, lagMs, dirty, isCaughtUp: equal }
}

function isAnyDown({ nodes }: Snapshot): boolean {
  return nodes.some(({ status }) => status === undefined)
}

function sentBytes({ nodes }: Snapshot): number {
  return nodes.reduce(
    (sum, { status }) => sum + (status?.links ?? []).reduce((all, link) => all + link.sentBytes, 0),
    0,
  )
}
