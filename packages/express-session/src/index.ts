/** Understudy as the store of express-session. */
export { UnderstudyStore, type UnderstudyStoreOptions } from './understudy-store.js'
export type { AdapterOptions, Serializer } from '@understudy/adapter'
