/**
 * A disk that is none: what a `MemoryStorage` writes to, and what is left of it when its process is gone. Tests and
 * simulators crash it, fill it and damage it.
 */
import type { Batch } from '../group-commit.js'
import type { Owner } from '../owner.js'
import { encodePosition } from '../position.js'
import { seal } from '../sealed.js'
import { StorageError } from '../storage-error.js'
import { FlushedMap } from './flushed-map.js'

/** What is on a disk; values are sealed. */
export interface Tables {
  readonly records: FlushedMap<string>
  readonly positions: FlushedMap<number>
  readonly asides: FlushedMap<string>
}

/** The disk of one node. Outlives the storages that are opened on it. */
export class MemoryDisk {
  /** Who it belongs to; set when a storage is first opened. */
  owner: Owner | undefined
  /** Whether a storage is open on it. */
  locked = false
  /** While set, every transaction fails for want of space. */
  full = false
  /** What a reader sees. */
  readonly tables: Tables = { records: new FlushedMap(), positions: new FlushedMap(), asides: new FlushedMap() }

  /** Carries a transaction out. */
  commit({ records, positions }: Batch): void {
    if (this.full) throw new StorageError('DISK_FULL', 'no space is left on the disk; free some, writing then goes on by itself')
    for (const { key, bytes } of records) {
      if (bytes === undefined) this.tables.records.delete(key)
      else this.tables.records.set(key, seal(key, bytes))
    }
    for (const position of positions) this.tables.positions.set(position.slot, encodePosition(position))
  }

  /** Everything committed now survives the loss of power. */
  flush(): void {
    for (const table of Object.values(this.tables)) table.flush()
  }

  /** The power fails: what was not flushed is gone, and so is the process. */
  crash(): void {
    for (const table of Object.values(this.tables)) table.crash()
    this.locked = false
  }

  /** A copy of what is committed, as somebody may keep one; no storage is open on it. */
  copy(): MemoryDisk {
    const copy = new MemoryDisk()
    copy.owner = this.owner
    for (const [key, sealed] of this.tables.records) copy.tables.records.set(key, sealed)
    for (const [slot, sealed] of this.tables.positions) copy.tables.positions.set(slot, sealed)
    for (const [key, sealed] of this.tables.asides) copy.tables.asides.set(key, sealed)
    copy.flush()
    return copy
  }

  /** Flips a bit of a record. */
  damage(key: string): void {
    const sealed = this.tables.records.get(key)
    if (sealed === undefined) throw new RangeError(`there is no record ${key} to damage`)
    const damaged = sealed.slice()
    damaged[0] = (damaged[0] ?? 0) ^ 0x10
    this.tables.records.set(key, damaged)
  }
}
