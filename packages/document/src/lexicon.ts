/**
 * Short numbers for what many documents of one store say alike: names of attributes, ids of writers and clients. A record
 * in memory names them by number (packed.ts); nobody else ever sees these.
 *
 * A number once given is never taken back, for nobody knows which records have it. So it is given only to what was met
 * often, and there are only so many: whoever makes up names takes no memory, and spoils at most the saving.
 *
 * Invariants: equal names have one number; at most MOST_NUMBERS of each kind are kept; number 0 means that there is none.
 */
import { equalBytes } from './byte-writer.js'

/** Numbers of each kind at most: 1 … MOST_NUMBERS. */
export const MOST_NUMBERS = 2_048
/** Meetings from which on something is worth a number. */
const OFTEN = 8
/** Longer names are rare. */
const KEPT_LENGTH = 64

/** Powers of two: places by which names are found, a quarter of them taken at most; counters of meetings. */
const PLACES = 8_192
const COUNTERS = 4_096

const NO_NAME = new Uint8Array(0)

/** How often things were met, by hash: rather too many than too few. */
class Meetings {
  readonly #counts = new Uint8Array(COUNTERS)

  /** Counts one, and tells whether it is often by now. */
  isOften(hash: number): boolean {
    const place = hash & (COUNTERS - 1)
    const count = (this.#counts[place] ?? 0) + 1
    this.#counts[place] = count < OFTEN ? count : 0
    return count === OFTEN
  }
}

/** Numbers of names. */
class NameNumbers {
  readonly #names: Uint8Array[] = [NO_NAME]
  /** The number of the name that is here, or further on if that is another. */
  readonly #places = new Uint16Array(PLACES)
  readonly #meetings = new Meetings()

  numberOf(bytes: Uint8Array, at: number, length: number): number {
    if (length > KEPT_LENGTH) return 0
    const hash = hashOfName(bytes, at, length)
    let place = hash & (PLACES - 1)
    for (let number = this.#places[place] ?? 0; number !== 0; number = this.#places[place] ?? 0) {
      const name = this.nameOf(number)
      if (name.length === length && equalBytes(bytes, at, name, 0, length)) return number
      place = (place + 1) & (PLACES - 1)
    }
    if (this.#names.length > MOST_NUMBERS || !this.#meetings.isOften(hash)) return 0
    this.#places[place] = this.#names.length
    return this.#names.push(bytes.slice(at, at + length)) - 1
  }

  nameOf(number: number): Uint8Array {
    return this.#names[number] ?? NO_NAME
  }
}

/** Numbers of ids of one kind. */
class IdNumbers {
  readonly #ids: number[] = [0]
  readonly #numbers = new Map<number, number>()
  readonly #meetings = new Meetings()

  numberOf(id: number): number {
    const number = this.#numbers.get(id)
    if (number !== undefined) return number
    if (this.#ids.length > MOST_NUMBERS || !this.#meetings.isOften(hashOfId(id))) return 0
    this.#numbers.set(id, this.#ids.length)
    return this.#ids.push(id) - 1
  }

  idOf(number: number): number {
    return this.#ids[number] ?? 0
  }
}

/** The numbers of one store. */
export class Lexicon {
  /** Of names, as UTF-8 bytes. */
  readonly names = new NameNumbers()
  readonly writers = new IdNumbers()
  readonly clients = new IdNumbers()
  #time: number | undefined

  /** A time that records count from: the first that one of them tells, ms since 1970. */
  timeBy(first: number): number {
    this.#time ??= first
    return this.#time
  }
}

function hashOfName(bytes: Uint8Array, at: number, length: number): number {
  let hash = length
  for (let i = at; i < at + length; i++) hash = Math.imul(hash ^ (bytes[i] ?? 0), 0x01000193)
  return (hash ^ (hash >>> 15)) >>> 0
}

function hashOfId(id: number): number {
  const hash = Math.imul((id % 2 ** 32) ^ Math.floor(id / 2 ** 32), 0x9e3779b1)
  return (hash ^ (hash >>> 15)) >>> 0
}
