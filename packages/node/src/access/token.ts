/**
 * Tokens as text and as hashes. A node keeps and compares hashes only: whoever reads its memory or its token file
 * (when that holds `sha256` entries) learns no token. Tokens are random, so a plain hash suffices; no salt, no
 * stretching.
 */
import { createHash, randomBytes } from 'node:crypto'

/** What every token made by `newToken` begins with, so that people and secret scanners know one when they see it. */
export const TOKEN_PREFIX = 'ust_'

/** Fewer characters than this are not accepted as a token or as a peer secret: they could be guessed. */
export const MIN_TOKEN_LENGTH = 16

/** What a token may consist of: printable ASCII without space, which every HTTP header carries unchanged. */
const TOKEN_TEXT = /^[\x21-\x7e]+$/

/** A new token of 256 random bits. */
export function newToken(): string {
  return TOKEN_PREFIX + randomBytes(32).toString('base64url')
}

/** The SHA-256 of a token: 32 bytes. */
export function tokenHash(token: string): Buffer {
  return createHash('sha256').update(token, 'utf8').digest()
}

/** The SHA-256 of a token as token files hold it: 64 lower-case hexadecimal digits. */
export function tokenHashHex(token: string): string {
  return tokenHash(token).toString('hex')
}

/**
 * What is wrong with a token or secret given in clear, as the end of the sentence "it …"; undefined when it is
 * usable.
 */
export function tokenFault(token: string): string | undefined {
  if (token.length < MIN_TOKEN_LENGTH) return `has fewer than ${MIN_TOKEN_LENGTH} characters`
  if (!TOKEN_TEXT.test(token)) return 'holds white space or characters outside ASCII'
  return undefined
}
