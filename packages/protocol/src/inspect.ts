/**
 * The inspect link alone: what the inspector and a node's `/inspect` say to each other. A browser that loads it gets
 * nothing but this: no Yjs, no other link, no dependency.
 */
export { ProtocolError, type ProtocolErrorCode } from './protocol-error.js'
export { negotiate, type VersionRange } from './version.js'
export { type SessionKey } from './session-key.js'
export { INSPECT_VERSION, INSPECT_VERSIONS, MIN_INSPECT_VERSION } from './inspect/version.js'
export {
  decodeInspectDownFrame,
  decodeInspectUpFrame,
  encodeInspectDownFrame,
  encodeInspectUpFrame,
} from './inspect/inspect-codec.js'
export {
  ATTRIBUTE_LIMIT,
  FLOW_LIMIT,
  FLOW_NAMES,
  HISTORY_LIMIT,
  INSPECT_DOWN_LIMIT,
  INSPECT_UP_LIMIT,
  NODE_LIMIT,
  PAGE_LIMIT,
  SHOWN_DEPTH,
  SHOWN_PARTS,
} from './inspect/limits.js'
export type { InspectHello, InspectRequest, InspectUpFrame } from './inspect/up-frame.js'
export type { InspectDownFrame, InspectFailed, InspectWelcome } from './inspect/down-frame.js'
export type { InspectCode } from './inspect/inspect-codes.js'
export { INSPECT_CODES } from './inspect/inspect-codes.js'
export type { Action, Outcome } from './inspect/views/action.js'
export type { ClusterEvent, ClusterView, LinkView, NodeReport, NodeView, SlotReport, SlotsView } from './inspect/views/cluster-view.js'
export type { DemoControl, DemoResult, DemoState } from './inspect/views/demo-view.js'
export type { FlowAck, FlowDelta, FlowView, RateView } from './inspect/views/flow-view.js'
export type { HiddenValue, ValueType } from './inspect/views/hidden-value.js'
export type { SessionCount, SessionFilter, SessionPage, SessionRow } from './inspect/views/session-list.js'
export type { AttributeView, BackupView, BenchmarkView, HistoryEntry, SessionView, SizeView, VectorView } from './inspect/views/session-view.js'
export type { ShownValue } from './inspect/views/shown-value.js'
