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
import type { AppSessions, Callback, CookieSessionOptions, CookieSessions, Listing, Outcome, TrackedSession } from '@understudy/adapter'
import { guard } from './guarded-session.js'
import type { MomentCookieOptions } from './moment-cookie.js'
import { OwnWrites } from './own-writes.js'
import type { Middleware } from './own-writes.js'

/** Options of the store. */
export type UnderstudyStoreOptions = CookieSessionOptions<SessionData>

/** Gives a request a new session. */
type Generate = (request: Parameters<Store['createSession']>[0]) => void

/** Sessions of express-session in Understudy. */
export class UnderstudyStore extends Store {
  readonly #app: AppSessions
  readonly #sessions: CookieSessions
  readonly #ownWrites = new OwnWrites()
  #generate: Generate | undefined
  /** What is known of the session objects that are in use. */
  readonly #tracked = new WeakMap<object, TrackedSession>()

  /** Gives all sessions by id; with the option `idSecret` only. */
  declare all?: Listing<SessionData>['all']
  /** Counts all sessions; with the option `idSecret` only. */
  declare length?: Listing<SessionData>['length']
  /** Ends all sessions for ever; with the option `idSecret` only. */
  declare clear?: Listing<SessionData>['clear']

  /** @throws UnderstudyError OPTION_INVALID */
  constructor(options: UnderstudyStoreOptions) {
    super()
    const { settings, app, sessions, listing } = cookieSessionsOf(options)
    this.#app = app
    this.#sessions = sessions
    Object.assign(this, listing)
    watchConnection(settings, this)
  }

  /**
   * A middleware, to stand before `session()`: with it a cookie carries the moment of a visitor's last save, and whichever
   * instance serves their next request reads what they wrote, without a round trip where its replica has it already.
   * Until then the heads of responses wait for the saves that their requests began.
   *
   * @throws UnderstudyError OPTION_INVALID
   */
  readsOwnWrites(options?: MomentCookieOptions): Middleware {
    return this.#ownWrites.middleware(options)
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
    const restored = await this.#sessions.get(sid, this.#ownWrites.atLeast)
    if (restored === undefined) return null
    this.#tracked.set(restored.data, restored.tracked)
    return restored.data as unknown as SessionData
  }

  async #set(sid: string, session: SessionData): Promise<void> {
    const known = this.#tracked.get(session)
    // An object with another id is what regeneration makes: all of it is new.
    const tracked = known?.id === sid ? known : this.#sessions.track(sid)
    this.#tracked.set(session, tracked)
    await this.#saved(tracked, session, this.#sessions.set(tracked, session))
  }

  async #touch(sid: string, session: SessionData): Promise<void> {
    const known = this.#tracked.get(session)
    const tracked = known?.id === sid ? known : undefined
    const touched = this.#sessions.touch(sid, tracked, session)
    if (tracked !== undefined) return this.#saved(tracked, session, touched)
    return this.#tell(sid, await touched)
  }

  /** Must be called before anything is awaited: express-session sends the head of its response right after. */
  async #saved(tracked: TrackedSession, session: SessionData, saving: Promise<Outcome>): Promise<void> {
    this.#ownWrites.during(session, saving, () => tracked.savedAt)
    this.#tell(tracked.id, await saving)
  }

  #tell(sid: string, outcome: Outcome): void {
    if (outcome === 'over') this.emit('late', sid)
  }
}
