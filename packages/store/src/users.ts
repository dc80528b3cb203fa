/**
 * The users of a store's sessions: whose session is whose, and who was logged out everywhere.
 *
 * Which user a session is of, one attribute says, or a member of an object in it. It is looked at when that attribute changes, and never else: a cold
 * session has its user in the head of its record. Records of before the option was set, or of another attribute, are
 * read a few at a time (`complete`); until then nobody is told less than there is (`isComplete`).
 */
import { userKey } from '@understudy/session'
import type { Session, UserKey } from '@understudy/session'
import { digest } from 'lib0/hash/sha256'
import { Logouts } from './logouts.js'
import type { Logout } from './logouts.js'
import type { Places } from './places.js'
import type { FiledUnder } from './session-record.js'
import { StoreError } from './store-error.js'
import type { StoredSession } from './stored-session.js'
import { UserIndex } from './user-index.js'

/** What users ask of their store. */
export interface UsersWays {
  /** A user's logout is another than before, or forgotten. */
  noted(user: UserKey, logouts: Logouts): void
  /** The user of a session on disk was found out. */
  read(stored: StoredSession): void
  /** Ends a session whose user was logged out, if that is for this node to decide. */
  end(stored: StoredSession, at: number): void
}

/** The users of one node's sessions. */
export class Users {
  readonly logouts: Logouts
  /** The attribute, then keys of nested objects. */
  readonly #path: readonly string[]
  readonly #mark: number
  readonly #index: UserIndex
  /** Living sessions whose user is not known yet. */
  #unread: StoredSession[] = []
  readonly #ways: UsersWays

  /**
   * @param path the attribute that names a session's user, then keys of nested objects
   * @param places those of the store
   */
  constructor(path: readonly string[], places: Places, ways: UsersWays) {
    this.#ways = ways
    this.#path = path
    this.#mark = markOf(path)
    this.#index = new UserIndex(this.#mark, places)
    this.logouts = new Logouts((user) => ways.noted(user, this.logouts))
  }

  /** Users with a living session. */
  get size(): number {
    return this.#index.size
  }

  /** Whether the users of all sessions are known. */
  get isComplete(): boolean {
    return this.#unread.length === 0
  }

  /**
   * Living sessions of a user, in no order.
   *
   * @throws StoreError USERS_UNREAD
   */
  of(user: UserKey): StoredSession[] {
    if (!this.isComplete) throw new StoreError('USERS_UNREAD', `the users of ${this.#unread.length} sessions are still being read from disk; try again`)
    return [...this.#index.of(user)]
  }

  /** How a session is filed; undefined: whose it is was not read yet. */
  filedUnder(row: number): FiledUnder | undefined {
    return this.#index.filedUnder(row)
  }

  /** A session was found on disk; its head may say whose it is. */
  restored(stored: StoredSession, filed: FiledUnder | undefined): void {
    if (!stored.isLiving) return
    if (filed?.attribute === this.#mark) this.#index.file(stored, filed.user)
    else this.#unread.push(stored)
  }

  /** Reads the users of so many sessions that were on disk without. */
  complete(most: number): void {
    for (const stored of this.#unread.splice(Math.max(0, this.#unread.length - most))) {
      if (!stored.isLiving || stored.filed !== undefined) continue
      const { session } = stored
      // A damaged record is aside by now; whoever hands the session over says whose it is.
      if (session === undefined) continue
      this.#file(stored, session)
      this.#ways.read(stored)
    }
  }

  /** A session changed, or has ended. */
  changed(stored: StoredSession, names: readonly string[]): void {
    if (!stored.isLiving) return this.#index.remove(stored)
    if (stored.filed === undefined || this.#isAmong(names)) this.#file(stored, stored.look())
  }

  /** A session's place was given up: its record is damaged. */
  gone(stored: StoredSession): void {
    this.#index.remove(stored)
  }

  /** A user is logged out everywhere: ends their sessions of before, now and whenever one turns up. @returns those ended now */
  logOut(logout: Logout): StoredSession[] {
    return this.logouts.note(logout) ? this.#end([...this.#index.of(logout.user)]) : []
  }

  /** This node decides about a slot from now on. */
  reigns(slot: number): void {
    for (const { user } of this.logouts.all()) this.#end(Array.from(this.#index.of(user)).filter((stored) => stored.slot === slot))
  }

  /** A session turned up that somebody else alone held. */
  adopted(stored: StoredSession): void {
    this.#end([stored])
  }

  /**
   * A save here made the session its user's, whose logout is known: it is a new login, however old the session. The
   * terms' stamp says so, and travels with them.
   *
   * @returns whether the terms have changed
   */
  loggedIn({ session }: StoredSession, names: readonly string[], now: number): boolean {
    if (session === undefined || this.logouts.size === 0 || !this.#isAmong(names)) return false
    const user = this.#userOf(session)
    const at = user === undefined ? undefined : this.logouts.of(user)
    if (at === undefined || dateOf(session) > at) return false
    return session.setTerms({ ...session.terms, stamp: Math.max(now, at + 1) })
  }

  /** Ends those of them that became their user's before the user was logged out. */
  #end(suspects: readonly StoredSession[]): StoredSession[] {
    return suspects.filter((stored) => {
      const user = stored.filed?.user
      const at = user === undefined ? undefined : this.logouts.of(user)
      if (at !== undefined && stored.session !== undefined && dateOf(stored.session) <= at) this.#ways.end(stored, at)
      return stored.death !== undefined
    })
  }

  #file(stored: StoredSession, session: Session | undefined): void {
    this.#index.file(stored, session && this.#userOf(session))
  }

  /** Whether the attribute, or a part of it, is among those that changed; a part is told by its path, joined by U+001F. */
  #isAmong(names: readonly string[]): boolean {
    const [attribute = ''] = this.#path
    return names.some((name) => name === attribute || name.startsWith(`${attribute}\u001f`))
  }

  #userOf(session: Session): UserKey | undefined {
    const [attribute = '', ...keys] = this.#path
    let value: unknown = session.get(attribute)
    for (const key of keys) value = isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined
    return userKey(value)
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}

/** From when on a session is its user's, at the latest that is known. */
function dateOf({ terms }: Session): number {
  return Math.max(terms.createdAt, terms.stamp)
}

/** 32 bits that stand for the path in records. */
function markOf(path: readonly string[]): number {
  const [a = 0, b = 0, c = 0, d = 0] = digest(new TextEncoder().encode(path.join('\u001f')))
  return ((a << 24) | (b << 16) | (c << 8) | d) >>> 0
}
