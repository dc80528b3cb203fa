/**
 * Short numbers for what many documents of one store say alike: names of attributes, ids of writers and clients. A record
 * in memory names them by number (packed.ts); nobody else ever sees these.
 *
 * A number once given is never taken back, for nobody knows which records have it. So it is given only to what was met
 * often, and there are only so many: whoever makes up names takes no memory, and spoils at most the saving.
 *
 * Invariants: equal things have one number; at most MOST_NUMBERS of each kind are kept; number 0 means that there is none.
 */
import { ByteReader } from './byte-reader.js'
import { readKnownName } from './known-names.js'

/** Numbers of each kind at most: 1 … MOST_NUMBERS. */
export const MOST_NUMBERS = 2_048
/** Meetings from which on something is worth a number. */
const OFTEN = 8
/** Counters of meetings, a power of two. */
const COUNTERS = 4_096

const NO_BYTES = new Uint8Array(0)
const reader = new ByteReader(NO_BYTES, 'DELTA_MALFORMED')

/** Numbers of things of one kind. */
class Numbers<T> {
  readonly #numbers = new Map<T, number>()
  /** How often things without a number were met, by hash: rather too often than too seldom. */
  readonly #meetings = new Uint8Array(COUNTERS)

  /** The thing's number, which it may get by being met once more. @param hash the same for equal things */
  numberOf(thing: T, hash: number): number {
    const number = this.#numbers.get(thing)
    if (number !== undefined) return number
    if (this.#numbers.size === MOST_NUMBERS || !this.#isOften(hash & (COUNTERS - 1))) return 0
    this.#numbers.set(thing, this.#numbers.size + 1)
    return this.#numbers.size
  }

  #isOften(place: number): boolean {
    const count = (this.#meetings[place] ?? 0) + 1
    this.#meetings[place] = count % OFTEN
    return count === OFTEN
  }
}

/** Numbers of names, which records have as UTF-8 bytes. */
class NameNumbers {
  readonly #numbers = new Numbers<string>()
  /** By number. */
  readonly #names: Uint8Array[] = [NO_BYTES]

  /** The number of the name in these bytes, 0 if it has none. */
  numberOf(bytes: Uint8Array, at: number, length: number): number {
    reader.reset(bytes, at)
    const name = readKnownName(reader, length)
    // Long names are rare, and not kept.
    if (name === undefined || name.bytes.length === 0) return 0
    const number = this.#numbers.numberOf(name.text, name.hash)
    if (number === this.#names.length) this.#names.push(name.bytes)
    return number
  }

  /** The bytes of the name that has this number. */
  nameOf(number: number): Uint8Array {
    return this.#names[number] ?? NO_BYTES
  }
}

/** Numbers of ids of one kind. */
class IdNumbers {
  readonly #numbers = new Numbers<number>()
  /** By number. */
  readonly #ids: number[] = [0]

  /** The number of an id, 0 if it has none. */
  numberOf(id: number): number {
    const number = this.#numbers.numberOf(id, hashOfId(id))
    if (number === this.#ids.length) this.#ids.push(id)
    return number
  }

  /** The id that has this number. */
  idOf(number: number): number {
    return this.#ids[number] ?? 0
  }
}

/** The numbers of one store. */
export class Lexicon {
  readonly names = new NameNumbers()
  readonly writers = new IdNumbers()
  readonly clients = new IdNumbers()
  #time: number | undefined

  /** What records tell times by, ms since 1970; once told, it is that for good. */
  get time(): number {
    return this.#time ?? 0
  }

  /** Tells times by this one, if none was told before. */
  tellBy(time: number): void {
    this.#time ??= time
  }
}

function hashOfId(id: number): number {
  const hash = Math.imul((id % 2 ** 32) ^ Math.floor(id / 2 ** 32), 0x9e3779b1)
  return hash ^ (hash >>> 15)
}
