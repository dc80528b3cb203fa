/** SHA-256 where there is no Node: synchronous, as `crypto.subtle` is not. */
import { digest } from 'lib0/hash/sha256'

/** The two hex digits of each byte. */
const PAIRS: readonly string[] = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))

/** SHA-256 of bytes, 64 lower-case hex digits. */
export function sha256(bytes: Uint8Array): string {
  let text = ''
  for (const byte of digest(bytes)) text += PAIRS[byte] ?? ''
  return text
}
