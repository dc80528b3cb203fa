/**
 * The places of a store as rows of a table, 64 bytes each: a cache line, in which stands all that is asked of a session
 * that nobody uses, but its record.
 *
 *     key (16 bytes) · tag · bed · at · seat · fingerprint (8) · older · newer · sequence (8) · time (8)
 *
 * A row is a number. Rows that were given up are used again, so whoever keeps the number of one keeps its tag, too:
 * slot and generation, which no other place has had in the same row.
 */
import type { SessionKey } from '@understudy/session'
import { Columns } from './columns.js'
import { keyOf, keyWords } from './key-words.js'
import type { KeyWords } from './key-words.js'

/** No row. */
export const NO_ROW = 0

/** First of the four words of the key. */
const KEY = 0
/** Slot in the lowest 8 bits, generation above. */
export const TAG = 4
/** What is in the place, and where: see `Bed`. */
export const BED = 5
/** At rest: where its record begins in the chunk. */
export const AT = 6
/** Where the object stands that stands for the place (seats.ts); 0: there is none. */
export const SEAT = 7
/** What the slot's digest holds of it, two words. */
export const HIGH = 8
export const LOW = 9
/** Neighbours in the change order. */
export const OLDER = 10
export const NEWER = 11
/** Slot sequence of the latest change. */
export const SEQUENCE = 12
/** Of who is cold or at rest, the deadline or `NEVER`; of who is dead, the time of death: ms since 1970. */
export const TIME = 14
const WIDTH = 16

/** What is in a place. From `chunk` on: a session at rest, in this chunk of records, counted from there. */
export const Bed = { free: 0, nothing: 1, inUse: 2, cold: 3, destroyed: 4, expired: 5, chunk: 8 } as const
/** Whether what is in a place is a death marker. */
export function isDeath(bed: number): boolean {
  return bed === Bed.destroyed || bed === Bed.expired
}

/** The deadline of what does not expire. */
export const NEVER = 2 ** 53

const SLOTS = 256
const words = keyWords()

/** All rows of a store. */
export class Rows extends Columns {
  /** All from here on were never used. */
  #end = 1
  /** The row given up last; the others follow by `OLDER`. */
  #free = NO_ROW

  constructor() {
    super(WIDTH)
  }

  /** One more than the highest row in use. */
  get end(): number {
    return this.#end
  }

  /** Takes a row that nobody has. */
  take(key: KeyWords, slot: number): number {
    const row = this.#free === NO_ROW ? this.#end++ : this.#free
    if (row === this.#free) this.#free = this.get(row, OLDER)
    for (let word = 0; word < key.length; word++) this.set(row, KEY + word, key[word] ?? 0)
    this.set(row, TAG, generationOf(this.get(row, TAG)) * SLOTS + slot)
    this.set(row, BED, Bed.nothing)
    this.set(row, OLDER, NO_ROW)
    return row
  }

  /** Gives a row up. Whoever kept its tag finds another one there from now on. */
  giveUp(row: number): void {
    const generation = generationOf(this.get(row, TAG)) + 1
    for (let column = 0; column < WIDTH; column++) this.set(row, column, 0)
    this.set(row, TAG, generation * SLOTS)
    this.set(row, OLDER, this.#free)
    this.#free = row
  }

  /** Whether the row is that of a key. */
  isOf(row: number, key: KeyWords): boolean {
    return this.get(row, KEY) === key[0] && this.get(row, KEY + 1) === key[1] && this.get(row, KEY + 2) === key[2] && this.get(row, KEY + 3) === key[3]
  }

  /** The key of a row. */
  keyOf(row: number): SessionKey {
    this.readKey(row, words)
    return keyOf(words)
  }

  /** Reads the key of a row. */
  readKey(row: number, into: KeyWords): void {
    for (let word = 0; word < into.length; word++) into[word] = this.get(row, KEY + word)
  }
}

/** The slot that a tag names. */
export function slotIn(tag: number): number {
  return tag % SLOTS
}

function generationOf(tag: number): number {
  return tag >>> 8
}
