/** What an app embeds: connect(), sessions with local reads, saves that travel as deltas. */
export { connect, connectGateway, connectIn } from './connect.js'
export type { ConnectOptions } from './options.js'
export { Store, type StoreEvents } from './store.js'
export { SessionHandle, type SessionHandle as Session, type SessionEvents } from './session-handle.js'
export { ERROR_TABLE, UnderstudyError, type UnderstudyErrorCode, type UnderstudyErrorDetails } from './understudy-error.js'
export type {
  CreateTerms,
  EndReason,
  Followed,
  FollowListener,
  Gateway,
  GatewayObserver,
  GatewaySaveOptions,
  LinkedNode,
  PlacementView,
  SaveFate,
  WriteOptions,
  WriteResult,
} from './gateway.js'
export { OperationIds } from './operation-ids.js'
export { RemoteGateway } from './remote/remote-gateway.js'
export { slotOf } from './remote/placement.js'
export { realEnvironment, type Environment } from './environment.js'
export type { OpenSocket, Socket, SocketAddress, SocketEnd, SocketEvents } from './socket.js'
export { CLOSE_UNAUTHORIZED } from './socket.js'
export { sessionKey, type SessionKey } from '@understudy/session'
export type { Value } from '@understudy/document'
