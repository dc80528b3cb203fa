/**
 * How the requests of one visitor read what the ones before wrote, whichever instance of the app serves them.
 *
 * ```
 *  cookie ─► middleware ─► get: a replica that has reached the moment, fetched only if need be
 *                          set: the head waits for the save ─► its moment ─► cookie
 * ```
 * express-session asks for a session without saying for which request: that is known by the asynchronous context.
 * A session object that is saved knows its request.
 */
import { AsyncLocalStorage } from 'node:async_hooks'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { invalid } from '@understudy/adapter'
import type { SessionData } from 'express-session'
import { HeldResponse } from './held-response.js'
import { MomentCookie } from './moment-cookie.js'
import type { MomentCookieOptions } from './moment-cookie.js'

/** A middleware of Express or connect. */
export type Middleware = (request: IncomingMessage, response: ServerResponse, next: (error?: unknown) => void) => void

/** A request whose saves are followed. */
interface Followed {
  readonly response: HeldResponse
  /** The last session that it saved. */
  saved: { readonly at: string; readonly cookie: SessionData['cookie'] } | undefined
}

/** The requests of one app that come through the middleware. */
export class OwnWrites {
  readonly #moments = new AsyncLocalStorage<string | undefined>()
  readonly #requests = new WeakMap<object, Followed>()

  /** The moment that the request brought on whose behalf this is called. */
  get atLeast(): string | undefined {
    return this.#moments.getStore()
  }

  /** The middleware. @throws UnderstudyError OPTION_INVALID */
  middleware(options?: MomentCookieOptions): Middleware {
    const cookie = new MomentCookie(options)
    return (request, response, next) => {
      if (this.#requests.has(request)) return next()
      if (Reflect.get(request, 'session') !== undefined) return next(invalid('readsOwnWrites()', 'must stand before session()'))
      this.#follow(request, response, cookie)
      return this.#moments.run(cookie.read(request), next)
    }
  }

  /**
   * Holds back the head of the response to the request that saves a session, until that is done.
   * @param savedAt the moment of the save, when that is done; undefined where there was nothing to write
   */
  during(session: SessionData, save: Promise<unknown>, savedAt: () => string | undefined): void {
    const request: unknown = Reflect.get(session, 'req')
    const followed = typeof request === 'object' && request !== null ? this.#requests.get(request) : undefined
    followed?.response.during(
      save.then(() => {
        const at = savedAt()
        if (at !== undefined) followed.saved = { at, cookie: session.cookie }
      }),
    )
  }

  #follow(request: IncomingMessage, response: ServerResponse, cookie: MomentCookie): void {
    const followed: Followed = {
      response: new HeldResponse(response, () => {
        const { saved } = followed
        if (saved !== undefined) response.appendHeader('Set-Cookie', cookie.header(saved.at, saved.cookie))
      }),
      saved: undefined,
    }
    this.#requests.set(request, followed)
  }
}
