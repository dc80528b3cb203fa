/** Sessions for Hono on Node.js, in Understudy. */
export { sessions, type SessionsOptions, type SessionVariables } from './sessions.js'
export type { CookieOptions } from './session-cookie.js'
export { RequestSession as Session } from './request-session.js'
export type { AdapterOptions } from '@understudy/adapter'
