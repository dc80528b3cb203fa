/**
 * Finds the row of a key: a hash table by linear hashing (Litwin, 1980), which grows by one bucket at a time instead of
 * being made anew, so that no insertion takes longer than any other.
 *
 *     bucket ─► row ─► row        about one row a bucket
 *
 * Buckets below `split` have been split in this round, each into itself and the one `round` above it; a hash goes by one
 * bit more there. Keys are hashes already, but whoever may choose session ids could choose such as meet in one bucket:
 * hence the seed.
 */
import { Columns } from './columns.js'
import { keyWords } from './key-words.js'
import type { KeyWords } from './key-words.js'
import { NO_ROW } from './rows.js'
import type { Rows } from './rows.js'

/** Buckets at the beginning. */
const FIRST = 1_024

/** The rows of all keys. */
export class KeyIndex {
  readonly #rows: Rows
  readonly #seed: number
  readonly #heads = new Columns(1)
  readonly #next = new Columns(1)
  readonly #key = keyWords()
  /** Buckets at the beginning of this round, a power of two. */
  #round = FIRST
  /** Bucket that is split next. */
  #split = 0
  #size = 0

  /** @param seed that nobody else knows */
  constructor(rows: Rows, seed: number) {
    this.#rows = rows
    this.#seed = seed
  }

  /** The row of a key, or `NO_ROW`. */
  find(key: KeyWords): number {
    let row = this.#heads.get(this.#bucketOf(key), 0)
    while (row !== NO_ROW && !this.#rows.isOf(row, key)) row = this.#next.get(row, 0)
    return row
  }

  /** Takes up a row whose key has none yet. */
  add(row: number): void {
    this.#link(row)
    if (++this.#size > this.#round + this.#split) this.#grow()
  }

  /** Takes out a row, while its key still stands there. */
  remove(row: number): void {
    this.#rows.readKey(row, this.#key)
    const bucket = this.#bucketOf(this.#key)
    const after = this.#next.get(row, 0)
    let before = this.#heads.get(bucket, 0)
    if (before === row) this.#heads.set(bucket, 0, after)
    else {
      while (this.#next.get(before, 0) !== row) before = this.#next.get(before, 0)
      this.#next.set(before, 0, after)
    }
    this.#size--
  }

  #link(row: number): void {
    this.#rows.readKey(row, this.#key)
    const bucket = this.#bucketOf(this.#key)
    this.#next.set(row, 0, this.#heads.get(bucket, 0))
    this.#heads.set(bucket, 0, row)
  }

  #grow(): void {
    let row = this.#heads.get(this.#split, 0)
    this.#heads.set(this.#split, 0, NO_ROW)
    if (++this.#split === this.#round) {
      this.#round *= 2
      this.#split = 0
    }
    while (row !== NO_ROW) {
      const after = this.#next.get(row, 0)
      this.#link(row)
      row = after
    }
  }

  #bucketOf(key: KeyWords): number {
    let hash = this.#seed
    for (let word = 0; word < key.length; word++) {
      hash ^= key[word] ?? 0
      hash = Math.imul(hash ^ (hash >>> 16), 0x7feb352d)
      hash ^= hash >>> 15
    }
    const bucket = hash & (this.#round - 1)
    return bucket < this.#split ? hash & (2 * this.#round - 1) : bucket
  }
}
