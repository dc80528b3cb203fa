/** What a session's calls take and give. */
import type { Admit, LiveDocuments, Reign } from '@understudy/document'
import type { SessionLimits } from './limits.js'
import type { SaveId } from './operation-log.js'
import type { Terms } from './terms.js'

/** What a new session begins with. */
export interface SessionStart {
  readonly terms: Terms
  /** Milliseconds since 1970. */
  readonly lastAccess: number
  /** Where documents that need Yjs come to life. */
  readonly live: LiveDocuments
  readonly limits?: SessionLimits
}

/** What loading a session needs. */
export interface LoadOptions {
  readonly live: LiveDocuments
  readonly limits?: SessionLimits
  /** Which writers may have written it. Default: all. */
  readonly admit?: Admit
}

/** Under whom and when a save is applied. */
export interface ApplyContext {
  /**
   * The primary's reign: what it writes, it writes under this. Its epoch is above those of all writes merged here (who
   * meets a higher one reigns no more), so that what came later is never taken for what came earlier.
   */
  readonly reign: Reign
  /** Milliseconds since 1970; counts as an access. */
  readonly now: number
  /** Identity of the save, so that it has no second effect when it comes again. */
  readonly operation?: SaveId | undefined
}

/** What a save did. */
export interface Applied {
  /** Attributes that got another value or became frozen. */
  readonly changed: readonly string[]
  /** The session has other terms than before. */
  readonly terms: boolean
  /** The save had been applied before; nothing was done. */
  readonly duplicate: boolean
}

/** How a replica merges. */
export interface MergeOptions {
  /** We are the primary: where generations are apart, a new one is made of both at once, under this reign. */
  readonly reign?: Reign
  /** We only read: take the delta's generation whatever we hold (for clients, never for nodes). */
  readonly adopt?: boolean
}
