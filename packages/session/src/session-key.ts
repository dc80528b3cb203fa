/**
 * The session key: the only form in which nodes know a session.
 *
 * It is the first 16 bytes of SHA-256 of the session id, so whoever reads a node's disk, logs or frames
 * holds nothing that opens a session. Same id, same key, on every platform: the hash is synchronous and
 * works in browsers too.
 */
import { sha256 } from '#sha256'
import { SessionError } from './session-error.js'

/** 32 lower-case hex digits. The brand is structural: other packages declare the same type without importing it. */
export type SessionKey = string & { readonly brand: 'session key' }

/** Hex digits of the hash that make the key: 16 bytes. */
const KEY_DIGITS = 32
/** Longest session id, in UTF-8 bytes. */
const MAX_ID_BYTES = 1024
const KEY = /^[0-9a-f]{32}$/
/** Half a surrogate pair: UTF-8 has no bytes for it, so two such ids would share one key. */
const LONE_SURROGATE = /\p{Surrogate}/u

const utf8 = new TextEncoder()

/** Is this text a session key? */
export function isSessionKey(text: unknown): text is SessionKey {
  return typeof text === 'string' && KEY.test(text)
}

/**
 * The key of a session id.
 *
 * @param id 1 to 1,024 bytes of UTF-8
 * @throws SessionError `SESSION_ID_INVALID`
 */
export function sessionKey(id: string): SessionKey {
  if (typeof id !== 'string') throw invalid('is not a string')
  if (id.length === 0) throw invalid('is empty')
  if (id.length > MAX_ID_BYTES) throw invalid(`is longer than ${MAX_ID_BYTES} bytes`)
  if (LONE_SURROGATE.test(id)) throw invalid('is not well-formed Unicode')
  const bytes = utf8.encode(id)
  if (bytes.length > MAX_ID_BYTES) throw invalid(`is longer than ${MAX_ID_BYTES} bytes`)
  const key = sha256(bytes).slice(0, KEY_DIGITS)
  if (!isSessionKey(key)) throw invalid('could not be hashed')
  return key
}

/** The id itself never enters a message: messages end up in logs, and an id opens a session. */
function invalid(what: string): SessionError {
  return new SessionError('SESSION_ID_INVALID', `The session id ${what}; give a string of 1 to ${MAX_ID_BYTES} bytes.`)
}
