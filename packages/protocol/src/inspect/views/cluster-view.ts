/** The cluster as one node sees it, with what its peers' inspect links tell of themselves. */
import { SLOT_COUNT, URL_LIMIT } from '../../limits.js'
import { NODE_LIMIT } from '../limits.js'
import type { Checked } from '../check.js'
import { choice, finite, flag, integer, list, object, optional, text } from '../check.js'
import { message, nodeName, slot, time } from './fields.js'

/** What a node says of itself. */
const ownWord = {
  mode: choice('benchmark', 'immutable'),
  /** Version of its software. */
  software: text(64),
  ready: flag,
  startedAt: time,
  /** Its clock when it said this. */
  now: time,
  /** Living sessions held, as primary and as back-up. */
  sessions: integer(),
  /** Clients linked with it. */
  clients: integer(),
  /** Saves that wait for copies. */
  waitingSaves: integer(),
  /** Exclusive or of all slots' digests, hexadecimal. */
  digest: text(16),
}

/** One node. */
export const nodeView = object({
  name: nodeName,
  /** ws URL by which clients reach it; its own inspector is at `/inspector/` of the same host. */
  url: text(URL_LIMIT),
  role: choice('member', 'backup'),
  /** Whether it is alive, as the living agree: this node hears it, or somebody whom it hears does. */
  alive: flag,
  /** Whether this node hears it itself. */
  heard: flag,
  rank: choice('first', 'share', 'last'),
  /** Slots of which it is primary, and slots that it backs up. */
  primary: integer(0, SLOT_COUNT),
  backup: integer(0, SLOT_COUNT),
  /** Highest epoch in which it reigns; 0 when it reigns nowhere. */
  epoch: integer(),
  /** Absent where the node does not answer: down, cut off, or of another version. `why` then tells. */
  own: optional(object(ownWord)),
  why: optional(message),
})

/** One direction of a link: from a primary to a back-up. */
export const linkView = object({
  from: nodeName,
  to: nodeName,
  open: flag,
  /** Slots of which `from` is primary and that `to` backs up. */
  slots: integer(0, SLOT_COUNT),
  /** Sessions of which `to` is not known to hold everything: waiting to be sent, or sent and not acknowledged. */
  behind: integer(),
  /** Frames of deltas sent over the present link, and the last one that was acknowledged: the lag in sequence numbers. */
  sent: integer(),
  acknowledged: integer(),
  inFlightBytes: integer(),
  /** Everything above TCP over the present link, both ways, as `from` counts it. */
  sentBytes: integer(),
  receivedBytes: integer(),
  /** Deltas since the node was started. */
  deltas: integer(),
  /** ms between a frame of deltas and its acknowledgement, the latest one. */
  lagMs: optional(finite),
  /** ms of the last ping's round trip. */
  roundTripMs: optional(finite),
  /** Slots whose digests are equal at both ends, of `slots`, and as of when; absent where `to` does not answer. */
  equalSlots: optional(integer(0, SLOT_COUNT)),
  /** Progress of a first sync or a resume, in sessions, while there is one. */
  sync: optional(object({ done: integer(), total: integer() })),
  lastError: optional(message),
})

/** The primaries of all slots. */
export const slotsView = object({
  /** Names of nodes. */
  nodes: list(nodeName, NODE_LIMIT),
  /** Per slot: index into `nodes` of its primary; −1 where nobody reigns. */
  primaries: list(integer(-1, NODE_LIMIT), SLOT_COUNT),
  /** Per slot: the newest epoch known. */
  epochs: list(integer(), SLOT_COUNT),
})

/** Something that happened, for a list of events. */
export const clusterEvent = object({
  at: time,
  kind: choice('lost', 'back', 'take-over', 'hand-over', 'link-lost', 'link-back', 'equal'),
  node: nodeName,
  /** The other end of a link, or the primary before. */
  other: optional(nodeName),
  /** Slots that changed their primary. */
  slots: optional(integer(0, SLOT_COUNT)),
  epoch: optional(integer()),
  /** The same for people. */
  text: message,
})

/** The whole picture. */
export const clusterView = object({
  /** Clock of the node that tells. */
  at: time,
  /** Who tells. */
  node: nodeName,
  nodes: list(nodeView, NODE_LIMIT),
  links: list(linkView, 4_096),
  slots: slotsView,
  /** What happened since the picture before; in the first one nothing. */
  events: list(clusterEvent, 256),
})

/** Where one slot stands on one node. */
export const slotReport = object({
  slot,
  epoch: integer(),
  sequence: integer(),
  count: integer(),
  digest: text(16),
  reigns: flag,
})

/** What one node tells another: its own word, its links, its slots. */
export const nodeReport = object({
  node: nodeName,
  own: object(ownWord),
  links: list(linkView, 4_096),
  slots: list(slotReport, SLOT_COUNT),
})

/** One node. */
export type NodeView = Checked<typeof nodeView>
/** One direction of a link. */
export type LinkView = Checked<typeof linkView>
/** The primaries of all slots. */
export type SlotsView = Checked<typeof slotsView>
/** Something that happened. */
export type ClusterEvent = Checked<typeof clusterEvent>
/** The whole picture. */
export type ClusterView = Checked<typeof clusterView>
/** Where one slot stands on one node. */
export type SlotReport = Checked<typeof slotReport>
/** What one node tells another. */
export type NodeReport = Checked<typeof nodeReport>
