/** What a store offers besides where its sessions can be listed, by callback or promise. */
import { answered } from './answer.js'
import type { Callback } from './answer.js'
import type { CookieSessions } from './cookie-sessions.js'
import type { IdSeal } from './sealed-id.js'

/** The methods, as stores for express-session have them. `Data` is the framework's session. */
export interface Listing<Data> {
  /** Gives all sessions by id. */
  all(callback?: Callback<Record<string, Data>>): Promise<Record<string, Data> | undefined>
  /** Counts all sessions. */
  length(callback?: Callback<number>): Promise<number | undefined>
  /** Ends all sessions for ever. */
  clear(callback?: Callback<void>): Promise<void>
}

/** The listing of an app's sessions, of those that were made with the secret of the seal. */
export function listingOf<Data>(sessions: CookieSessions, seal: IdSeal): Listing<Data> {
  return {
    // What a framework takes for its session is what it put in, and a cookie.
    all: (callback) => answered(sessions.all(seal) as Promise<object> as Promise<Record<string, Data>>, callback),
    length: (callback) => answered(sessions.count(seal), callback),
    clear: (callback) => answered(sessions.clear(seal), callback),
  }
}
