/** Chance that a seed decides: the same seed gives the same numbers for ever. */
import * as prng from 'lib0/prng'

/** A source of numbers. */
export class Chance {
  readonly #seed: number
  readonly #generator: prng.PRNG

  constructor(seed: number) {
    this.#seed = seed
    this.#generator = prng.create(seed)
  }

  /** Another source, which does not depend on how much was drawn from this one. */
  fork(label: string): Chance {
    let hash = this.#seed | 0
    for (let i = 0; i < label.length; i++) hash = Math.imul(hash ^ label.charCodeAt(i), 0x01000193) ^ (hash >>> 15)
    return new Chance(hash >>> 0)
  }

  /**
   * Uniform in [0, 1), in all its 53 bits. The generator gives 32, whatever it is called; the lower ones follow from them:
   * clients, for one, are told apart by the lower bits of their numbers, and two of three would often have had the same.
   */
  real(): number {
    const higher = Math.floor(prng.real53(this.#generator) * 2 ** 32)
    const lower = Math.imul(higher ^ (higher >>> 15), 0x2c_1b_3c_6d) >>> 11
    return higher / 2 ** 32 + lower / 2 ** 53
  }

  /** A whole number from `least` to `most`. */
  whole(least: number, most: number): number {
    return least + Math.floor(this.real() * (most - least + 1))
  }

  /** True with this probability. */
  is(probability: number): boolean {
    return this.real() < probability
  }

  /** One of several. */
  one<T>(choices: readonly [T, ...T[]]): T {
    return choices[this.whole(0, choices.length - 1)] ?? choices[0]
  }

  /** One of several, the more likely the greater its weight. */
  weighted<T extends string>(weights: Readonly<Record<T, number>>): T {
    const entries = Object.entries<number>(weights)
    let rest = this.real() * entries.reduce((sum, [, weight]) => sum + weight, 0)
    for (const [name, weight] of entries) {
      rest -= weight
      // The names of a record of T are T.
      if (rest < 0) return name as T
    }
    throw new Error('there is nothing to choose from')
  }
}
