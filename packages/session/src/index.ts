/** Sessions as Yjs documents: attributes, frozen attributes, expiry, limits, generations. */
export { joinDeaths, type Death } from './death.js'
export type { Fingerprint } from './fingerprint.js'
export { DEFAULT_LIMITS, type SessionLimits } from './limits.js'
export { isKnownOperation, joinOperations, recordOperation, REMEMBERED_CLIENTS } from './operation-log.js'
export type { OperationId, SaveId } from './operation-log.js'
export type {
  AddOperation,
  AttributeOperation,
  DiscardOperation,
  ExpectOperation,
  FreezeOperation,
  IncrementOperation,
  MakeOperation,
  Operation,
  RemoveOperation,
  TermsOperation,
} from './operation.js'
export { SetOperation } from './operation.js'
export { ancestorsOf, attributeOf, fitPaths, isBelow, keysOf, nameOf, PATH_STEPS, readable, SEPARATOR, type Path } from './path.js'
export { readEntries, within } from './parts.js'
export { isMember, stepOf, type Member } from './set-member.js'
export { hashOf } from './value-hash.js'
export { hasReached, momentOf, readMoment, type Moment } from './moment.js'
export type { Merged, SessionBenchmark, SessionDelta } from './session-delta.js'
export { SessionError, type SessionErrorCode } from './session-error.js'
export { isSessionKey, sessionKey, type SessionKey } from './session-key.js'
export { packSession, unpackSession } from './packed.js'
export { writeResting } from './resting.js'
export { WholeSessionReader, writeWholeSession } from './whole.js'
export { Session } from './session.js'
export type { Applied, ApplyContext, LoadOptions, MergeOptions, SessionStart } from './session-calls.js'
export { deadlineOf, equalTerms, joinTerms, type Terms } from './terms.js'
export { operationsTowards, seedOf, type Seed } from './seed.js'
export { isUserKey, userKey, type UserKey } from './user-key.js'
