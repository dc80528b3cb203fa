/**
 * The session store as the app holds it, over any Gateway.
 *
 * Invariants: a key is opened at the gateway at most once at a time; all handles of one id share one OpenSession;
 * every error that leaves is an UnderstudyError.
 */
import { LiveDocuments } from '@understudy/document'
import type { Moment, SessionKey } from '@understudy/session'
import { hasReached, isSessionKey, readMoment, sessionKey } from '@understudy/session'
import type { CreateTerms, Gateway, LinkedNode, PlacementView, WriteOptions, WriteResult } from './gateway.js'
import { refusalOf } from './end-reason.js'
import type { FrozenNames } from './frozen-names.js'
import { NO_FROZEN_NAMES } from './frozen-names.js'
import { Listeners } from './listeners.js'
import type { ListOptions, ReadOptions } from './options.js'
import { checkFreshness, checkListOptions, checkReadOptions, checkTerms, checkUser, checkWriteOptions, NO_READ_OPTIONS, NO_WRITE_OPTIONS, NOW } from './options.js'
import type { HandleHome } from './session-handle.js'
import { SessionHandle } from './session-handle.js'
import type { SessionSnapshot } from './session-snapshot.js'
import { snapshotOf } from './session-snapshot.js'
import { OpenSession } from './open-session.js'
import type { ClearResult } from './survey.js'
import { clearAll, countAll, pages } from './survey.js'
import type { WatchListener } from './watch-listener.js'
import { toUnderstudyError, UnderstudyError } from './understudy-error.js'

/** The events of a store and what their listeners get. */
export interface StoreEvents extends Record<string, readonly unknown[]> {
  /** A link to a node opened. */
  readonly connected: readonly [link: LinkedNode]
  /** A link that was open is lost; it is retried as long as it is needed. */
  readonly disconnected: readonly [link: LinkedNode & { readonly error: UnderstudyError }]
  /** Slots have other primaries than before. */
  readonly placement: readonly [placement: PlacementView]
}

/** A session store. */
export class Store {
  readonly #gateway: Gateway
  readonly #frozenNames: FrozenNames
  readonly #sessions = new Map<SessionKey, OpenSession<SessionHandle>>()
  /** Openings under way. */
  readonly #opening = new Map<SessionKey, Promise<OpenSession<SessionHandle> | undefined>>()
  readonly #listeners = new Listeners<StoreEvents>(['connected', 'disconnected', 'placement'])
  #closing: Promise<void> | undefined
  readonly #home: HandleHome = {
    keyOf: (id) => this.#key(id),
    succeed: (open, to) => this.#succeed(open, to),
  }

  /**
   * Apps call connect() or take node.store.
   * @param frozenNames attributes that are frozen with their first save
   */
  constructor(gateway: Gateway, frozenNames: FrozenNames = NO_FROZEN_NAMES) {
    this.#gateway = gateway
    this.#frozenNames = frozenNames
    gateway.observe?.({
      connected: (link) => this.#listeners.emit('connected', link),
      disconnected: (link) => this.#listeners.emit('disconnected', link),
      placement: (placement) => this.#listeners.emit('placement', placement),
    })
  }

  /**
   * Finds the session or creates it; the terms hold only if it is created.
   * @throws UnderstudyError SESSION_DESTROYED for an id that was used up, SESSION_ID_INVALID, NOT_CONNECTED, TIMEOUT…
   */
  async open(id: string, terms: CreateTerms & ReadOptions = {}): Promise<SessionHandle> {
    const handle = await this.#handle(id, checkTerms('open()', terms, ['atLeast']), checkFreshness(terms))
    if (handle) return handle
    throw new UnderstudyError('NODE_FAILED', { message: 'The node created no session. Look into its log.' })
  }

  /**
   * Finds the session; undefined when there is none, also when it was destroyed or has expired.
   * @param options `atLeast`: what a save returned as `at`; what is found contains that save, fetched only if need be.
   *   Or 'now': what is found contains every save that was answered before; its primary is asked
   * @throws UnderstudyError MOMENT_INVALID, BEHIND, SESSION_ID_INVALID, NOT_CONNECTED, TIMEOUT…
   */
  async find(id: string, options: ReadOptions = NO_READ_OPTIONS): Promise<SessionHandle | undefined> {
    return this.#handle(id, undefined, checkReadOptions(options).atLeast)
  }

  /** Destroys the session for ever, whether or not it exists; its id cannot be opened again. */
  async destroy(id: string, options: WriteOptions = NO_WRITE_OPTIONS): Promise<WriteResult> {
    return this.#destroy(this.#key(id), checkWriteOptions('destroy()', options))
  }

  /** As `destroy`, for who knows a session only by its key, from a listing. */
  async destroyKey(key: SessionKey, options: WriteOptions = NO_WRITE_OPTIONS): Promise<WriteResult> {
    const checkedOptions = checkWriteOptions('destroyKey()', options)
    this.#checkOpen()
    if (!isSessionKey(key)) throw new UnderstudyError('SESSION_ID_INVALID', { message: 'This is no session key. Give one from store.keys() or session.key.' })
    return this.#destroy(key, checkedOptions)
  }

  /**
   * Keys of all living sessions, or of one user's, over all primaries; each that lives all the while comes once.
   * @throws UnderstudyError SLOTS_UNREACHABLE after all that could be asked have come; UNAUTHORIZED, USERS_UNKNOWN…
   */
  async *keys(options: ListOptions = {}): AsyncGenerator<SessionKey, void, void> {
    const checkedOptions = checkListOptions('keys()', options)
    this.#checkOpen()
    for await (const { keys } of pages(this.#gateway, { ...checkedOptions, contents: false })) yield* keys
  }

  /** As `keys`, with what each session holds when it comes; to be read only. @throws as `keys` */
  async *sessions(options: ListOptions = {}): AsyncGenerator<SessionSnapshot, void, void> {
    const checkedOptions = checkListOptions('sessions()', options)
    this.#checkOpen()
    const live = new LiveDocuments({ limit: 1 })
    for await (const { states } of pages(this.#gateway, { ...checkedOptions, contents: true })) {
      for (const state of states) yield snapshotOf(state, live)
    }
  }

  /** How many sessions live, or how many of one user. @throws UnderstudyError SLOTS_UNREACHABLE, UNAUTHORIZED… */
  async count({ user }: Pick<ListOptions, 'user'> = {}): Promise<number> {
    this.#checkOpen()
    return countAll(this.#gateway, user === undefined ? undefined : checkUser(user))
  }

  /**
   * Keys of all living sessions of a user, whom an attribute of each session names (the nodes' option `userAttribute`).
   * @throws UnderstudyError USER_INVALID, USERS_UNKNOWN, SLOTS_UNREACHABLE, UNAUTHORIZED…
   */
  async sessionsOf(user: string | number | bigint): Promise<readonly SessionKey[]> {
    const keys: SessionKey[] = []
    for await (const key of this.keys({ user, pageSize: 10_000 })) keys.push(key)
    return keys
  }

  /**
   * Logs a user out everywhere: destroys all their sessions, and those of before now that turn up later from the other
   * side of a split.
   * @throws UnderstudyError USER_INVALID, USERS_UNKNOWN, UNAUTHORIZED; SLOTS_UNREACHABLE: what could be asked is done
   */
  async destroyAllOf(user: string | number | bigint, options: WriteOptions = NO_WRITE_OPTIONS): Promise<ClearResult> {
    const checkedOptions = checkWriteOptions('destroyAllOf()', options)
    this.#checkOpen()
    return clearAll(this.#gateway, checkUser(user), checkedOptions)
  }

  /** Destroys every session there is. @throws UnderstudyError UNAUTHORIZED; SLOTS_UNREACHABLE: what could be asked is done */
  async destroyAll(options: WriteOptions = NO_WRITE_OPTIONS): Promise<ClearResult> {
    const checkedOptions = checkWriteOptions('destroyAll()', options)
    this.#checkOpen()
    return clearAll(this.#gateway, undefined, checkedOptions)
  }

  /**
   * Tells of every session of the cluster from when it resolves: created, changed (which attributes), destroyed, expired.
   * @returns the function that ends it
   * @throws UnderstudyError UNAUTHORIZED, VERSION_MISMATCH, NOT_CONNECTED
   */
  async watch(listener: WatchListener): Promise<() => void> {
    this.#checkOpen()
    try {
      return await this.#gateway.watch(listener)
    } catch (error) {
      throw toUnderstudyError(error)
    }
  }

  async #destroy(key: SessionKey, checkedOptions: WriteOptions): Promise<WriteResult> {
    try {
      const { copies } = await this.#gateway.destroy(key, checkedOptions)
      this.#sessions.get(key)?.ended('destroyed')
      return { copies }
    } catch (thrown) {
      const error = toUnderstudyError(thrown)
      if (error.code === 'TOO_FEW_COPIES') this.#sessions.get(key)?.ended('destroyed')
      throw error
    }
  }

  /** Whether nodes can be reached: a link to one is open, or there is one within reach without. */
  get isConnected(): boolean {
    return this.#closing === undefined && (this.#gateway.isConnected?.() ?? true)
  }

  /** Adds a listener; the function returned takes it away again. */
  on<Name extends 'connected' | 'disconnected' | 'placement'>(
    name: Name,
    listener: (...args: StoreEvents[Name]) => void,
  ): () => void {
    return this.#listeners.on(name, listener)
  }

  /** Sends what waits (touches), rejects what is outstanding with STORE_CLOSED, and closes; handles stay readable. */
  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async #close(): Promise<void> {
    for (const session of this.#sessions.values()) session.closed()
    this.#sessions.clear()
    try {
      await this.#gateway.close()
    } catch (error) {
      throw toUnderstudyError(error)
    }
  }

  async #handle(id: string, create: CreateTerms | undefined, atLeast: string | undefined): Promise<SessionHandle | undefined> {
    const key = this.#key(id)
    const moment = atLeast === undefined || atLeast === NOW ? undefined : momentIn(atLeast, key)
    // What is opened for this call is as the primary has it now; what others opened may be older.
    const mayBeOld = atLeast === NOW && (this.#sessions.has(key) || this.#opening.has(key))
    const session = await this.#session(key, create, moment)
    const handle = session && new SessionHandle(id, session, this.#home, this.#frozenNames)
    if (session === undefined || handle === undefined) return handle
    const suffices = moment === undefined ? !mayBeOld : hasReached(session.replica, moment)
    return suffices ? handle : this.#refreshed(session, handle, moment, create !== undefined)
  }

  async #session(key: SessionKey, create: CreateTerms | undefined, moment?: Moment): Promise<OpenSession<SessionHandle> | undefined> {
    for (;;) {
      const open = this.#sessions.get(key)
      if (open) return open
      const underWay = this.#opening.get(key)
      const session = await (underWay ?? this.#follow(key, create, moment))
      this.#checkOpen()
      if (!underWay) return session
      // Who waited for another's opening shares its outcome, except that a find which found nothing creates nothing.
      if (!session && !create) return undefined
    }
  }

  /** What the replica lacks is fetched; the handle holds the session meanwhile. */
  async #refreshed(session: OpenSession<SessionHandle>, handle: SessionHandle, moment: Moment | undefined, isNeeded: boolean): Promise<SessionHandle | undefined> {
    try {
      await session.refresh()
      if (session.end !== undefined && !isNeeded) return undefined
      if (session.end !== undefined) throw new UnderstudyError(refusalOf(session.end))
      if (moment !== undefined && !hasReached(session.replica, moment)) throw new UnderstudyError('BEHIND')
      return handle
    } catch (error) {
      handle.close()
      throw toUnderstudyError(error)
    }
  }

  /** An open session has become another: its other handles end. */
  async #succeed(open: OpenSession<SessionHandle>, to: SessionKey): Promise<OpenSession<SessionHandle>> {
    open.ended('destroyed')
    const session = await this.#session(to, undefined)
    if (session) return session
    const message = 'The session goes on under its new id, but ended before it could be opened.'
    throw new UnderstudyError('SESSION_DESTROYED', { message })
  }

  /** Opens at the gateway; the session is in the map before anyone hears of it. */
  #follow(key: SessionKey, create: CreateTerms | undefined, moment?: Moment): Promise<OpenSession<SessionHandle> | undefined> {
    const opening = this.#open(key, create, moment).finally(() => this.#opening.delete(key))
    this.#opening.set(key, opening)
    return opening
  }

  async #open(key: SessionKey, create: CreateTerms | undefined, moment: Moment | undefined): Promise<OpenSession<SessionHandle> | undefined> {
    const session = new OpenSession<SessionHandle>(key, this.#gateway, SessionHandle.hearing, (released) => {
      if (this.#sessions.get(key) === released) this.#sessions.delete(key)
    })
    try {
      const followed = await this.#gateway.open(key, create, session, moment && ((replica) => hasReached(replica, moment)))
      if (!followed) return undefined
      session.follow(followed)
    } catch (error) {
      throw toUnderstudyError(error)
    }
    if (this.#closing) session.leave()
    else if (!session.end) this.#sessions.set(key, session)
    return session
  }

  #key(id: string): SessionKey {
    this.#checkOpen()
    try {
      return sessionKey(id)
    } catch (error) {
      throw toUnderstudyError(error)
    }
  }

  #checkOpen(): void {
    if (this.#closing) throw new UnderstudyError('STORE_CLOSED')
  }
}

function momentIn(atLeast: string, key: SessionKey): Moment {
  try {
    return readMoment(atLeast, key)
  } catch (error) {
    throw toUnderstudyError(error)
  }
}
