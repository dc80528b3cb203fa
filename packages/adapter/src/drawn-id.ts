/** Ids of sessions, where the framework draws none: 192 random bits, as cookies can hold them. */
import { randomBytes } from 'node:crypto'

const ID = /^[\w-]{32}$/

/** A new id. */
export function drawId(): string {
  return randomBytes(24).toString('base64url')
}

/** Whether it can be one that was drawn; nothing else need be looked up. */
export function isDrawnId(given: unknown): given is string {
  return typeof given === 'string' && ID.test(given)
}
