/** Chance that a seed decides, so that whatever it finds can be found again. */

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

  /** Uniform whole number in [0, below). */
  below(limit: number): number {
    return Math.floor(this.next() * limit)
  }

  /** One of the things given. */
  pick<T>(things: readonly T[]): T {
    const thing = things[this.below(things.length)]
    if (thing === undefined) throw new RangeError('nothing to pick from')
    return thing
  }
}

/** Interesting bytes: ends of ranges, continuation bits, tags of lib0's any-encoding and of Yjs' contents. */
const NASTY = [0, 1, 2, 4, 7, 8, 9, 10, 0x20, 0x40, 0x7f, 0x80, 0x88, 0xc8, 0xfe, 0xff, 116, 117, 118, 119, 120, 122, 124, 125]

/** A damaged copy: bits flipped, bytes replaced, put in, left out, doubled, cut off, or something added at the end. */
export function mutate(bytes: Uint8Array, chance: Chance): Uint8Array {
  const damaged = Array.from(bytes)
  for (let strokes = 1 + chance.below(3); strokes > 0; strokes--) {
    const at = chance.below(Math.max(1, damaged.length))
    switch (chance.below(8)) {
      case 0:
        damaged[at] = (damaged[at] ?? 0) ^ (1 << chance.below(8))
        break
      case 1:
        damaged[at] = chance.pick(NASTY)
        break
      case 2:
        damaged.splice(at, 0, chance.pick(NASTY))
        break
      case 3:
        damaged.splice(at, 1 + chance.below(4))
        break
      case 4:
        damaged.splice(at, 0, ...damaged.slice(at, at + 1 + chance.below(16)))
        break
      case 5:
        damaged.length = at
        break
      case 6:
        damaged.push(...Array.from({ length: 1 + chance.below(4) }, () => chance.below(256)))
        break
      default:
        // A number of eight bytes where a small one stood: lengths and clocks up to 2^53.
        damaged.splice(at, 1, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x0f)
    }
  }
  return Uint8Array.from(damaged)
}
