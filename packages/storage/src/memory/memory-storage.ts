/** A storage on a `MemoryDisk`: for tests, simulators, and whoever wants to see what a storage does. Pure. */
import { GroupCommit } from '../group-commit.js'
import { readPositions } from '../position.js'
import { unseal } from '../sealed.js'
import type { Durability, PositionSource, RecordSource, SlotPosition, Storage, StorageOptions, StoredRecord } from '../storage.js'
import { FORMAT, checkOwner } from '../owner.js'
import type { Owner } from '../owner.js'
import { StorageError } from '../storage-error.js'
import type { MemoryDisk } from './memory-disk.js'

/** One node's storage on a disk in memory. */
export class MemoryStorage implements Storage {
  readonly #disk: MemoryDisk
  readonly #options: StorageOptions
  readonly #commits: GroupCommit

  /** Use `MemoryStorage.open`. */
  private constructor(disk: MemoryDisk, options: StorageOptions) {
    this.#disk = disk
    this.#options = options
    const write = (batch: Parameters<MemoryDisk['commit']>[0]): { committed: Promise<void>; flushed: Promise<void> } => {
      disk.commit(batch)
      const flushed = new Promise<void>((resolve) => {
        options.scheduler.soon(() => {
          // After a crash this storage is a ghost: the disk is another's.
          if (disk.locked) disk.flush()
          resolve()
        })
      })
      return { committed: Promise.resolve(), flushed }
    }
    this.#commits = new GroupCommit({ scheduler: options.scheduler, write, failing: options.failing })
  }

  /**
   * Opens the disk for a node.
   *
   * @throws StorageError DIRECTORY_FOREIGN, FORMAT_NEWER, DIRECTORY_LOCKED
   */
  static open(disk: MemoryDisk, options: StorageOptions): MemoryStorage {
    if (disk.locked) throw new StorageError('DIRECTORY_LOCKED', 'another storage is open on this disk; close it first')
    checkOwner(disk.owner, options.name, 'this disk')
    disk.owner = { name: options.name, claimed: [], ...disk.owner, format: FORMAT }
    disk.locked = true
    return new MemoryStorage(disk, options)
  }

  get failure(): StorageError | undefined {
    return this.#commits.failure
  }

  get damaged(): number {
    return [...this.setAsides()].length
  }

  get waiting(): number {
    return this.#commits.waiting
  }

  get transactions(): number {
    return this.#commits.transactions
  }

  *records(): Generator<StoredRecord> {
    for (const key of Array.from(this.#disk.tables.records.keys())) {
      const bytes = this.get(key)
      if (bytes !== undefined) yield { key, bytes }
    }
  }

  get(key: string): Uint8Array | undefined {
    const sealed = this.#disk.tables.records.get(key)
    if (sealed === undefined) return undefined
    const bytes = unseal(key, sealed)
    if (bytes === undefined) this.setAside(key, 'its checksum is wrong')
    return bytes
  }

  *setAsides(): Generator<string> {
    const { asides, records } = this.#disk.tables
    for (const key of asides.keys()) if (!records.has(key)) yield key
  }

  setAside(key: string, reason: string): void {
    const { asides, records } = this.#disk.tables
    const sealed = records.get(key)
    if (sealed === undefined) return
    asides.set(key, sealed)
    records.delete(key)
    this.#options.damaged?.(key, reason)
  }

  positions(): SlotPosition[] {
    return readPositions(this.#disk.tables.positions)
  }

  put(source: RecordSource): void {
    this.#commits.put(source)
  }

  putPosition(source: PositionSource): void {
    this.#commits.putPosition(source)
  }

  isWaiting(key: string): boolean {
    return this.#commits.isWaiting(key)
  }

  settled(level: Durability): Promise<void> {
    return this.#commits.settled(level)
  }

  healthy(): Promise<void> {
    return this.#commits.healthy()
  }

  async claim(draw: () => number): Promise<number> {
    const owner = this.#owner
    let number = draw()
    while (owner.claimed.includes(number)) number = draw()
    this.#disk.owner = { ...owner, claimed: [...owner.claimed, number] }
    return number
  }

  async life(draw: () => number): Promise<number> {
    const owner = this.#owner
    const life = owner.life ?? draw()
    this.#disk.owner = { ...owner, life }
    return life
  }

  async close(): Promise<void> {
    await this.#commits.close()
    this.#disk.locked = false
  }

  get #owner(): Owner {
    return this.#disk.owner ?? { name: this.#options.name, format: FORMAT, claimed: [] }
  }
}
