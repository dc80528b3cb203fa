/**
 * What a node keeps beyond its process, as one interface: who the node is, where each slot stands, and one record for
 * each session or death marker. What a record's bytes mean is the business of whoever makes them.
 *
 *   put ─► (all of one turn of the event loop) ─► one transaction ─► committed ─► flushed
 *
 * Invariants, which the contract (contract.ts) holds every implementation to:
 * - a transaction is there whole or not at all, and none is there without all before it;
 * - records and positions are asked for their bytes when the transaction is made, all in one go: what is on disk is a
 *   state that the process was in. More than fits one transaction (2,000 records or 8 MB) goes in parts, the positions
 *   with the last, as they were at the first: a position never says more than the records do;
 * - what cannot be written stays to be written: nothing is forgotten because the disk was full;
 * - a damaged record is set aside, counted and reported, and never read as something else or as something blank.
 */
import type { StorageError } from './storage-error.js'

/** How safe a change is: only in memory; survives the process; survives the loss of power. */
export type Durability = 'memory' | 'committed' | 'flushed'

/** Something with a record of its own. */
export interface RecordSource {
  /** 32 lower-case hex digits. */
  readonly key: string
  /** The record as it should be now; undefined: there should be none. */
  bytes(): Uint8Array | undefined
}

/** Where a slot stands. */
export interface SlotPosition {
  /** 0 … 255. */
  readonly slot: number
  /** Newest epoch known. */
  readonly epoch: number
  /** In that epoch's numbering, the change up to which everything is held; 0 while nothing says so. */
  readonly sequence: number
  /** Up to which times of death markers were dropped, ms since 1970; absent: none were. */
  readonly forgotten?: { readonly destroyed: number; readonly expired: number } | undefined
}

/** A slot with a position. */
export interface PositionSource {
  readonly number: number
  position(): SlotPosition
}

/** A record as it was found. */
export interface StoredRecord {
  readonly key: string
  readonly bytes: Uint8Array
}

/** Where writing takes its turns from: structurally a part of a node's environment. */
export interface Scheduler {
  /** Calls once the events at hand have been dealt with. */
  soon(callback: () => void): void
  /** Calls once after `ms`; the result cancels it. */
  after(ms: number, callback: () => void): () => void
}

/** What every implementation takes when it is opened. */
export interface StorageOptions {
  /** The node it belongs to; a storage of another node is refused. */
  readonly name: string
  readonly scheduler: Scheduler
  /** Hears of every record that is set aside. */
  readonly damaged?: (key: string, reason: string) => void
  /** Hears when writing begins to fail, and (undefined) when it works again. */
  readonly failing?: (failure: StorageError | undefined) => void
}

/** The disk of one node, or what stands for it. Opened by the implementations; belongs to one process at a time. */
export interface Storage {
  /** Why nothing can be written at present; undefined while all is well. */
  readonly failure: StorageError | undefined
  /** Records set aside, now and formerly, that no whole one has replaced. */
  readonly damaged: number
  /** Records and positions that are not committed yet. */
  readonly waiting: number
  /** Transactions committed since the storage was opened. */
  readonly transactions: number
  /** All whole records. Damaged ones are set aside on the way. */
  records(): Iterable<StoredRecord>
  /** The committed record of a key; undefined when there is none, or none that is whole. */
  get(key: string): Uint8Array | undefined
  /** Keys of records set aside that no whole one has replaced. */
  setAsides(): Iterable<string>
  /** Takes a record that is whole but makes no sense out of use. */
  setAside(key: string, reason: string): void
  /** Positions of all slots that have one. */
  positions(): Iterable<SlotPosition>
  /** Notes that a record has to be written, with all others of this turn of the event loop. */
  put(source: RecordSource): void
  /** Notes that a slot's position has to be written, likewise. */
  putPosition(source: PositionSource): void
  /** Whether the latest change of a record is not committed yet. */
  isWaiting(key: string): boolean
  /**
   * Resolves when everything noted so far is as safe as this.
   *
   * @throws StorageError DISK_FULL, WRITE_FAILED, STORAGE_CLOSED (the promise rejects; what was noted is tried again)
   */
  settled(level: Durability): Promise<void>
  /** Resolves once writing works (again): at once while it does. Never, if the storage is closed before. */
  healthy(): Promise<void>
  /**
   * A number that no process has ever had from this storage: flushed before it is given out.
   *
   * @param draw gives candidates
   */
  claim(draw: () => number): Promise<number>
  /**
   * The number of what is stored here: the same for every process that opens it.
   *
   * @param draw gives the number of a storage that has none yet
   */
  life(draw: () => number): Promise<number>
  /** Writes what is left, if it can be written, and lets go of the storage. */
  close(): Promise<void>
}
