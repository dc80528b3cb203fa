/**
 * The store of express-session, for connect and what builds on it as well.
 *
 *   get ──► a request's session (createSession remembers what it read) ──► set: only what the request changed
 *                                                                     └──► touch: no write
 *
 * Events: `disconnect` and `connect` when no node can be reached and when one can again; express-session serves requests
 * without session in between. `late` with the id, when a request wanted to write to a session that had ended meanwhile:
 * nothing was written, and the session stays ended.
 */
import { Store } from 'express-session'
import type { Session, SessionData } from 'express-session'
import { answered, cookieSessionsOf, watchConnection } from '@understudy/adapter'
import type { AppSessions, Callback, CookieSessionOptions, CookieSessions, Outcome, TrackedSession } from '@understudy/adapter'
import { guard } from './guarded-session.js'

/** Options of the store. */
export type UnderstudyStoreOptions = CookieSessionOptions<SessionData>

/** Gives a request a new session. */
type Generate = (request: Parameters<Store['createSession']>[0]) => void

/** Sessions of express-session in Understudy. */
export class UnderstudyStore extends Store {
  readonly #app: AppSessions
  readonly #sessions: CookieSessions
  #generate: Generate | undefined
  /** What is known of the session objects that are in use. */
  readonly #tracked = new WeakMap<object, TrackedSession>()

  /** Gives all sessions by id; with the option `idSecret` only. */
  declare all?: (callback?: Callback<Record<string, SessionData>>) => Promise<Record<string, SessionData> | undefined>
  /** Counts all sessions; with the option `idSecret` only. */
  declare length?: (callback?: Callback<number>) => Promise<number | undefined>
  /** Ends all sessions for ever; with the option `idSecret` only. */
  declare clear?: (callback?: Callback<void>) => Promise<void>

  /** @throws UnderstudyError OPTION_INVALID */
  constructor(options: UnderstudyStoreOptions) {
    super()
    const { settings, app, sessions, seal } = cookieSessionsOf(options)
    this.#app = app
    this.#sessions = sessions
    if (seal !== undefined) {
      this.all = (callback) => answered(sessions.all(seal) as unknown as Promise<Record<string, SessionData>>, callback)
      this.length = (callback) => answered(sessions.count(seal), callback)
      this.clear = (callback) => answered(sessions.clear(seal), callback)
    }
    watchConnection(settings, {
      connected: () => void this.emit('connect'),
      disconnected: () => void this.emit('disconnect'),
    })
  }

  /** Finds a session: null where there is none, or none any more. */
  override get(sid: string, callback?: Callback<SessionData | null>): Promise<SessionData | null | undefined> {
    return answered(this.#get(sid), callback)
  }

  /** Saves a session: of one that was read, only what was changed since. */
  override set(sid: string, session: SessionData, callback?: Callback<void>): Promise<void> {
    return answered(this.#set(sid, session), callback)
  }

  /** Notes that a session is in use; nothing is written unless its cookie was changed. */
  override touch(sid: string, session: SessionData, callback?: Callback<void>): Promise<void> {
    return answered(this.#touch(sid, session), callback)
  }

  /** Ends a session for ever, on all nodes. */
  override destroy(sid: string, callback?: Callback<void>): Promise<void> {
    return answered(this.#sessions.destroy(sid), callback)
  }

  /** Set by express-session: makes a new session object for a request. */
  set generate(generate: Generate) {
    this.#generate = (request) => {
      generate(request)
      guard(request.session)
    }
  }

  get generate(): Generate | undefined {
    return this.#generate
  }

  /** Makes the request's session object, and remembers what it was made of. */
  override createSession(req: Parameters<Store['createSession']>[0], data: SessionData): Session & SessionData {
    const tracked = this.#tracked.get(data)
    const names = Object.keys(data)
    const session = super.createSession(req, data)
    guard(session)
    if (tracked === undefined) return session
    this.#tracked.set(session, tracked)
    // Names that express-session has methods of its own for are not in the object.
    tracked.ignore(names.filter((name) => !Object.prototype.propertyIsEnumerable.call(session, name)))
    return session
  }

  /** Follows no session any longer. The client stays open: it was the app that opened it. */
  close(): void {
    this.#app.close()
  }

  async #get(sid: string): Promise<SessionData | null> {
    const restored = await this.#sessions.get(sid)
    if (restored === undefined) return null
    this.#tracked.set(restored.data, restored.tracked)
    return restored.data as unknown as SessionData
  }

  async #set(sid: string, session: SessionData): Promise<void> {
    const known = this.#tracked.get(session)
    // An object with another id is what regeneration makes: all of it is new.
    const tracked = known?.id === sid ? known : this.#sessions.track(sid)
    this.#tracked.set(session, tracked)
    this.#tell(sid, await this.#sessions.set(tracked, session))
  }

  async #touch(sid: string, session: SessionData): Promise<void> {
    const tracked = this.#tracked.get(session)
    this.#tell(sid, await this.#sessions.touch(sid, tracked?.id === sid ? tracked : undefined, session))
  }

  #tell(sid: string, outcome: Outcome): void {
    if (outcome === 'over') this.emit('late', sid)
  }
}
