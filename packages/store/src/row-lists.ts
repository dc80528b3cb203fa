/**
 * Lists of rows: any number of them, a row in one at most. Each is a ring through its rows, so that entering at the end
 * and leaving from anywhere take a few words, and no list takes more than an entry in a Map.
 */
import { Columns } from './columns.js'
import { NO_ROW } from './rows.js'

const BEFORE = 0
const AFTER = 1
/** The list the row is in; 0: in none. */
const LIST = 2

/** Some lists, by numbers from 1 on. */
export class RowLists {
  readonly #columns = new Columns(3)
  readonly #first = new Map<number, number>()
  #size = 0

  /** Rows in all lists. */
  get size(): number {
    return this.#size
  }

  /** The numbers of lists that are not empty. */
  get lists(): ReadonlyMap<number, unknown> {
    return this.#first
  }

  /** The list that a row is in; 0: in none. */
  listOf(row: number): number {
    return this.#columns.get(row, LIST)
  }

  /** Enters a list at its end, and leaves the one it was in. */
  append(list: number, row: number): void {
    this.remove(row)
    const first = this.#first.get(list)
    const last = first === undefined ? row : this.#columns.get(first, BEFORE)
    if (first === undefined) this.#first.set(list, row)
    this.#columns.set(row, LIST, list)
    this.#join(row, first ?? row)
    this.#join(last, row)
    this.#size++
  }

  /** Leaves the list it is in, if it is in one. */
  remove(row: number): void {
    const list = this.listOf(row)
    if (list === 0) return
    const after = this.#columns.get(row, AFTER)
    if (after === row) this.#first.delete(list)
    else if (this.#first.get(list) === row) this.#first.set(list, after)
    this.#join(this.#columns.get(row, BEFORE), after)
    this.#columns.set(row, LIST, 0)
    this.#size--
  }

  /** The rows of a list, first to last. The one at hand may leave meanwhile. */
  *rows(list: number): Generator<number> {
    let row = this.#first.get(list) ?? NO_ROW
    while (row !== NO_ROW) {
      const after = this.#columns.get(row, AFTER)
      const next = after === this.#first.get(list) ? NO_ROW : after
      yield row
      row = next
    }
  }

  #join(before: number, after: number): void {
    this.#columns.set(before, AFTER, after)
    this.#columns.set(after, BEFORE, before)
  }
}
