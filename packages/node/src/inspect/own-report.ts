/** What a node says of itself to inspectors: its own word, its links, its slots. Costs the 256 slots and the peers. */
import type { LinkView, NodeReport, NodeView, SlotReport } from '@understudy/protocol/inspect'
import type { Slot } from '@understudy/store'
import type { Peer } from '../peers/peer.js'
import type { InspectContext } from './inspect-context.js'

/** What a node says of itself. */
export type OwnWord = NonNullable<NodeView['own']>

/** Takes the report. */
export function ownReport(context: InspectContext): NodeReport {
  const { name, store, peers } = context
  return {
    node: name,
    own: ownWord(context),
    links: Array.from(peers.all, (peer) => linkView(peer, context)),
    slots: store.slots.filter(({ epoch, size }) => epoch > 0 || size > 0).map(slotReport),
  }
}

function ownWord({ status, environment }: InspectContext): OwnWord {
  const { mode, version, ready, startedAt, sessions, digest, counters } = status()
  return {
    mode,
    software: version,
    ready,
    startedAt,
    now: environment.now(),
    sessions,
    clients: counters['clients'] ?? 0,
    waitingSaves: counters['waitingSaves'] ?? 0,
    digest,
  }
}

function linkView(peer: Peer, { name, peers, store, membership }: InspectContext): LinkView {
  const { link, primarySide } = peer
  const traffic = link?.traffic ?? { sent: 0, received: 0 }
  const slots = store.slots.filter((slot) => slot.reign !== undefined && membership.placement.stores(slot.number, peer.name)).length
  const { done, total } = primarySide.progress
  const lastError = link === undefined ? (peer.lastError ?? peers.dialError(peer.name)) : undefined
  return {
    from: name,
    to: peer.name,
    open: link !== undefined,
    slots,
    behind: primarySide.behind,
    sent: primarySide.sent,
    acknowledged: primarySide.acknowledged,
    inFlightBytes: primarySide.inFlight,
    sentBytes: traffic.sent,
    receivedBytes: traffic.received,
    deltas: peer.deltasSent,
    ...(peer.lag !== undefined && { lagMs: peer.lag }),
    ...(link?.roundTrip !== undefined && { roundTripMs: link.roundTrip }),
    ...(done < total && { sync: { done, total } }),
    ...(lastError !== undefined && { lastError: lastError.slice(0, 1_000) }),
  }
}

function slotReport({ number, epoch, sequence, size, digest, reign }: Slot): SlotReport {
  const hex = digest.map((word) => (word >>> 0).toString(16).padStart(8, '0')).join('')
  return { slot: number, epoch, sequence, count: size, digest: hex, reigns: reign !== undefined }
}
