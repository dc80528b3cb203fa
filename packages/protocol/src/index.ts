/** What the rest of Understudy sees of this package. PROTOCOL.md describes the bytes. */

export { ProtocolError, type ProtocolErrorCode } from './protocol-error.js'
export { MIN_BATCH_VERSION, MIN_PROTOCOL_VERSION, negotiate, PROTOCOL_VERSION, SPOKEN_VERSIONS, type VersionRange } from './version.js'
export { CLIENT_FRAME_LIMIT, PEER_FRAME_LIMIT, SESSION_NUMBERS, SLOT_COUNT, WRITER_NUMBERS } from './limits.js'
export { type SessionKey } from './session-key.js'

export { type Death, type OperationId, type SessionDeltaEntry, type Terms } from './delta/session-delta.js'
export { sizeBound } from './delta/session-delta-codec.js'

export { PeerDecoder } from './peer/peer-decoder.js'
export { PeerEncoder } from './peer/peer-encoder.js'
export { type PeerFrame } from './peer/peer-frame.js'
export { type Ack } from './peer/ack.js'
export { type Ask } from './peer/ask.js'
export { type BenchmarkEntry, type Benchmarks } from './peer/benchmarks.js'
export { type Bye } from './peer/bye.js'
export { type Compare, type FingerprintEntry } from './peer/compare.js'
export { type Deltas } from './peer/deltas.js'
export { type Greeting } from './peer/greeting.js'
export { type HandOver } from './peer/hand-over.js'
export { type Hello } from './peer/hello.js'
export { type Marks } from './peer/marks.js'
export { type Offer } from './peer/offer.js'
export { type Ping } from './peer/ping.js'
export { type Pong } from './peer/pong.js'
export { type Forgotten, type SlotMark } from './peer/slot-mark.js'
export { type Standing, type Standings } from './peer/standings.js'
export { type Want, type WantedEntry } from './peer/want.js'
export { type Welcome } from './peer/welcome.js'

export {
  decodeClientDownFrame,
  decodeClientDownMessage,
  decodeClientUpFrame,
  decodeClientUpMessage,
  encodeClientDownFrame,
  encodeClientUpFrame,
} from './client/client-codec.js'
export { FrameBatch } from './client/frame-batch.js'
export { type ClientState } from './client/client-state.js'
export { type CreateTerms } from './client/create-terms.js'
export { type Operation } from './client/operation.js'
export { NO_PRIMARY, type PlacedNode, type Placement } from './client/placement.js'
export { type ClientHello } from './client/up/client-hello.js'
export { type ClientPing } from './client/up/client-ping.js'
export { type Destroy } from './client/up/destroy.js'
export { type Leave } from './client/up/leave.js'
export { type Open } from './client/up/open.js'
export { type Save } from './client/up/save.js'
export { type Touch } from './client/up/touch.js'
export { type ClientUpFrame } from './client/up/up-frame.js'
export { type Changed } from './client/down/changed.js'
export { type ClientBye } from './client/down/client-bye.js'
export { type ClientPong } from './client/down/client-pong.js'
export { type ClientWelcome } from './client/down/client-welcome.js'
export { type Destroyed } from './client/down/destroyed.js'
export { type ClientDownFrame } from './client/down/down-frame.js'
export { type Ended } from './client/down/ended.js'
export { type Failure } from './client/down/failure.js'
export { type Opened } from './client/down/opened.js'
export { type PlacementChanged } from './client/down/placement-changed.js'
export { type Saved } from './client/down/saved.js'
