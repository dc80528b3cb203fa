/**
 * The external store of koa-session.
 *
 * koa-session hands the request's context to every call, by which `set` finds what the same request read in `get`, and
 * writes what was changed. Of what koa-session puts beside the attributes, `_maxAge` and `_session` are kept; `_expire`
 * follows from when the session ends.
 */
import { EventEmitter } from 'node:events'
import { AppSessions, checkAdapterOptions, lifeOf, plainForm, sliding, TrackedSession, watchConnection } from '@understudy/adapter'
import type { AdapterOptions, Expiry } from '@understudy/adapter'
import type { Value } from '@understudy/client'

/** Options of the store. */
export interface UnderstudyStoreOptions extends AdapterOptions {
  /** Life after their last use of sessions that end with the browser (`maxAge: 'session'`), seconds; default 86,400. */
  readonly ttl?: number
}

/** What koa-session says of the request. */
export interface KoaRequest {
  /** The context. */
  readonly ctx?: unknown
  /** Every request prolongs the session. */
  readonly rolling?: boolean
}

/** koa-session lets a store keep a session so much longer than its cookie, ms. */
const GRACE = 10_000
/** What koa-session puts beside attributes, and is kept. */
const KEPT: readonly string[] = ['_maxAge', '_session']

/**
 * Sessions of koa-session in Understudy.
 *
 * Events: `disconnect` and `connect` when no node can be reached and when one can again; `late` with the key, when a
 * request wanted to write to a session that had ended meanwhile: nothing was written.
 */
export class UnderstudyStore extends EventEmitter {
  readonly #app: AppSessions
  readonly #ttl: number
  /** What requests have read, by their contexts. */
  readonly #tracked = new WeakMap<object, TrackedSession>()

  /** @throws UnderstudyError OPTION_INVALID */
  constructor(options: UnderstudyStoreOptions) {
    super()
    const settings = checkAdapterOptions(options)
    this.#ttl = lifeOf(options.ttl)
    this.#app = new AppSessions(settings)
    watchConnection(settings, this)
  }

  /**
   * Finds a session: undefined where there is none, or none any more.
   * @throws UnderstudyError
   */
  async get(key: string, _maxAge?: unknown, { ctx }: KoaRequest = {}): Promise<Record<string, unknown> | undefined> {
    const found = await this.#app.read(key)
    if (found === undefined) return undefined
    const working = await plainForm.working(found.values)
    if (isObject(ctx)) this.#tracked.set(ctx, new TrackedSession(this.#app, { id: key, reading: found.reading, working }))
    const { attributes } = working
    // One that ends with the browser lives on by being used.
    if (attributes['_maxAge'] === undefined) this.#app.touch(key)
    else if (found.expiresAt !== undefined) attributes['_expire'] = found.expiresAt - GRACE
    return attributes
  }

  /**
   * Saves a session: of one that the same request read, only what was changed since.
   * @throws UnderstudyError
   */
  async set(key: string, session: Readonly<Record<string, unknown>>, maxAge?: unknown, { ctx, rolling }: KoaRequest = {}): Promise<void> {
    const known = isObject(ctx) ? this.#tracked.get(ctx) : undefined
    // Another key is what regeneration makes: all of it is new.
    const tracked = known?.id === key ? known : new TrackedSession(this.#app, { id: key, reading: undefined, working: plainForm.fresh })
    if (isObject(ctx)) this.#tracked.set(ctx, tracked)
    const own = new Map<string, Value>()
    for (const name of KEPT) {
      const value = session[name]
      if (typeof value === 'number' || typeof value === 'boolean') own.set(name, value)
    }
    const attributes = Object.entries(session).filter(([name]) => !name.startsWith('_'))
    if ((await tracked.save(attributes, own, this.#expiry(maxAge, rolling))) === 'over') this.emit('late', key)
  }

  /**
   * Ends a session for ever, on all nodes.
   * @throws UnderstudyError
   */
  destroy(key: string, _request?: KoaRequest): Promise<void> {
    return this.#app.destroy(key)
  }

  /** Follows no session any longer. The client stays open: it was the app that opened it. */
  close(): void {
    this.#app.close()
  }

  /** Sessions end so long after they were saved, with `rolling` so long after they were used. */
  #expiry(maxAge: unknown, rolling: boolean | undefined): Expiry {
    if (typeof maxAge !== 'number') return sliding(this.#ttl)
    if (rolling === true) return sliding(maxAge)
    return maxAge > 0 ? { kind: 'fixed', at: Date.now() + maxAge } : { kind: 'past' }
  }
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}
