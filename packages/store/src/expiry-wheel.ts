/**
 * Finds what is due without looking at what is not: a hashed timing wheel (Varghese and Lauck, 1987) of buckets one
 * second wide. A deadline that moves later is not re-filed; when its bucket comes up it is simply filed again, so a
 * touch costs nothing here.
 */
const BUCKET = 1_000

/** Items filed by the time at which they should be looked at. */
export class ExpiryWheel<T> {
  readonly #buckets = new Map<number, Set<T>>()
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
    const first = this.#next ?? this.#earliest(last)
    const due: T[] = []
    // A clock that jumps far ahead must not make this walk a million empty buckets.
    const walk = last - first > this.#buckets.size ? [...this.#buckets.keys()].filter((bucket) => bucket <= last) : range(first, last)
    for (const bucket of walk) {
      const items = this.#buckets.get(bucket)
      if (items === undefined) continue
      this.#buckets.delete(bucket)
      for (const item of items) due.push(item)
    }
    this.#next = Math.max(first, last + 1)
    return due
  }

  #earliest(otherwise: number): number {
    let earliest = otherwise
    for (const bucket of this.#buckets.keys()) earliest = Math.min(earliest, bucket)
    return earliest
  }
}

function range(first: number, last: number): number[] {
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => first + i)
}
