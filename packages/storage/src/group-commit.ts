/**
 * Group commit: what changes in one turn of the event loop, and while the transaction before is under way, goes into
 * one transaction.
 *
 *            put                soon                 committed          flushed
 *   idle ─────────► gathering ─────────► writing ──────────────► flushing ─────► idle, or writing what came meanwhile
 *                                          │ failed
 *                                          ▼
 *                                        failing ── every RETRY ms: writing
 *
 * More than fits one transaction is written in parts. Positions go with the last one, as they stood before the first: what
 * they speak of is then on disk.
 *
 * Invariants: one transaction is under way at a time, and bounded; of a record that changed often only the last state is
 * written; what a failed transaction held is written by a later one; a promise of `settled` resolves only for what it
 * covers.
 */
import type { Durability, PositionSource, RecordSource, Scheduler, SlotPosition } from './storage.js'
import { StorageError } from './storage-error.js'

/** ms between attempts to write while writing fails. */
const RETRY = 500

/** Records in one transaction at most. */
const MOST_RECORDS = 2_000
/** Bytes of records in one transaction at most, but for the last of them. */
const MOST_BYTES = 8 * 1024 * 1024

/** What one transaction writes. A record without bytes is to be removed. */
export interface Batch {
  readonly records: readonly { readonly key: string; readonly bytes: Uint8Array | undefined }[]
  readonly positions: readonly SlotPosition[]
}

/** One transaction under way. */
export interface Commit {
  readonly committed: Promise<unknown>
  readonly flushed: Promise<unknown>
}

/** Someone who waits for a transaction. */
interface Waiter {
  readonly level: Durability
  resolve(): void
  reject(error: StorageError): void
}

/** What is to be written together, and who waits for it. */
interface Gathering {
  readonly records: Map<string, RecordSource>
  readonly positions: Map<number, PositionSource>
  readonly waiters: Waiter[]
}

/** What is left of a gathering that did not fit one transaction. */
interface Left extends Gathering {
  /** The positions as they stood when its first part was written. */
  readonly stood: readonly SlotPosition[]
}

/** The transaction under way. */
interface Writing extends Omit<Gathering, 'waiters'> {
  waiters: Waiter[]
  isCommitted: boolean
}

/** What group commit needs of its storage. */
export interface GroupCommitOptions {
  readonly scheduler: Scheduler
  /** Begins a transaction; throws or rejects with a StorageError where it can't be made. */
  readonly write: (batch: Batch) => Commit
  readonly failing: ((failure: StorageError | undefined) => void) | undefined
}

/** Gathers changes and writes them. */
export class GroupCommit {
  readonly #options: GroupCommitOptions
  #gathering = emptyGathering()
  #left: Left | undefined
  #writing: Writing | undefined
  #scheduled = false
  #failure: StorageError | undefined
  #transactions = 0
  #recovered: (() => void)[] = []
  #cancelRetry: () => void = () => {}
  #closed = false

  constructor(options: GroupCommitOptions) {
    this.#options = options
  }

  get failure(): StorageError | undefined {
    return this.#failure
  }

  /** Records and positions that are not committed. */
  get waiting(): number {
    const writing = this.#writing?.isCommitted === false ? this.#writing : undefined
    return sizeOf(this.#gathering) + sizeOf(this.#left) + sizeOf(writing)
  }

  /** Transactions committed so far. */
  get transactions(): number {
    return this.#transactions
  }

  put(source: RecordSource): void {
    this.#gathering.records.set(source.key, source)
    this.#schedule()
  }

  putPosition(source: PositionSource): void {
    this.#gathering.positions.set(source.number, source)
    this.#schedule()
  }

  isWaiting(key: string): boolean {
    if (this.#gathering.records.has(key) || this.#left?.records.has(key) === true) return true
    return this.#writing?.isCommitted === false && this.#writing.records.has(key)
  }

  /** Resolves when everything put so far has reached the level; rejects when that failed. */
  settled(level: Durability): Promise<void> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure)
    if (level === 'memory') return Promise.resolve()
    const isGathering = sizeOf(this.#gathering) > 0
    if (isGathering && this.#closed) return Promise.reject(new StorageError('STORAGE_CLOSED', 'the storage is closed; start the node again'))
    const waitsFor = isGathering ? this.#gathering : (this.#left ?? this.#writing)
    if (waitsFor === undefined) return Promise.resolve()
    if (waitsFor === this.#writing && level === 'committed' && this.#writing.isCommitted) return Promise.resolve()
    return new Promise((resolve, reject) => waitsFor.waiters.push({ level, resolve, reject }))
  }

  healthy(): Promise<void> {
    if (this.#failure === undefined && !this.#closed) return Promise.resolve()
    return new Promise((resolve) => this.#recovered.push(resolve))
  }

  /** Writes what is left; gives up where writing fails. Nothing is written afterwards. */
  async close(): Promise<void> {
    try {
      await this.settled('flushed')
    } catch {
      // Whoever waits has been told; more cannot be done.
    }
    this.#closed = true
    this.#cancelRetry()
  }

  #schedule(): void {
    if (this.#scheduled || this.#writing !== undefined || this.#failure !== undefined || this.#closed) return
    this.#scheduled = true
    this.#options.scheduler.soon(() => {
      this.#scheduled = false
      void this.#write()
    })
  }

  async #write(): Promise<void> {
    if (this.#closed || this.#writing !== undefined) return
    if (this.#left === undefined && sizeOf(this.#gathering) === 0) return
    try {
      const { committed, flushed } = this.#options.write(this.#nextPart())
      // A transaction that fails rejects both; the first to be awaited is enough.
      flushed.catch(() => {})
      await committed
      this.#transactions++
      this.#release('committed')
      await flushed
      this.#release('flushed')
      this.#writing = undefined
      this.#recover()
    } catch (error) {
      this.#fail(error)
    }
    this.#again()
  }

  /** Writes what is left, or what came while the last transaction was under way. */
  #again(): void {
    if (this.#left !== undefined || sizeOf(this.#gathering) > 0) this.#schedule()
  }

  /** What the next transaction writes; from now on it is under way. */
  #nextPart(): Batch {
    const whole: Gathering & { readonly stood?: readonly SlotPosition[] } = this.#left ?? this.#gathering
    if (this.#left === undefined) this.#gathering = emptyGathering()
    const sources = new Map<string, RecordSource>()
    // Until its bytes are all there, everything counts as under way, so that nothing is lost if a source throws.
    this.#left = undefined
    this.#writing = { ...whole, isCommitted: false }
    const records: Batch['records'][number][] = []
    let bytes = 0
    for (const [key, source] of whole.records) {
      if (records.length === MOST_RECORDS || bytes >= MOST_BYTES) break
      const record = { key, bytes: source.bytes() }
      bytes += record.bytes?.length ?? 0
      records.push(record)
      sources.set(key, source)
    }
    const stood = whole.stood ?? Array.from(whole.positions.values(), (source) => source.position())
    if (sources.size === whole.records.size) return { records, positions: stood }
    for (const key of sources.keys()) whole.records.delete(key)
    this.#left = { ...whole, stood }
    this.#writing = { records: sources, positions: new Map(), waiters: [], isCommitted: false }
    return { records, positions: [] }
  }

  #release(level: Durability): void {
    const writing = this.#writing
    if (writing === undefined) return
    writing.isCommitted = true
    const done = writing.waiters.filter((waiter) => level === 'flushed' || waiter.level === level)
    writing.waiters = writing.waiters.filter((waiter) => !done.includes(waiter))
    for (const { resolve } of done) resolve()
  }

  /** What was not written joins what came since, unless a newer state of it is there already. */
  #fail(error: unknown): void {
    const failure = error instanceof StorageError ? error : new StorageError('WRITE_FAILED', `the storage cannot be written: ${String(error)}`, { cause: error })
    const failed = [this.#writing, this.#left, this.#gathering].filter((one) => one !== undefined)
    this.#writing = undefined
    this.#left = undefined
    this.#gathering = {
      records: new Map(failed.flatMap(({ records }) => [...records])),
      positions: new Map(failed.flatMap(({ positions }) => [...positions])),
      waiters: [],
    }
    const isNews = this.#failure === undefined
    this.#failure = failure
    for (const { waiters } of failed) for (const { reject } of waiters) reject(failure)
    this.#cancelRetry = this.#options.scheduler.after(RETRY, () => void this.#write())
    if (isNews) this.#options.failing?.(failure)
  }

  #recover(): void {
    if (this.#failure === undefined) return
    this.#failure = undefined
    for (const resolve of this.#recovered.splice(0)) resolve()
    this.#options.failing?.(undefined)
  }
}

function emptyGathering(): Gathering {
  return { records: new Map(), positions: new Map(), waiters: [] }
}

function sizeOf(gathering: Pick<Gathering, 'records' | 'positions'> | undefined): number {
  return gathering === undefined ? 0 : gathering.records.size + gathering.positions.size
}
