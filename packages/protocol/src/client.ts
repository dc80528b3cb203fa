/**
 * The client link alone: what an app's client needs of this package. A browser that loads it gets no peer link, and
 * nothing that is not an ES module.
 */

export { ProtocolError, type ProtocolErrorCode } from './protocol-error.js'
export { MIN_BATCH_VERSION, MIN_PROTOCOL_VERSION, MIN_REFRESH_VERSION, PROTOCOL_VERSION } from './version.js'
export { type SessionKey, type UserKey } from './session-key.js'
export { type OperationId } from './delta/session-delta.js'

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
export { NO_PRIMARY, type PlacedNode, type Placement } from './client/placement.js'
export { type SessionEvent } from './client/session-event.js'
export { type Open } from './client/up/open.js'
export { type Refresh } from './client/up/refresh.js'
export { type Save } from './client/up/save.js'
export { type Succeed } from './client/up/succeed.js'
export type { ClientUpFrame } from './client/up/up-frame.js'
export { type Cleared } from './client/down/cleared.js'
export { type ClientWelcome } from './client/down/client-welcome.js'
export { type Counted } from './client/down/counted.js'
export { type Destroyed } from './client/down/destroyed.js'
export { type ClientDownFrame } from './client/down/down-frame.js'
export { type Events } from './client/down/events.js'
export { type Failure } from './client/down/failure.js'
export { type Listed } from './client/down/listed.js'
export { type Opened } from './client/down/opened.js'
export { type Refreshed } from './client/down/refreshed.js'
export { type Rotated } from './client/down/rotated.js'
export { type Saved } from './client/down/saved.js'
export { type Watching } from './client/down/watching.js'
export { PAGE_LIMIT, REFRESH_LIMIT } from './limits.js'
