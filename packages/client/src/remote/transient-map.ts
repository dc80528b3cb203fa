/**
 * A Map for entries that come and go all the time.
 *
 * A Map that is emptied and filled again makes itself new tables, each dead one leads to the next, and once one of them
 * has grown old, V8's young collections keep alive whatever any later one holds. Here what goes leaves an empty place,
 * and when most places are empty, what is left moves to a Map of its own, which no dead table leads to.
 *
 * Invariants: `#size` of the places are taken; iteration is in the order of the first `set` of a key that was not there.
 */

/** Empty places that are put up with, however few entries there are. */
const SPARE = 64

/** See the file's header. `undefined` is no value. */
export class TransientMap<K, V extends object> {
  #places = new Map<K, V | undefined>()
  #size = 0

  /** How many entries there are. */
  get size(): number {
    return this.#size
  }

  /** The value of a key. */
  get(key: K): V | undefined {
    return this.#places.get(key)
  }

  /** Sets the value of a key. */
  set(key: K, value: V): void {
    if (this.#places.get(key) === undefined) {
      // An empty place is not taken again: it is where an earlier entry was.
      this.#places.delete(key)
      this.#size++
    }
    this.#places.set(key, value)
  }

  /** Takes an entry away. */
  delete(key: K): void {
    if (this.#places.get(key) === undefined) return
    this.#places.set(key, undefined)
    this.#size--
    if (this.#places.size > 2 * this.#size + SPARE) this.#move()
  }

  /** The values; entries may come and go meanwhile. */
  *values(): Generator<V> {
    // Looked up once more, for what is gone through may have moved since.
    for (const [key, value] of this.#places) if (value !== undefined && this.get(key) === value) yield value
  }

  #move(): void {
    const places = new Map<K, V | undefined>()
    for (const [key, value] of this.#places) if (value !== undefined) places.set(key, value)
    this.#places = places
  }
}
