/**
 * A disk that is none: what a `MemoryStorage` writes to, and what is left of it when its process is gone. Tests and
 * simulators crash it, fill it and damage it.
 */
import type { Batch } from '../group-commit.js'
import type { Owner } from '../owner.js'
import { encodePosition } from '../position.js'
import { seal } from '../sealed.js'
import { StorageError } from '../storage-error.js'

/** What is on a disk; values are sealed. */
export interface Tables {
  readonly records: Map<string, Uint8Array>
  readonly positions: Map<number, Uint8Array>
  readonly asides: Map<string, Uint8Array>
}

/** The disk of one node. Outlives the storages that are opened on it. */
export class MemoryDisk {
  /** Who it belongs to; set when a storage is first opened. */
  owner: Owner | undefined
  /** Whether a storage is open on it. */
  locked = false
  /** While set, every transaction fails for want of space. */
  full = false
  #committed: Tables = emptyTables()
  #flushed: Tables = emptyTables()

  /** What a reader sees. */
  get tables(): Tables {
    return this.#committed
  }

  /** Carries a transaction out. */
  commit({ records, positions }: Batch): void {
    if (this.full) throw new StorageError('DISK_FULL', 'no space is left on the disk; free some, writing then goes on by itself')
    for (const { key, bytes } of records) {
      if (bytes === undefined) this.#committed.records.delete(key)
      else this.#committed.records.set(key, seal(key, bytes))
    }
    for (const position of positions) this.#committed.positions.set(position.slot, encodePosition(position))
  }

  /** Everything committed now survives the loss of power. */
  flush(): void {
    this.#flushed = copyOf(this.#committed)
  }

  /** The power fails: what was not flushed is gone, and so is the process. */
  crash(): void {
    this.#committed = copyOf(this.#flushed)
    this.locked = false
  }

  /** A copy of what is committed, as somebody may keep one; no storage is open on it. */
  copy(): MemoryDisk {
    const copy = new MemoryDisk()
    copy.owner = this.owner
    copy.#committed = copyOf(this.#committed)
    copy.flush()
    return copy
  }

  /** Flips a bit of a record. */
  damage(key: string): void {
    const sealed = this.#committed.records.get(key)
    if (sealed === undefined) throw new RangeError(`there is no record ${key} to damage`)
    const damaged = sealed.slice()
    damaged[0] = (damaged[0] ?? 0) ^ 0x10
    this.#committed.records.set(key, damaged)
  }
}

function emptyTables(): Tables {
  return { records: new Map(), positions: new Map(), asides: new Map() }
}

function copyOf({ records, positions, asides }: Tables): Tables {
  return { records: new Map(records), positions: new Map(positions), asides: new Map(asides) }
}
