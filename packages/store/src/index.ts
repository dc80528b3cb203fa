/** All sessions one node holds: slots, change order, digests, death markers, expiry. */
export { SessionStore } from './session-store.js'
export type { Before, ChangeListener, SessionStoreOptions, Written } from './session-store.js'
export type { DeltaEntry } from './delta-entry.js'
export type { KeptPosition, Persistence, Recorded } from './persistence.js'
export type { Slot } from './slot.js'
export { StoreError } from './store-error.js'
export type { StoreErrorCode } from './store-error.js'
export type { StoredSession } from './stored-session.js'
