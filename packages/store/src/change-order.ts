/** The rows of one slot in the order of their latest change. */
import { NEWER, NO_ROW, OLDER, SEQUENCE } from './rows.js'
import type { Rows } from './rows.js'

/** A doubly linked list through the rows themselves: moving one to the end is O(1) and allocates nothing. */
export class ChangeOrder {
  readonly #rows: Rows
  #newest = NO_ROW

  constructor(rows: Rows) {
    this.#rows = rows
  }

  /** The row has just changed. */
  moveToEnd(row: number): void {
    if (this.#newest === row) return
    this.remove(row)
    this.#rows.set(row, OLDER, this.#newest)
    if (this.#newest !== NO_ROW) this.#rows.set(this.#newest, NEWER, row)
    this.#newest = row
  }

  /** The row leaves the slot. */
  remove(row: number): void {
    const older = this.#rows.get(row, OLDER)
    const newer = this.#rows.get(row, NEWER)
    if (this.#newest === row) this.#newest = older
    if (older !== NO_ROW) this.#rows.set(older, NEWER, newer)
    if (newer !== NO_ROW) this.#rows.set(newer, OLDER, older)
    this.#rows.set(row, OLDER, NO_ROW)
    this.#rows.set(row, NEWER, NO_ROW)
  }

  /** All rows, newest change first. The one at hand may leave meanwhile. */
  *all(): Generator<number> {
    let row = this.#newest
    while (row !== NO_ROW) {
      const older = this.#rows.get(row, OLDER)
      yield row
      row = older
    }
  }

  /** Rows changed after the sequence, newest first, in time proportional to their number. */
  *since(sequence: number): Generator<number> {
    for (const row of this.all()) {
      if (this.#rows.number(row, SEQUENCE) <= sequence) return
      yield row
    }
  }
}
