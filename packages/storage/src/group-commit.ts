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
 * Invariants: one transaction is under way at a time; of a record that changed often only the last state is written;
 * what a failed transaction held is written by a later one; a promise of `settled` resolves only for what it covers.
 */
import type { Durability, PositionSource, RecordSource, Scheduler, SlotPosition } from './storage.js'
import { StorageError } from './storage-error.js'

/** ms between attempts to write while writing fails. */
const RETRY = 500

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
  #records = new Map<string, RecordSource>()
  #positions = new Map<number, PositionSource>()
  #next: Waiter[] = []
  /** Keys and waiters of the transaction under way. */
  #writing: { readonly records: ReadonlyMap<string, RecordSource>; readonly positions: ReadonlyMap<number, PositionSource>; waiters: Waiter[]; isCommitted: boolean } | undefined
  #scheduled = false
  #failure: StorageError | undefined
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
    const writing = this.#writing === undefined || this.#writing.isCommitted ? 0 : this.#writing.records.size + this.#writing.positions.size
    return this.#records.size + this.#positions.size + writing
  }

  put(source: RecordSource): void {
    this.#records.set(source.key, source)
    this.#schedule()
  }

  putPosition(source: PositionSource): void {
    this.#positions.set(source.number, source)
    this.#schedule()
  }

  isWaiting(key: string): boolean {
    return this.#records.has(key) || (this.#writing?.isCommitted === false && this.#writing.records.has(key))
  }

  /** Resolves when everything put so far has reached the level; rejects when that failed. */
  settled(level: Durability): Promise<void> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure)
    if (level === 'memory') return Promise.resolve()
    const isGathering = this.#records.size > 0 || this.#positions.size > 0
    if (isGathering && this.#closed) return Promise.reject(new StorageError('STORAGE_CLOSED', 'the storage is closed; start the node again'))
    const waiters = isGathering ? this.#next : this.#writing?.waiters
    if (waiters === undefined || (!isGathering && level === 'committed' && this.#writing?.isCommitted === true)) return Promise.resolve()
    return new Promise((resolve, reject) => waiters.push({ level, resolve, reject }))
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
    if (this.#closed || this.#writing !== undefined || this.#records.size + this.#positions.size === 0) return
    const writing = { records: this.#records, positions: this.#positions, waiters: this.#next, isCommitted: false }
    this.#writing = writing
    this.#records = new Map()
    this.#positions = new Map()
    this.#next = []
    try {
      const { committed, flushed } = this.#options.write(batchOf(writing.records, writing.positions))
      // A transaction that fails rejects both; the first to be awaited is enough.
      flushed.catch(() => {})
      await committed
      writing.isCommitted = true
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

  /** Writes what came while the last transaction was under way. */
  #again(): void {
    if (this.#records.size + this.#positions.size > 0) this.#schedule()
  }

  #release(level: Durability): void {
    const writing = this.#writing
    if (writing === undefined) return
    const done = writing.waiters.filter((waiter) => level === 'flushed' || waiter.level === level)
    writing.waiters = writing.waiters.filter((waiter) => !done.includes(waiter))
    for (const { resolve } of done) resolve()
  }

  /** What was not written joins what came since, unless a newer state of it is there already. */
  #fail(error: unknown): void {
    const failure = error instanceof StorageError ? error : new StorageError('WRITE_FAILED', `the storage cannot be written: ${String(error)}`, { cause: error })
    const writing = this.#writing
    this.#writing = undefined
    if (writing !== undefined) {
      this.#records = new Map([...writing.records, ...this.#records])
      this.#positions = new Map([...writing.positions, ...this.#positions])
    }
    const isNews = this.#failure === undefined
    this.#failure = failure
    for (const { reject } of [...(writing?.waiters ?? []), ...this.#next.splice(0)]) reject(failure)
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

function batchOf(records: ReadonlyMap<string, RecordSource>, positions: ReadonlyMap<number, PositionSource>): Batch {
  return {
    records: Array.from(records, ([key, source]) => ({ key, bytes: source.bytes() })),
    positions: Array.from(positions.values(), (source) => source.position()),
  }
}
