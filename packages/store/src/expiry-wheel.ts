/**
 * Finds what is due without looking at what is not: a hashed timing wheel (Varghese and Lauck, 1987) of buckets one
 * second wide. A deadline that moves later is not re-filed; when its bucket comes up it is simply filed again, so a
 * touch costs nothing here.
 *
 * Invariant: an item is never handed out before the time it was filed for, and at most one bucket after it.
 */
/** Width of a bucket, ms. */
const BUCKET = 1_000

/** Items filed by the time at which they should be looked at. */
export class ExpiryWheel<T> {
  readonly #buckets = new Map<number, Set<T>>()
  /** First bucket that has not come up yet; undefined before the first look. */
  #next: number | undefined

  /** Files an item for a time, ms since 1970. */
  file(item: T, at: number): void {
    const bucket = Math.max(Math.ceil(at / BUCKET), this.#next ?? 0)
    const items = this.#buckets.get(bucket)
    if (items === undefined) this.#buckets.set(bucket, new Set([item]))
    else items.add(item)
  }

  /**
   * Takes out everything filed for a time up to now.
   *
   * @param now ms since 1970
   */
  due(now: number): T[] {
    const last = Math.floor(now / BUCKET)
    const due: T[] = []
    for (const bucket of this.#upTo(last)) {
      for (const item of this.#buckets.get(bucket) ?? []) due.push(item)
      this.#buckets.delete(bucket)
    }
    this.#next = Math.max(this.#next ?? 0, last + 1)
    return due
  }

  /** Buckets to look at: one by one as time goes on, but never a million empty ones because the clock jumped. */
  *#upTo(last: number): Generator<number> {
    const first = this.#next
    if (first === undefined || last - first > this.#buckets.size) {
      for (const bucket of this.#buckets.keys()) if (bucket <= last) yield bucket
    } else {
      for (let bucket = first; bucket <= last; bucket++) yield bucket
    }
  }
}
