/** The options of stores for frameworks that keep a cookie in their sessions; as people know them from connect-redis. */
import { checkAdapterOptions, DEFAULT_TTL, invalid, isTtl } from './adapter-options.js'
import type { AdapterOptions, AdapterSettings } from './adapter-options.js'
import { AppSessions } from './app-sessions.js'
import { COOKIE, CookieSessions } from './cookie-sessions.js'
import { plainForm, serializedForm } from './form.js'
import { IdSeal } from './sealed-id.js'
import type { Serializer } from './form.js'

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
export interface CookieSessionParts {
  readonly settings: AdapterSettings
  readonly app: AppSessions
  readonly sessions: CookieSessions
  /** Where sessions can be listed. */
  readonly seal: IdSeal | undefined
}

/**
 * Checks the options, and makes what they ask for.
 * @throws UnderstudyError OPTION_INVALID that names the option
 */
export function cookieSessionsOf<Data>(options: CookieSessionOptions<Data>): CookieSessionParts {
  const settings = checkAdapterOptions(options)
  const { ttl = DEFAULT_TTL, disableTouch = false, serializer, idSecret } = options
  if (typeof ttl !== 'function' && !isTtl(ttl)) throw invalid('ttl', 'must be a number of seconds, or a function that gives one')
  if (typeof disableTouch !== 'boolean') throw invalid('disableTouch', 'must be true or false')
  if (serializer !== undefined && !isSerializer(serializer)) throw invalid('serializer', 'must have the methods stringify and parse')
  if (idSecret !== undefined && !(typeof idSecret === 'string' && idSecret.length >= 32)) throw invalid('idSecret', 'must have at least 32 characters')
  const seal = idSecret === undefined ? undefined : new IdSeal(idSecret, settings.prefix)
  const app = new AppSessions(settings, [COOKIE])
  const form = serializer === undefined ? plainForm : serializedForm(serializer)
  return { settings, app, sessions: new CookieSessions(app, form, { ttl, disableTouch }, seal), seal }
}

function isSerializer(given: unknown): boolean {
  if (typeof given !== 'object' || given === null) return false
  return ['stringify', 'parse'].every((method) => typeof Reflect.get(given, method) === 'function')
}
