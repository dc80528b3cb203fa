/** What an app embeds: connect(), sessions with local reads, saves that travel as deltas. */
export { connect, connectGateway, connectIn } from './connect.js'
export { closeOnLogout, type ClosableSocket, type EndableResponse } from './close-on-logout.js'
export type { ConnectOptions, ListOptions, ReadOptions, SaveOptions } from './options.js'
export { checkFrozenNames } from './options.js'
export { difference, type Change } from './difference.js'
export { FrozenNames, type FrozenName } from './frozen-names.js'
export { Store, type StoreEvents } from './store.js'
export type { SessionEvents } from './session-events.js'
export { SessionHandle, type SessionHandle as Session } from './session-handle.js'
export { ERROR_TABLE, UnderstudyError, type UnderstudyErrorCode, type UnderstudyErrorDetails } from './understudy-error.js'
export type {
  CreateTerms,
  Followed,
  FollowListener,
  Gateway,
  GatewayObserver,
  GatewaySaveOptions,
  LinkedNode,
  PlacementView,
  SaveFate,
  SaveResult,
  WriteOptions,
  WriteResult,
} from './gateway.js'
export type { EndReason } from './end-reason.js'
export type { SessionSnapshot } from './session-snapshot.js'
export type { ClearQuery, Cleared, Counted, Listed, ListQuery, SlotAnswer, SlotQuery } from './slot-query.js'
export type { ClearResult } from './survey.js'
export { tellListener, type WatchEvent, type WatchListener } from './watch-listener.js'
export { OperationIds } from './operation-ids.js'
export { RemoteGateway } from './remote/remote-gateway.js'
export { slotOf } from './remote/placement.js'
export { realEnvironment, type Environment } from './environment.js'
export type { OpenSocket, Socket, SocketAddress, SocketEnd, SocketEvents } from './socket.js'
export { CLOSE_UNAUTHORIZED } from './socket.js'
export { openSocket } from '#socket'
export { readEntries, sessionKey, userKey, type Member, type Path, type SessionKey, type UserKey } from '@understudy/session'
export type { Value } from '@understudy/document'
