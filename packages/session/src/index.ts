/** Sessions as Yjs documents: attributes, frozen attributes, expiry, limits, generations. */
export { joinDeaths, type Death } from './death.js'
export type { Fingerprint } from './fingerprint.js'
export { DEFAULT_LIMITS, type SessionLimits } from './limits.js'
export { isKnownOperation, joinOperations, recordOperation, REMEMBERED_CLIENTS, type OperationId } from './operation-log.js'
export type { FreezeOperation, IncrementOperation, Operation, RemoveOperation, SetOperation } from './operation.js'
export type { Merged, SessionBenchmark, SessionDelta } from './session-delta.js'
export { SessionError, type SessionErrorCode } from './session-error.js'
export { isSessionKey, sessionKey, type SessionKey } from './session-key.js'
export {
  Session,
  type Applied,
  type ApplyContext,
  type LoadOptions,
  type MergeOptions,
  type SessionStart,
} from './session.js'
export { deadlineOf, equalTerms, joinTerms, type Terms } from './terms.js'
