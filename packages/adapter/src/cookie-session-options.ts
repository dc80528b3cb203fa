/** The options of stores for frameworks that keep a cookie in their sessions; as people know them from connect-redis. */
import { checkAdapterOptions, invalid } from './adapter-options.js'
import type { AdapterOptions, AdapterSettings } from './adapter-options.js'
import { AppSessions } from './app-sessions.js'
import { COOKIE, CookieSessions } from './cookie-sessions.js'
import { plainForm, serializedForm } from './form.js'
import type { Serializer } from './form.js'
import { DAY, lifeOf } from './life.js'
import { listingOf } from './listing.js'
import type { Listing } from './listing.js'
import { sealOf } from './sealed-id.js'

/** Options of such a store. `Data` is the framework's session. */
export interface CookieSessionOptions<Data> extends AdapterOptions {
  /**
   * Life of a session after its last use where its cookie says nothing, seconds; default 86,400. A function decides for
   * every session, whatever its cookie says.
   */
  readonly ttl?: number | ((session: Data) => number)
  /** Reading requests do not prolong a session; only saves do. Default false. */
  readonly disableTouch?: boolean
  /** Turns each attribute into text and back; without it they are stored as JSON keeps them, and bytes as bytes. */
  readonly serializer?: Serializer
  /**
   * A secret of the app, at least 32 characters. With it each session carries its id, sealed so that nodes cannot read
   * it, and sessions can be listed: `all`, `length` and `clear` are there, for sessions made with this secret.
   */
  readonly idSecret?: string
}

/** What such a store stands on. */
export interface CookieSessionParts<Data> {
  readonly settings: AdapterSettings
  readonly app: AppSessions
  readonly sessions: CookieSessions
  /** Where sessions can be listed. */
  readonly listing: Listing<Data> | undefined
}

/**
 * Checks the options, and makes what they ask for.
 * @throws UnderstudyError OPTION_INVALID that names the option
 */
export function cookieSessionsOf<Data>(options: CookieSessionOptions<Data>): CookieSessionParts<Data> {
  const settings = checkAdapterOptions(options)
  const { ttl = DAY, disableTouch = false, serializer, idSecret } = options
  if (typeof ttl !== 'function') lifeOf(ttl)
  if (typeof disableTouch !== 'boolean') throw invalid('disableTouch', 'must be true or false')
  if (serializer !== undefined && !isSerializer(serializer)) throw invalid('serializer', 'must have the methods stringify and parse')
  const seal = sealOf(idSecret, settings.prefix)
  const app = new AppSessions(settings, [COOKIE])
  const form = serializer === undefined ? plainForm : serializedForm(serializer)
  const sessions = new CookieSessions(app, form, { ttl, disableTouch }, seal)
  return { settings, app, sessions, listing: seal && listingOf(sessions, seal) }
}

function isSerializer(given: unknown): boolean {
  if (typeof given !== 'object' || given === null) return false
  return ['stringify', 'parse'].every((method) => typeof Reflect.get(given, method) === 'function')
}
