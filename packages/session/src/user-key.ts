/**
 * The user key: the form in which nodes index the sessions of a user. It has a fixed size, whatever an app calls its
 * users, and shows nothing of the name where a bare list of keys goes.
 */
import { digest } from 'lib0/hash/sha256'

/** 32 lower-case hex digits. The brand is structural: other packages declare the same type without importing it. */
export type UserKey = string & { readonly brand: 'user key' }

/** Bytes of the hash that make the key. */
const KEY_BYTES = 16
/** Longest name of a user, in UTF-16 units. */
const MAX_UNITS = 1024
/** Keeps a user's key from ever being the key of a session whose id is the user's name. */
const DOMAIN = 'understudy user\0'
const KEY = /^[0-9a-f]{32}$/

const utf8 = new TextEncoder()

/** Is this text a user key? */
export function isUserKey(text: unknown): text is UserKey {
  return typeof text === 'string' && KEY.test(text)
}

/**
 * The key of a user, as an app names it and as sessions hold it in an attribute.
 *
 * 42, 42n and '42' are one user: a number that was read from a URL as text must not miss the sessions it should end.
 *
 * @param user a text of 1 to 1,024 characters, a finite number or a bigint
 * @returns undefined for everything else: that names no user
 */
export function userKey(user: unknown): UserKey | undefined {
  const text = textOf(user)
  if (text === undefined || text.length === 0 || text.length > MAX_UNITS) return undefined
  const hash = digest(utf8.encode(DOMAIN + text))
  let key = ''
  for (let i = 0; i < KEY_BYTES; i++) key += (hash[i] ?? 0).toString(16).padStart(2, '0')
  return isUserKey(key) ? key : undefined
}

function textOf(user: unknown): string | undefined {
  if (typeof user === 'string') return user
  if (typeof user === 'bigint') return String(user)
  return typeof user === 'number' && Number.isFinite(user) ? String(user) : undefined
}
