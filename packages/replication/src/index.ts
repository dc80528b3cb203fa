/** The primary's and the back-up's side of one peer link, as pure state machines. */
export { PrimarySide } from './primary-side.js'
export type { Keeping, PrimarySideOptions, SyncProgress } from './primary-side-options.js'
export { BackupSide } from './backup-side.js'
export type { Held, Stage } from './backlog.js'
export { ReplicationError } from './replication-error.js'
export type { ReplicationErrorCode } from './replication-error.js'
export type { BackupSessions, Difference, Known, Merge, PrimarySessions, ReplicatedSession, Sessions, SlotView } from './sessions.js'
