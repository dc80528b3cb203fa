/** Many keys, in 16 bytes each: for whoever keeps a list of places longer than a turn of the event loop. */
import type { SessionKey } from '@understudy/session'
import { Columns } from './columns.js'
import { keyOf, keyWords, parseKey } from './key-words.js'

const words = keyWords()

/** A list of keys that only grows. */
export class KeyList {
  readonly #columns = new Columns(words.length)
  #length = 0

  /** Keys in it. */
  get length(): number {
    return this.#length
  }

  /** Adds a key at the end. */
  push(key: SessionKey): void {
    parseKey(key, words)
    for (const [column, word] of words.entries()) this.#columns.set(this.#length, column, word)
    this.#length++
  }

  /** Some of the keys, from `start` on. */
  slice(start: number, end: number): SessionKey[] {
    const keys: SessionKey[] = []
    for (let index = start; index < Math.min(end, this.#length); index++) {
      for (let column = 0; column < words.length; column++) words[column] = this.#columns.get(index, column)
      keys.push(keyOf(words))
    }
    return keys
  }
}
