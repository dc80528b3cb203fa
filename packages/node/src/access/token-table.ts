/**
 * The tokens a node knows, as hashes. Invariant: looking one up compares the presented hash with *every* entry, by
 * `timingSafeEqual`, whatever it finds: the time taken tells neither whether a token exists nor where it stands.
 */
import { timingSafeEqual } from 'node:crypto'
import { AccessError } from './access-error.js'
import { isRole, ROLES } from './role.js'
import type { Role } from './role.js'
import { tokenHash } from './token.js'

/** One token as the node is given it. */
export interface TokenEntry {
  readonly role: Role
  /** SHA-256 of the token, 64 hexadecimal digits. */
  readonly sha256: string
  /** What logs call the holder; default: the role. */
  readonly name?: string
  /**
   * The moment from which the token is refused, as an ISO 8601 date; a date without time means its first moment in
   * UTC.
   */
  readonly expires?: string
}

/** A token that was found. */
export interface KnownToken {
  readonly role: Role
  readonly name: string
  /** ms since 1970; undefined: never. */
  readonly expiresAt: number | undefined
}

interface Row extends KnownToken {
  readonly hash: Buffer
}

const ISO_DATE = /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?(?:Z|[+-]\d{2}:\d{2}))?$/

/** The tokens of a node, looked up by what is presented. */
export class TokenTable {
  readonly #rows: readonly Row[]

  /** Throws `AccessError` for a role, hash or date that is none, and for a hash that is there twice. */
  constructor(entries: readonly TokenEntry[]) {
    this.#rows = entries.map(toRow)
    const hashes = new Set(this.#rows.map((row) => row.hash.toString('hex')))
    if (hashes.size < entries.length) {
      throw new AccessError(
        'TOKEN_DUPLICATE',
        'two entries hold the same token: make a new one for each with "understudy token"',
      )
    }
  }

  /** How many tokens there are. */
  get size(): number {
    return this.#rows.length
  }

  /** The entry of the token whose hash is `presented`, expired or not. */
  find(presented: Buffer): KnownToken | undefined {
    let found: KnownToken | undefined
    for (const row of this.#rows) {
      const equal = timingSafeEqual(row.hash, presented)
      found = equal ? row : found
    }
    return found
  }

  /** Whether `secret` is also one of the tokens. */
  holds(secret: string): boolean {
    return this.find(tokenHash(secret)) !== undefined
  }
}

/** Milliseconds since 1970 of an entry's `expires`; undefined when it is no ISO 8601 date. */
export function parseExpiry(text: string): number | undefined {
  const time = ISO_DATE.test(text) ? Date.parse(text) : Number.NaN
  return Number.isNaN(time) ? undefined : time
}

function toRow(entry: TokenEntry): Row {
  const name = entry.name ?? entry.role
  if (!isRole(entry.role)) {
    throw new AccessError('ROLE_UNKNOWN', `token '${name}': role must be one of ${ROLES.join(', ')}`)
  }
  if (!/^[0-9a-f]{64}$/i.test(entry.sha256)) {
    throw new AccessError(
      'TOKEN_INVALID',
      `token '${name}': sha256 must be 64 hexadecimal digits, as "understudy token" prints them`,
    )
  }
  const expiresAt = entry.expires === undefined ? undefined : parseExpiry(entry.expires)
  if (entry.expires !== undefined && expiresAt === undefined) {
    throw new AccessError(
      'TOKEN_INVALID',
      `token '${name}': expires must be a date like 2027-12-31 or 2027-12-31T18:00:00Z`,
    )
  }
  return { role: entry.role, name, hash: Buffer.from(entry.sha256, 'hex'), expiresAt }
}
