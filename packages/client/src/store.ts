/**
 * The session store as the app holds it, over any Gateway.
 *
 * Invariants: a key is opened at the gateway at most once at a time; all handles of one id share one OpenSession;
 * every error that leaves is an UnderstudyError.
 */
import type { SessionKey } from '@understudy/session'
import { sessionKey } from '@understudy/session'
import type { CreateTerms, Gateway, LinkedNode, PlacementView, WriteOptions, WriteResult } from './gateway.js'
import type { FrozenNames } from './frozen-names.js'
import { NO_FROZEN_NAMES } from './frozen-names.js'
import { Listeners } from './listeners.js'
import { checkTerms, checkWriteOptions, NO_WRITE_OPTIONS } from './options.js'
import { SessionHandle } from './session-handle.js'
import { OpenSession } from './open-session.js'
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
  readonly #sessions = new Map<SessionKey, OpenSession>()
  /** Openings under way. */
  readonly #opening = new Map<SessionKey, Promise<OpenSession | undefined>>()
  readonly #listeners = new Listeners<StoreEvents>(['connected', 'disconnected', 'placement'])
  #closing: Promise<void> | undefined

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
  async open(id: string, terms: CreateTerms = {}): Promise<SessionHandle> {
    const handle = await this.#handle(id, checkTerms('open()', terms))
    if (handle) return handle
    throw new UnderstudyError('NODE_FAILED', { message: 'The node created no session. Look into its log.' })
  }

  /** Finds the session; undefined when there is none, also when it was destroyed or has expired. */
  find(id: string): Promise<SessionHandle | undefined> {
    return this.#handle(id, undefined)
  }

  /** Destroys the session for ever, whether or not it exists; its id cannot be opened again. */
  async destroy(id: string, options: WriteOptions = NO_WRITE_OPTIONS): Promise<WriteResult> {
    const checkedOptions = checkWriteOptions('destroy()', options)
    const key = this.#key(id)
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

  async #handle(id: string, create: CreateTerms | undefined): Promise<SessionHandle | undefined> {
    const key = this.#key(id)
    for (;;) {
      const open = this.#sessions.get(key)
      if (open) return new SessionHandle(id, open, this.#frozenNames)
      const underWay = this.#opening.get(key)
      const session = await (underWay ?? this.#follow(key, create))
      this.#checkOpen()
      if (!underWay) return session && new SessionHandle(id, session, this.#frozenNames)
      // Who waited for another's opening shares its outcome, except that a find which found nothing creates nothing.
      if (!session && !create) return undefined
    }
  }

  /** Opens at the gateway; the session is in the map before anyone hears of it. */
  #follow(key: SessionKey, create: CreateTerms | undefined): Promise<OpenSession | undefined> {
    const opening = this.#open(key, create).finally(() => this.#opening.delete(key))
    this.#opening.set(key, opening)
    return opening
  }

  async #open(key: SessionKey, create: CreateTerms | undefined): Promise<OpenSession | undefined> {
    const session = new OpenSession(key, this.#gateway, (released) => {
      if (this.#sessions.get(key) === released) this.#sessions.delete(key)
    })
    try {
      const followed = await this.#gateway.open(key, create, session)
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
