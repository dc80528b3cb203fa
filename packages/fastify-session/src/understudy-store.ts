/**
 * The store of @fastify/session.
 *
 * That has neither `touch` nor a hook for what a session object was made of, and by default saves after every request
 * (`rolling`). So what a request read travels with the session's cookie, under a symbol: the framework spreads the
 * cookie that `get` gave into the options that the session object keeps. There `set` finds it, and writes what was
 * changed; of a request that only read, nothing but a touch.
 */
import { EventEmitter } from 'node:events'
import type { SessionStore } from '@fastify/session'
import { answered, cookieSessionsOf, watchConnection } from '@understudy/adapter'
import type { AppSessions, Callback, CookieSessionOptions, CookieSessions, Listing, TrackedSession } from '@understudy/adapter'

/** A session as the framework hands it over. */
type Session = Parameters<SessionStore['set']>[1]

/** Options of the store. */
export type UnderstudyStoreOptions = CookieSessionOptions<Session>

/** Under which a cookie carries what its session was made of. */
const TRACKED = Symbol('understudy.tracked')

/** Names that the framework takes no attributes from, for it has getters of its own for them. */
const OF_THE_FRAMEWORK: readonly string[] = ['sessionId', 'encryptedSessionId']

/**
 * Sessions of @fastify/session in Understudy.
 *
 * Events: `disconnect` and `connect` when no node can be reached and when one can again; `late` with the id, when a
 * request wanted to write to a session that had ended meanwhile: nothing was written.
 */
export class UnderstudyStore extends EventEmitter implements SessionStore {
  readonly #app: AppSessions
  readonly #sessions: CookieSessions
  /** What is known of session objects that were not read, but saved. */
  readonly #saved = new WeakMap<object, TrackedSession>()

  /** Gives all sessions by id; with the option `idSecret` only. */
  declare all?: Listing<Session>['all']
  /** Counts all sessions; with the option `idSecret` only. */
  declare length?: Listing<Session>['length']
  /** Ends all sessions for ever; with the option `idSecret` only. */
  declare clear?: Listing<Session>['clear']

  /** @throws UnderstudyError OPTION_INVALID */
  constructor(options: UnderstudyStoreOptions) {
    super()
    const { settings, app, sessions, listing } = cookieSessionsOf(options)
    this.#app = app
    this.#sessions = sessions
    Object.assign(this, listing)
    watchConnection(settings, this)
  }

  /** Finds a session: null where there is none, or none any more. */
  get(sessionId: string, callback?: Callback<Session | null>): Promise<Session | null | undefined> {
    return answered(this.#get(sessionId), callback)
  }

  /** Saves a session: of one that was read, only what was changed since. */
  set(sessionId: string, session: Session, callback?: Callback<void>): Promise<void> {
    return answered(this.#set(sessionId, session), callback)
  }

  /** Ends a session for ever, on all nodes. */
  destroy(sessionId: string, callback?: Callback<void>): Promise<void> {
    return answered(this.#sessions.destroy(sessionId), callback)
  }

  /** Follows no session any longer. The client stays open: it was the app that opened it. */
  close(): void {
    this.#app.close()
  }

  async #get(sessionId: string): Promise<Session | null> {
    const restored = await this.#sessions.get(sessionId)
    if (restored === undefined) return null
    restored.tracked.ignore(OF_THE_FRAMEWORK)
    Object.assign(restored.data.cookie, { [TRACKED]: restored.tracked })
    return restored.data as unknown as Session
  }

  async #set(sessionId: string, session: Session): Promise<void> {
    const known = this.#saved.get(session) ?? trackedOf(session)
    // An object with another id is what regeneration makes: all of it is new.
    const tracked = known?.id === sessionId ? known : this.#sessions.track(sessionId)
    this.#saved.set(session, tracked)
    if ((await this.#sessions.set(tracked, session)) === 'over') this.emit('late', sessionId)
  }
}

/** What a session object was made of: it, or the cookie options that it keeps under a symbol, has it. */
function trackedOf(session: object): TrackedSession | undefined {
  for (const key of ['cookie', ...Object.getOwnPropertySymbols(session)]) {
    const member: unknown = Reflect.get(session, key)
    if (typeof member !== 'object' || member === null) continue
    const tracked: unknown = Reflect.get(member, TRACKED)
    if (tracked !== undefined) return tracked as TrackedSession
  }
  return undefined
}
