/**
 * Session keys: 32 lower-case hex digits in memory, 16 raw bytes on the wire.
 *
 * The type is branded by structure, so that `session` and `cluster` can declare the same one without importing it.
 */

/** First 16 bytes of SHA-256(session id), as 32 lower-case hex digits; the only form in which nodes know a session. */
export type SessionKey = string & { readonly brand: 'session key' }

/** Length of a key on the wire, in bytes. */
export const KEY_BYTES = 16

/** Stands in `NIBBLES` for a character that is no lower-case hex digit. */
const NO_DIGIT = 0xff

const DIGITS = '0123456789abcdef'
const NIBBLES = new Uint8Array(128).fill(NO_DIGIT)
for (let value = 0; value < 16; value++) NIBBLES[DIGITS.charCodeAt(value)] = value

/** The character codes of the two hex digits of each byte. */
const HIGH = Uint8Array.from({ length: 256 }, (_, byte) => DIGITS.charCodeAt(byte >> 4))
const LOW = Uint8Array.from({ length: 256 }, (_, byte) => DIGITS.charCodeAt(byte & 15))

/** Writes the key's 16 bytes into `target` at `offset`; false (and rubbish there) when `key` is no session key. */
export function writeKeyBytes(key: string, target: Uint8Array, offset: number): boolean {
  if (key.length !== 2 * KEY_BYTES) return false
  let seen = 0
  for (let index = 0; index < KEY_BYTES; index++) {
    const high = NIBBLES[key.charCodeAt(2 * index)] ?? NO_DIGIT
    const low = NIBBLES[key.charCodeAt(2 * index + 1)] ?? NO_DIGIT
    seen |= high | low
    target[offset + index] = (high << 4) | low
  }
  return seen < 16
}

/** The key whose 16 bytes stand at `offset` of `source`; the caller has made sure that they are there. */
export function readKeyBytes(source: Uint8Array, offset: number): SessionKey {
  return (halfText(source, offset) + halfText(source, offset + KEY_BYTES / 2)) as SessionKey
}

/** Sixteen digits at once: put together one by one, text is a tree, which takes five times as long to make and to flatten. */
function halfText(source: Uint8Array, at: number): string {
  const [a, b, c, d] = [source[at] ?? 0, source[at + 1] ?? 0, source[at + 2] ?? 0, source[at + 3] ?? 0]
  const [e, f, g, h] = [source[at + 4] ?? 0, source[at + 5] ?? 0, source[at + 6] ?? 0, source[at + 7] ?? 0]
  return String.fromCharCode(
    HIGH[a] ?? 0, LOW[a] ?? 0, HIGH[b] ?? 0, LOW[b] ?? 0, HIGH[c] ?? 0, LOW[c] ?? 0, HIGH[d] ?? 0, LOW[d] ?? 0,
    HIGH[e] ?? 0, LOW[e] ?? 0, HIGH[f] ?? 0, LOW[f] ?? 0, HIGH[g] ?? 0, LOW[g] ?? 0, HIGH[h] ?? 0, LOW[h] ?? 0,
  )
}

/** The key under which nodes index a user's sessions: 32 lower-case hex digits, on the wire like a session's. */
export type UserKey = string & { readonly brand: 'user key' }
