/**
 * 32-bit hashing (murmur3's mixing), for telling whether replicas are equal. Not for keeping secrets.
 *
 * Content without an order (a map's entries) is hashed entry by entry and added up, so that equal replicas hash
 * equal whatever order their maps have.
 */

/** Takes one more 32-bit word into a hash. */
export function mixWord(hash: number, word: number): number {
  let k = Math.imul(word | 0, 0xcc9e2d51)
  k = (k << 15) | (k >>> 17)
  let h = hash ^ Math.imul(k, 0x1b873593)
  h = (h << 13) | (h >>> 19)
  return (Math.imul(h, 5) + 0xe6546b64) | 0
}

/** Takes a number of up to 53 bits into a hash. */
export function mixNumber(hash: number, number: number): number {
  const high = Math.floor(number / 4294967296)
  return mixWord(mixWord(hash, number - high * 4294967296), high)
}

/** Takes bytes, and how many they are, into a hash. */
export function mixBytes(hash: number, bytes: Uint8Array, from = 0, to = bytes.length): number {
  let h = mixWord(hash, to - from)
  for (let i = from; i < to; i++) h = Math.imul(h ^ (bytes[i] ?? 0), 0x01000193)
  return mixWord(h, to - from)
}

/** Takes text into a hash. */
export function mixText(hash: number, text: string): number {
  let h = mixWord(hash, text.length)
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193)
  return mixWord(h, text.length)
}

/** Spreads every bit over the whole: the last step. 32 bits, unsigned. */
export function finish(hash: number): number {
  let h = hash
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return (h ^ (h >>> 16)) >>> 0
}
