/**
 * The token file of a node:
 *
 *   { "tokens": [{ "name": "app", "role": "write", "sha256": "…", "expires": "2027-12-31" },
 *                { "name": "ops", "role": "admin", "token": "…" }],
 *     "peerSecret": "…" }
 *
 * A token stands there in clear (`token`) or, better, as its hash (`sha256`). The peer secret is always in clear,
 * since a node presents it to the others; so the file should be readable by its owner only. Checks are strict: an
 * unknown key may be a misspelt `expires`, and a token that lives longer than was meant is a hole.
 */
import { readFile, stat } from 'node:fs/promises'
import { AccessError } from './access-error.js'
import type { AccessErrorCode } from './access-error.js'
import { isRole, ROLES } from './role.js'
import { tokenFault, tokenHashHex } from './token.js'
import { parseExpiry } from './token-table.js'
import type { TokenEntry } from './token-table.js'

/** What a token file says; fits `AccessOptions`. */
export interface TokenFile {
  readonly tokens: readonly TokenEntry[]
  readonly peerSecret?: string
}

/** A token file read from disk. */
export interface ReadTokenFile extends TokenFile {
  /** What the operator should be told though the file is usable. */
  readonly warnings: readonly string[]
}

/** Reads and parses the token file at `path`. Throws `AccessError` that names the path. */
export async function readTokenFile(path: string): Promise<ReadTokenFile> {
  let text: string
  let mode: number
  try {
    text = await readFile(path, 'utf8')
    mode = (await stat(path)).mode
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new AccessError('TOKEN_FILE_UNREADABLE', `cannot read the token file ${path}: ${reason}`, { cause: error })
  }
  try {
    return { ...parseTokenFile(text), warnings: modeWarnings(path, mode) }
  } catch (error) {
    if (!(error instanceof AccessError)) throw error
    throw new AccessError(error.code, `token file ${path}: ${error.message}`, { cause: error })
  }
}

/** Parses the text of a token file. Throws `AccessError`; the message names the place, never a token. */
export function parseTokenFile(text: string): TokenFile {
  const file = asObject(parseJson(text), 'the file')
  refuseUnknownKeys(file, ['tokens', 'peerSecret'], 'the file')
  const { tokens: list = [], peerSecret } = file
  if (!Array.isArray(list)) malformed('"tokens" must be a list')
  const tokens = list.map((entry: unknown, index) => parseEntry(entry, `tokens[${index}]`))
  const names = new Set(tokens.map((token) => token.name))
  if (names.size < tokens.length) fail('TOKEN_DUPLICATE', 'two tokens have the same name: give each its own')
  if (tokens.length === 0 && peerSecret === undefined) malformed('it holds neither a token nor a peer secret')
  if (peerSecret === undefined) return { tokens }
  return { tokens, peerSecret: checkedSecret(peerSecret, '"peerSecret"') }
}

function parseEntry(value: unknown, place: string): TokenEntry {
  const entry = asObject(value, place)
  refuseUnknownKeys(entry, ['name', 'role', 'token', 'sha256', 'expires'], place)
  const { name, role, expires } = entry
  if (typeof name !== 'string' || name === '') return malformed(`${place} needs a "name"`)
  if (!isRole(role)) return fail('ROLE_UNKNOWN', `${place} ('${name}'): "role" must be one of ${ROLES.join(', ')}`)
  const sha256 = hashOf(entry, `${place} ('${name}')`)
  if (expires === undefined) return { name, role, sha256 }
  if (typeof expires !== 'string' || parseExpiry(expires) === undefined) {
    return malformed(`${place} ('${name}'): "expires" must be a date like 2027-12-31 or 2027-12-31T18:00:00Z`)
  }
  return { name, role, sha256, expires }
}

function hashOf(entry: Readonly<Record<string, unknown>>, place: string): string {
  const { token, sha256 } = entry
  if ((token === undefined) === (sha256 === undefined)) return malformed(`${place} needs either "token" or "sha256"`)
  if (token !== undefined) return tokenHashHex(checkedSecret(token, `${place}: "token"`))
  if (typeof sha256 !== 'string' || !/^[0-9a-f]{64}$/i.test(sha256)) {
    return fail('TOKEN_INVALID', `${place}: "sha256" must be 64 hexadecimal digits`)
  }
  return sha256.toLowerCase()
}

function checkedSecret(value: unknown, place: string): string {
  const fault = typeof value === 'string' ? tokenFault(value) : 'is no text'
  if (typeof value !== 'string' || fault !== undefined) {
    return fail('TOKEN_INVALID', `${place} ${fault}: make one with "understudy token"`)
  }
  return value
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // The cause is left out: V8's message quotes the text around the fault, which may be a token.
    return malformed('it is no JSON')
  }
}

function asObject(value: unknown, place: string): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return malformed(`${place} must be an object`)
  return { ...value }
}

function refuseUnknownKeys(value: Readonly<Record<string, unknown>>, known: readonly string[], place: string): void {
  for (const key of Object.keys(value)) {
    if (!known.includes(key)) malformed(`${place} has the unknown key "${key}": it may have ${known.join(', ')}`)
  }
}

function modeWarnings(path: string, mode: number): readonly string[] {
  // Windows reports modes that mean nothing.
  if (process.platform === 'win32' || (mode & 0o004) === 0) return []
  return [`token file ${path} can be read by every user of this machine: chmod 600 it`]
}

function malformed(message: string): never {
  return fail('TOKEN_FILE_MALFORMED', message)
}

function fail(code: AccessErrorCode, message: string): never {
  throw new AccessError(code, message)
}
