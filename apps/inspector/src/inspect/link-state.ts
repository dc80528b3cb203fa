/**
 * Where the link to the node stands.
 *
 *   connecting ─ welcome ─► open ─ lost ─► resting ─ (pause) ─► connecting
 *        └───── refused ──► refused ── another token, or "try again" ──► connecting
 *
 * `refused` is what time alone does not change: the token, the role, the version.
 */
import type { InspectWelcome } from '@understudy/protocol/inspect'

/** A state of the link. */
export type LinkState =
  | { readonly phase: 'connecting'; readonly attempt: number }
  | { readonly phase: 'open'; readonly welcome: InspectWelcome }
  | { readonly phase: 'resting'; readonly attempt: number; readonly why: string }
  | { readonly phase: 'refused'; readonly code: string; readonly message: string }

/** Codes of `bye` after which trying again is of no use. */
const FINAL: ReadonlySet<string> = new Set(['TOKEN_MISSING', 'TOKEN_UNKNOWN', 'TOKEN_EXPIRED', 'ROLE_TOO_LOW', 'VERSION_MISMATCH'])

/** Whether a good-bye with this code needs a person. */
export function isFinal(code: string): boolean {
  return FINAL.has(code)
}

/** Whether another token would help. */
export function isAboutToken(code: string): boolean {
  return isFinal(code) && code !== 'VERSION_MISMATCH'
}
