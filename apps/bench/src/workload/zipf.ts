/** Popularity by Zipf's law: the n-th most popular of a number of things is asked for 1/n as often as the first. */

/** Chooses by a seed, the same each time. */
export class Zipf {
  readonly #sums: Float64Array
  #state: number

  /** @param count things there are @param seed a whole number */
  constructor(count: number, seed: number) {
    this.#sums = new Float64Array(count)
    this.#state = seed >>> 0
    let sum = 0
    for (let rank = 0; rank < count; rank++) this.#sums[rank] = sum += 1 / (rank + 1)
  }

  /** The rank of the next thing, from 0. */
  next(): number {
    const wanted = this.chance() * (this.#sums.at(-1) ?? 0)
    let [low, high] = [0, this.#sums.length - 1]
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((this.#sums[middle] ?? 0) < wanted) low = middle + 1
      else high = middle
    }
    return low
  }

  /** A number from 0 up to 1 (mulberry32). */
  chance(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
