/** Understudy as the external store of koa-session. */
export { UnderstudyStore, type KoaRequest, type UnderstudyStoreOptions } from './understudy-store.js'
export type { AdapterOptions } from '@understudy/adapter'
