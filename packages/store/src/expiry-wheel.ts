/**
 * Finds what is due without looking at what is not: a hashed timing wheel (Varghese and Lauck, 1987) of buckets one
 * second wide. A deadline that moves later is not filed anew; when its bucket comes up it is simply filed again, so a
 * touch costs nothing here.
 *
 * Invariant: a row is handed out once, not before the earliest time it was filed for, and at most one bucket after it.
 */
import type { RowLists } from './row-lists.js'

/** Width of a bucket, ms. */
const BUCKET = 1_000
/** What is due later than this, in the year 2106, is looked at then. */
const LAST = 2 ** 32 - 1

/** Rows filed by the time at which they should be looked at. */
export class ExpiryWheel {
  /** A list a bucket, by the second in which it ends. */
  readonly #buckets: RowLists
  /** First bucket that has not come up yet; undefined before the first look. */
  #next: number | undefined

  /** @param buckets lists of which the rows are handed out */
  constructor(buckets: RowLists) {
    this.#buckets = buckets
  }

  /** Files a row for a time, ms since 1970, if it is not filed for an earlier one; for none, where that is undefined. */
  file(row: number, at: number | undefined): void {
    if (at === undefined) return
    const bucket = Math.min(LAST, Math.max(Math.ceil(at / BUCKET), this.#next ?? 0, 1))
    const filed = this.#buckets.listOf(row)
    if (filed === 0 || bucket < filed) this.#buckets.append(bucket, row)
  }

  /**
   * Takes out everything filed for a time up to now.
   *
   * @param now ms since 1970
   */
  due(now: number): number[] {
    const last = Math.floor(now / BUCKET)
    const due: number[] = []
    for (const bucket of this.#upTo(last)) for (const row of this.#buckets.rows(bucket)) due.push(row)
    for (const row of due) this.#buckets.remove(row)
    this.#next = Math.max(this.#next ?? 0, last + 1)
    return due
  }

  /** Buckets to look at: one by one as time goes on, but never a million empty ones because the clock jumped. */
  *#upTo(last: number): Generator<number> {
    const first = this.#next
    const { lists } = this.#buckets
    if (first === undefined || last - first > lists.size) {
      for (const bucket of lists.keys()) if (bucket <= last) yield bucket
    } else {
      for (let bucket = first; bucket <= last; bucket++) yield bucket
    }
  }
}
