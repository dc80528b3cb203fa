/** Chance that a seed decides, so that a run can be made again. The processes' timing is not in its hands. */

/** A stream of numbers from one seed (mulberry32, Tommy Ettinger). */
export class Chance {
  #state: number

  constructor(seed: number) {
    this.#state = seed >>> 0
  }

  /** Uniform in [0, 1). */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0
    let t = this.#state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }

  /** Uniform whole number from `least` to `most`. */
  between(least: number, most: number): number {
    return least + Math.floor(this.next() * (most - least + 1))
  }

  /** One of the things given. */
  pick<T>(things: readonly T[]): T {
    const thing = things[this.between(0, things.length - 1)]
    if (thing === undefined) throw new RangeError('nothing to pick from')
    return thing
  }
}
