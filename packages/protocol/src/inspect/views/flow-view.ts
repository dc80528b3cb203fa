/** ⑤ to ⑧ as they pass: a sample of deltas, and what came to them. Counts are of everything, not of the sample. */
import { FLOW_LIMIT, FLOW_NAMES } from '../limits.js'
import type { Checked } from '../check.js'
import { choice, finite, integer, list, object, optional, text } from '../check.js'
import { attributeName, key, nodeName, slot, time } from './fields.js'

/** Names a delta on the tape, across nodes. */
export const deltaId = text(300)

/** ⑤ one delta that was sent. */
export const flowDelta = object({
  id: deltaId,
  at: time,
  from: nodeName,
  to: nodeName,
  key,
  slot,
  mode: choice('benchmark', 'immutable'),
  /** `change`: attributes; `whole`: the back-up held nothing of it; `touch`: plain fields only; `end`: a death marker. */
  kind: choice('change', 'whole', 'touch', 'end'),
  /** Attributes in the delta. */
  names: list(attributeName, FLOW_NAMES),
  /** Further attributes that are not listed. */
  more: integer(),
  /** Bytes of the delta's Yjs updates, and of the whole session's. */
  bytes: integer(),
  whole: integer(),
})

/** ⑧ a delta on the tape was acknowledged. */
export const flowAck = object({
  id: deltaId,
  /** From sending its frame to the acknowledgement. */
  ms: finite,
})

/** The tape since the frame before. */
export const flowView = object({
  at: time,
  deltas: list(flowDelta, FLOW_LIMIT),
  acks: list(flowAck, 4 * FLOW_LIMIT),
  /** Deltas that were sent and not sampled. */
  skipped: integer(),
})

/** Counts of one node since its counts before: about a second. */
export const rateView = object({
  node: nodeName,
  at: time,
  /** ms that these counts are of. */
  ms: finite,
  /** ② changes made as primary. */
  saves: integer(),
  /** ⑤ deltas sent, and the bytes of their Yjs updates. */
  deltas: integer(),
  deltaBytes: integer(),
  /** Of the deltas sampled for the tape: their bytes, and those of the whole sessions. The saved share is 1 − the quotient. */
  sampledBytes: integer(),
  sampledWhole: integer(),
  /** Everything above TCP over peer links. */
  sentBytes: integer(),
  receivedBytes: integer(),
  /** ⑧ acknowledgements of frames, and their round trips; absent without any. */
  acks: integer(),
  ackMeanMs: optional(finite),
  ackMaxMs: optional(finite),
  /** Now: sessions behind, and bytes in flight, over all links. */
  behind: integer(),
  inFlightBytes: integer(),
})

/** One delta on the tape. */
export type FlowDelta = Checked<typeof flowDelta>
/** An acknowledgement on the tape. */
export type FlowAck = Checked<typeof flowAck>
/** The tape since the frame before. */
export type FlowView = Checked<typeof flowView>
/** Counts of one node. */
export type RateView = Checked<typeof rateView>
