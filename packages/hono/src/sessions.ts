/**
 * The middleware: finds the session that the request's cookie names, and saves what the handlers changed before the
 * response goes out.
 */
import type { MiddlewareHandler } from 'hono'
import { AppSessions, checkAdapterOptions, lifeOf, sliding } from '@understudy/adapter'
import type { AdapterOptions } from '@understudy/adapter'
import { RequestSession } from './request-session.js'
import { SessionCookie } from './session-cookie.js'
import type { CookieOptions } from './session-cookie.js'

/** Options of the middleware. */
export interface SessionsOptions extends AdapterOptions {
  /** Life of a session after its last use, seconds; default 86,400. */
  readonly ttl?: number
  /** The cookie. */
  readonly cookie?: CookieOptions
}

/** What the middleware adds to a context: `new Hono<{ Variables: SessionVariables }>()`. */
export interface SessionVariables {
  readonly session: RequestSession
}

/**
 * Sessions for an app: `app.use(sessions({ client }))`.
 *
 * A browser gets a cookie when something is first saved. Errors of the store reach the app's `onError`.
 * @throws UnderstudyError OPTION_INVALID
 */
export function sessions(options: SessionsOptions): MiddlewareHandler<{ Variables: SessionVariables }> {
  const settings = checkAdapterOptions(options)
  const life = lifeOf(options.ttl)
  const cookie = new SessionCookie(options.cookie ?? {}, life)
  const app = new AppSessions(settings)
  const surroundings = { sessions: app, expiry: sliding(life) }
  return async (context, next) => {
    const id = cookie.read(context)
    const session = new RequestSession(surroundings, id, id === undefined ? undefined : await app.read(id))
    context.set('session', session)
    await next()
    await session.save()
    if (session.isEnded) cookie.remove(context)
    else if (!session.isNew) cookie.write(context, session.id)
  }
}
