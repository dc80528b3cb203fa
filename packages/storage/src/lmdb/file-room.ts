/**
 * Room in the database file, made before LMDB needs it.
 *
 * LMDB's binding takes the process down when the disk is full (measured with 3.5.6: its error message overruns a
 * buffer). So the file is lengthened here, by writing zeros behind its end: when the disk takes no more, it is our own
 * write that fails, with an error that can be caught. LMDB finds the room when it gets there.
 *
 * Invariant: the file is at least as long as what LMDB uses plus what the transaction to come can need at most.
 */
import { open, stat } from 'node:fs/promises'
import type { Batch } from '../group-commit.js'

/** Bytes by which the file grows at least. */
const STEP = 4 * 1024 * 1024
/** Bytes written at once. */
const CHUNK = Buffer.alloc(1024 * 1024)
const PAGE = 4_096
/** Values longer than this have pages of their own. */
const LONG = 2_000
/** Bytes that a record or position costs at most beside its value: a leaf written anew, and its share of the branches. */
const PATH = PAGE + 512
/** Bytes that any transaction may take: the list of free pages, and what is written between transactions. */
const ANY = 1024 * 1024

/** How much longer LMDB's part of the file can be after a transaction; `used`: how long it is. */
function needOf({ records, positions }: Batch, used: number): number {
  const values = records.reduce((sum, { bytes }) => sum + spaceOf(bytes?.length ?? 0), 0)
  // Many records share leaves: no more can be written anew than there are.
  return ANY + values + Math.min((records.length + positions.length) * PATH, used)
}

/** What a value takes: whole pages, or, where leaves are split for it, twice its length. */
function spaceOf(length: number): number {
  return length > LONG ? Math.ceil((length + 64) / PAGE) * PAGE : 2 * length + 64
}

/** The room in one database file. */
export class FileRoom {
  readonly #path: string
  readonly #used: () => number
  #size = 0

  /**
   * @param path of the database file
   * @param used bytes that LMDB uses of it
   */
  constructor(path: string, used: () => number) {
    this.#path = path
    this.#used = used
  }

  /**
   * Makes sure that a transaction fits.
   *
   * @throws the system's error when the disk takes no more
   */
  async ensure(batch: Batch): Promise<void> {
    const used = this.#used()
    const wanted = used + needOf(batch, used)
    if (wanted <= this.#size) return
    this.#size = (await stat(this.#path)).size
    if (wanted <= this.#size) return
    try {
      await this.#grow(Math.max(wanted, this.#size + STEP))
    } catch (error) {
      // Perhaps there was enough for this time.
      if (this.#size < wanted) throw error
    }
  }

  async #grow(size: number): Promise<void> {
    const file = await open(this.#path, 'r+')
    try {
      while (this.#size < size) {
        const { bytesWritten } = await file.write(CHUNK, 0, Math.min(CHUNK.length, size - this.#size), this.#size)
        this.#size += bytesWritten
      }
    } finally {
      await file.close()
    }
  }
}
