/** A session key as four numbers of 32 bits, which is what a table of keys holds. */
import type { SessionKey } from '@understudy/session'

/** The four numbers, in the order of the key's digits. */
export type KeyWords = Uint32Array

const WORDS = 4
const DIGITS = 8

/** Room for one key. */
export function keyWords(): KeyWords {
  return new Uint32Array(WORDS)
}

/** Reads a key. */
export function parseKey(key: SessionKey, into: KeyWords): KeyWords {
  for (let word = 0, at = 0; word < WORDS; word++) {
    let bits = 0
    for (const end = at + DIGITS; at < end; at++) bits = (bits << 4) | digit(key.charCodeAt(at))
    into[word] = bits
  }
  return into
}

/** The key that these words are. */
export function keyOf(words: KeyWords): SessionKey {
  let digits = ''
  for (const word of words) digits += word.toString(16).padStart(DIGITS, '0')
  return digits as SessionKey
}

/** Value of a hexadecimal digit: of letters the low bits count from 1, and have bit 6 set. */
function digit(code: number): number {
  return (code & 0xf) + (code >>> 6) * 9
}
