/** Understudy as the session storage of React Router. */
export { createUnderstudySessionStorage, type UnderstudySessionStorageOptions } from './session-storage.js'
export type { AdapterOptions } from '@understudy/adapter'
