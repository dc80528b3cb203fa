/** What a node says of itself at `/status`: plain JSON, no session ids, no values. */
import type { SessionStore } from '@understudy/store'
import type { ResolvedOptions } from './node-options.js'
import type { Peer } from './peers/peer.js'
import type { Peers } from './peers/peers.js'

/** Version of this package, as its package.json has it. */
export const VERSION = '0.1.0'

/** One peer as a node sees it. */
export interface LinkStatus {
  readonly peer: string
  readonly role: 'member' | 'backup' | 'unknown'
  readonly state: 'open' | 'lost'
  /** Sessions still to send to the peer. */
  readonly dirty: number
  readonly inFlightBytes: number
  /** Bytes over the present link, everything above TCP. */
  readonly sentBytes: number
  readonly receivedBytes: number
  /** Deltas sent to and merged from the peer. */
  readonly deltasSent: number
  readonly deltasReceived: number
  /** Number of the last frame of deltas that the peer acknowledged on the present link. */
  readonly acknowledged: number
  /** Progress of the first sync or resume, while there is one. */
  readonly sync?: { readonly done: number; readonly total: number }
  /** Sessions that the peer said it still has to send us, while there are any. */
  readonly remaining?: number
  /** Whether the peer has everything of ours; undefined without a link. */
  readonly equal?: boolean
  /** ms between a frame of deltas and its acknowledgement, the latest one. */
  readonly lagMs?: number
  /** ms of the last ping's round trip. */
  readonly roundTripMs?: number
  readonly lastError?: string
}

/** One node. */
export interface NodeStatus {
  readonly name: string
  readonly role: 'member' | 'backup'
  readonly mode: 'benchmark' | 'immutable'
  readonly url: string
  readonly version: string
  readonly startedAt: number
  readonly uptimeMs: number
  readonly ready: boolean
  readonly sessions: number
  readonly slots: { readonly primary: number; readonly backup: number }
  /** Highest epoch this node reigns in; 0 when it reigns nowhere. */
  readonly epoch: number
  /** Exclusive or of all slots' digests, hexadecimal: equal on nodes that hold the same. */
  readonly digest: string
  readonly links: readonly LinkStatus[]
  readonly counters: Readonly<Record<string, number>>
}

/** What a status is made of. */
export interface StatusSources {
  readonly options: Pick<ResolvedOptions, 'name' | 'role' | 'mode'>
  readonly url: string
  readonly startedAt: number
  readonly now: number
  readonly ready: boolean
  readonly store: SessionStore
  readonly peers: Peers
  readonly isBackup: (slot: number) => boolean
  readonly counters: Readonly<Record<string, number>>
}

/** Takes a node's status. Costs the 256 slots and the peers, whatever is stored. */
export function statusOf({ options, url, startedAt, now, ready, store, peers, isBackup, counters }: StatusSources): NodeStatus {
  const { name, role, mode } = options
  const reigned = store.slots.filter((slot) => slot.reign !== undefined)
  const backedUp = store.slots.filter((slot) => slot.reign === undefined && isBackup(slot.number))
  return {
    name,
    role,
    mode,
    url,
    version: VERSION,
    startedAt,
    uptimeMs: now - startedAt,
    ready,
    sessions: store.size,
    slots: { primary: reigned.length, backup: backedUp.length },
    epoch: Math.max(0, ...reigned.map((slot) => slot.reign?.epoch ?? 0)),
    digest: digestOf(store),
    links: Array.from(peers.all, (peer) => linkStatus(peer, peers)),
    counters,
  }
}

function linkStatus(peer: Peer, peers: Peers): LinkStatus {
  const { link, primarySide, backupSide, greeting } = peer
  const traffic = link?.traffic ?? { sent: 0, received: 0 }
  const lastError = link === undefined ? (peer.lastError ?? peers.dialError(peer.name)) : undefined
  const { done, total } = primarySide.progress
  return {
    peer: peer.name,
    role: greeting?.role ?? 'unknown',
    state: link === undefined ? 'lost' : 'open',
    dirty: primarySide.waiting,
    inFlightBytes: primarySide.inFlight,
    sentBytes: traffic.sent,
    receivedBytes: traffic.received,
    deltasSent: peer.deltasSent,
    deltasReceived: backupSide?.deltas ?? 0,
    acknowledged: primarySide.acknowledged,
    ...(done < total && { sync: { done, total } }),
    ...(backupSide && backupSide.remaining > 0 && { remaining: backupSide.remaining }),
    ...(link && { equal: primarySide.idle }),
    ...(peer.lag !== undefined && { lagMs: peer.lag }),
    ...(link?.roundTrip !== undefined && { roundTripMs: link.roundTrip }),
    ...(lastError !== undefined && { lastError }),
  }
}

function digestOf(store: SessionStore): string {
  let high = 0
  let low = 0
  for (const { digest } of store.slots) {
    high ^= digest[0]
    low ^= digest[1]
  }
  return [high, low].map((word) => (word >>> 0).toString(16).padStart(8, '0')).join('')
}
