/** What a check stands on: some data, and instances of an app that share them. */
import type { Store } from 'express-session'

/** One set of sessions, empty at first. Each check gets one of its own. */
export interface StoreBed {
  /** The store as one more instance of the app has it; all instances of a bed share their sessions. */
  another(): Promise<Store>
  /** Ends what was opened. */
  close(): Promise<void>
}
