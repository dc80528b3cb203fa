/**
 * Sessions with a cookie in them, as express-session made them usual: the cookie is an attribute that is compared and
 * written as a whole, and says when the session ends.
 *
 * Of a cookie that slides, the instant at which it expires is not stored: it would be another at every request. It
 * comes from the session itself when the cookie is read.
 */
import type { Value } from '@understudy/client'
import { UnderstudyError } from '@understudy/client'
import type { AppSessions, Found, Outcome } from './app-sessions.js'
import { expiryOf, instantOf, sliding } from './expiry.js'
import type { CookieTimes, Expiry } from './expiry.js'
import type { Form, Working } from './form.js'
import { LONGEST_LIFE } from './life.js'
import { jsonOf, plainValue } from './plain-value.js'
import { SEALED_ID } from './sealed-id.js'
import type { IdSeal } from './sealed-id.js'
import { TrackedSession } from './tracked-session.js'

/** Name of the attribute that holds the cookie; it is written as a whole. */
export const COOKIE = 'cookie'
/** Members of a cookie that say when it expires. */
const INSTANTS: ReadonlySet<string> = new Set(['expires', 'originalExpires'])

/** Attributes that are the adapter's, not the app's. */
const OWN: ReadonlySet<string> = new Set([COOKIE, SEALED_ID])

/** A session object of a framework. */
export interface CookieSession {
  readonly cookie?: unknown
}

/** How sessions end where their cookies do not say it, or should not. */
export interface Lifetimes {
  /** Life after the last use of a session whose cookie says nothing, seconds; a function decides for every session. */
  readonly ttl: number | ((session: never) => number)
  /** Uses do not prolong a session, only saves do. */
  readonly disableTouch: boolean
}

/** What `get` gives a framework to make its session object of. */
export interface Restored {
  /** Attributes and cookie. */
  readonly data: Record<string, unknown> & { readonly cookie: Record<string, unknown> }
  /** To be handed in again with the session object. */
  readonly tracked: TrackedSession
}

/** The sessions of an app whose framework keeps a cookie in them. */
export class CookieSessions {
  readonly #sessions: AppSessions
  readonly #form: Form
  readonly #lifetimes: Lifetimes
  readonly #seal: IdSeal | undefined

  /** @param seal seals ids, so that sessions can be listed */
  constructor(sessions: AppSessions, form: Form, lifetimes: Lifetimes, seal?: IdSeal) {
    this.#seal = seal
    this.#sessions = sessions
    this.#form = form
    this.#lifetimes = lifetimes
  }

  /**
   * Reads a session.
   * @param atLeast a moment that it should have reached
   * @throws UnderstudyError
   */
  async get(id: string, atLeast?: string): Promise<Restored | undefined> {
    const found = await this.#sessions.read(id, atLeast)
    if (found === undefined) return undefined
    const { working, data } = await this.#restored(found)
    const tracked = new TrackedSession(this.#sessions, { id, reading: found.reading, working })
    tracked.ignore([SEALED_ID])
    return { data, tracked }
  }

  /** A session object of which nothing was read. */
  track(id: string): TrackedSession {
    return new TrackedSession(this.#sessions, { id, reading: undefined, working: this.#form.fresh })
  }

  /**
   * Saves a session object.
   * @throws UnderstudyError
   */
  async set(tracked: TrackedSession, session: CookieSession): Promise<Outcome> {
    const attributes = Object.entries(session).filter(([name]) => name !== COOKIE && name !== SEALED_ID)
    const own = new Map(storedCookie(session.cookie))
    if (tracked.isNew && this.#seal !== undefined) own.set(SEALED_ID, this.#seal.seal(tracked.id))
    return tracked.save(attributes, own, this.#expiry(session))
  }

  /**
   * Notes that a session is in use; a cookie that was changed is saved.
   *
   * @param tracked undefined where nothing is known of the session object
   * @throws UnderstudyError
   */
  async touch(id: string, tracked: TrackedSession | undefined, session: CookieSession): Promise<Outcome> {
    if (this.#lifetimes.disableTouch) return 'written'
    const expiry = this.#expiry(session)
    if (tracked === undefined) return this.#sessions.change(id, [], expiry)
    return tracked.touch(storedCookie(session.cookie), expiry)
  }

  /** @throws UnderstudyError */
  destroy(id: string): Promise<void> {
    return this.#sessions.destroy(id)
  }

  /** All sessions, by id. @throws UnderstudyError SLOTS_UNREACHABLE… */
  async all(seal: IdSeal): Promise<Record<string, Restored['data']>> {
    const all: Record<string, Restored['data']> = Object.create(null)
    for await (const listed of this.#sessions.list(seal)) all[listed.id] = (await this.#restored(listed)).data
    return all
  }

  /** How many sessions there are. @throws as `all` */
  async count(seal: IdSeal): Promise<number> {
    let count = 0
    for await (const _ of this.#sessions.list(seal)) count++
    return count
  }

  /** Ends all sessions for ever. @throws as `all` */
  async clear(seal: IdSeal): Promise<void> {
    for await (const listed of this.#sessions.list(seal)) await this.#sessions.end(listed)
  }

  async #restored({ values, expiresAt }: Pick<Found, 'values' | 'expiresAt'>): Promise<{ readonly working: Working; readonly data: Restored['data'] }> {
    const working = await this.#form.working(values, OWN)
    return { working, data: Object.assign(working.attributes, { [COOKIE]: restoredCookie(values.get(COOKIE), expiresAt) }) }
  }

  #expiry(session: CookieSession): Expiry {
    const natural = this.#natural(session)
    if (!this.#lifetimes.disableTouch || natural.kind !== 'sliding') return natural
    return { kind: 'fixed', at: Date.now() + natural.idleTimeout }
  }

  #natural(session: CookieSession): Expiry {
    const { ttl } = this.#lifetimes
    if (typeof ttl === 'number') return expiryOf(timesOf(session.cookie), Date.now(), ttl * 1_000)
    const seconds: unknown = Reflect.apply(ttl, undefined, [session])
    if (typeof seconds === 'number' && !Number.isNaN(seconds)) return sliding(Math.min(seconds * 1_000, LONGEST_LIFE))
    throw new UnderstudyError('OPTION_INVALID', { message: `ttl() gave ${String(seconds)}; it must give a number of seconds.` })
  }
}

function timesOf(cookie: unknown): CookieTimes | undefined {
  return typeof cookie === 'object' && cookie !== null ? cookie : undefined
}

/** The cookie as an attribute. Instants that are not stored are left out first: each would be made text. */
function storedCookie(cookie: unknown): ReadonlyMap<string, Value> {
  const json = jsonOf(cookie, COOKIE)
  if (typeof json !== 'object' || json === null) return new Map()
  const slides = expiryOf(timesOf(cookie), Date.now(), 1).kind === 'sliding'
  const members = Object.entries(json).filter(([name, member]) => typeof member !== 'function' && !(slides && INSTANTS.has(name)))
  const value = plainValue(COOKIE, Object.fromEntries(members))
  return value === undefined ? new Map() : new Map([[COOKIE, value]])
}

/** The cookie as frameworks expect it, with the instant at which it expires as things stand. */
function restoredCookie(stored: Value | undefined, expiresAt: number | undefined): Record<string, unknown> {
  checkCookie(stored)
  const cookie: Record<string, unknown> = { originalMaxAge: null, expires: null, ...Object(stored) }
  const slides = typeof cookie['originalMaxAge'] === 'number' || typeof cookie['maxAge'] === 'number'
  if (typeof cookie['expires'] === 'string') cookie['expires'] = new Date(cookie['expires'])
  else if (slides && expiresAt !== undefined) cookie['expires'] = new Date(expiresAt)
  return cookie
}

/** Other programs write sessions, too, and so do other versions of this one. */
function checkCookie(stored: Value | undefined): void {
  if (stored === undefined || stored === null) return
  const isPlain = typeof stored === 'object' && !Array.isArray(stored) && !ArrayBuffer.isView(stored)
  const expires: unknown = isPlain ? Reflect.get(stored, 'expires') : undefined
  if (isPlain && (typeof expires !== 'string' || instantOf(expires) !== undefined)) return
  const message = 'The session has a cookie that this version cannot read. Was it written by a newer one, or by another program?'
  throw new UnderstudyError('VALUE_NOT_STORABLE', { attribute: COOKIE, message })
}
