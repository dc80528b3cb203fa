/**
 * What a store needs of a disk, as an interface that it declares itself: the storages of `@understudy/storage` fit it.
 * The store decides what is written and what it means; when and how safely is the disk's business.
 */
import type { SessionKey } from '@understudy/session'
import type { Forgotten } from './forgotten.js'

/** Something with a record of its own: asked for its bytes when the transaction is made. */
export interface Recorded {
  readonly key: SessionKey
  /** Undefined: there should be no record. */
  bytes(): Uint8Array | undefined
}

/** Where a slot stands, as it is kept. */
export interface KeptPosition {
  readonly slot: number
  readonly epoch: number
  readonly sequence: number
  /** Up to when death markers were dropped; absent: none ever were. */
  readonly forgotten?: Forgotten | undefined
}

/** The disk of one node. */
export interface Persistence {
  /** All records that are whole. */
  records(): Iterable<{ readonly key: string; readonly bytes: Uint8Array }>
  /** One of them. */
  get(key: string): Uint8Array | undefined
  positions(): Iterable<KeptPosition>
  /** Keys of records that were found damaged and that no whole one has replaced. */
  setAsides(): Iterable<string>
  /** Takes a record that makes no sense out of use. */
  setAside(key: string, reason: string): void
  put(recorded: Recorded): void
  putPosition(slot: { readonly number: number; position(): KeptPosition }): void
  /** Whether the latest change of a record is not on disk yet. */
  isWaiting(key: string): boolean
}
