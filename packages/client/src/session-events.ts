/** What a session's handle tells its listeners. */
import type { EndReason } from './end-reason.js'

/** The events of a session handle and what their listeners get. */
export interface SessionEvents extends Record<string, readonly unknown[]> {
  /** Names of attributes that something other than this handle's unsaved operations changed: others, or a save. */
  readonly changed: readonly [names: readonly string[]]
  /** The session was destroyed or has expired, or no node knows it any more. */
  readonly destroyed: readonly [reason: EndReason]
}

/** Their names. */
export const SESSION_EVENTS = ['changed', 'destroyed'] as const
