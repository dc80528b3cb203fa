/** Understudy as the store of express-session. */
export { UnderstudyStore, type UnderstudyStoreOptions } from './understudy-store.js'
export type { MomentCookieOptions } from './moment-cookie.js'
export type { Middleware } from './own-writes.js'
export type { AdapterOptions, Serializer } from '@understudy/adapter'
