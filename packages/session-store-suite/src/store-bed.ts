/** What a check stands on: some data, and instances of an app that share them. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Store } from 'express-session'

/** A middleware of Express or connect. */
export type Middleware = (request: IncomingMessage, response: ServerResponse, next: (error?: unknown) => void) => void

/** One set of sessions, empty at first. Each check gets one of its own. */
export interface StoreBed {
  /** The store as one more instance of the app has it; all instances of a bed share their sessions. */
  another(): Promise<Store>
  /** The middleware that the store's documentation wants before `session()`, if any: all of its apps get it. */
  before?(store: Store): Middleware
  /** Ends what was opened. */
  close(): Promise<void>
}
