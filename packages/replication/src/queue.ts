/** A queue whose front can be taken at no cost; what has been taken is let go of. */

/** Taken items after which the array is made anew. */
const MOST_TAKEN = 1_024

/** First in, first out. */
export class Queue<T> {
  #items: (T | undefined)[] = []
  #taken = 0

  /** Adds an item at the end. */
  push(item: T): void {
    this.#items.push(item)
  }

  /** The item at the front. */
  front(): T | undefined {
    return this.#items[this.#taken]
  }

  /** Takes the front away. */
  shift(): void {
    if (this.#taken === this.#items.length) return
    this.#items[this.#taken++] = undefined
    if (this.#taken === this.#items.length) this.clear()
    else if (this.#taken > MOST_TAKEN && this.#taken * 2 > this.#items.length) {
      this.#items = this.#items.slice(this.#taken)
      this.#taken = 0
    }
  }

  /** Takes all away. */
  clear(): void {
    this.#items.length = 0
    this.#taken = 0
  }

  /** All items, from the front on. */
  *[Symbol.iterator](): Generator<T> {
    for (let i = this.#taken; i < this.#items.length; i++) {
      const item = this.#items[i]
      if (item !== undefined) yield item
    }
  }
}
