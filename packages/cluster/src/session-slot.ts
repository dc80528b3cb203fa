/** Slots: the fixed shares into which all sessions are divided. Roles, epochs and streams are per slot. */

/** A session key as nodes know it: 32 lower-case hex digits. Structurally the same type as in the other packages. */
export type SessionKey = string & { readonly brand: 'session key' }

/** How many slots there are. Fixed for ever: changing it would move every session. */
export const SLOT_COUNT = 256

/**
 * The slot of a session: the first byte of its key, which is uniform because the key is a hash.
 *
 * @returns 0 … 255
 */
export function slotOf(key: SessionKey): number {
  return (hexDigit(key.charCodeAt(0)) << 4) | hexDigit(key.charCodeAt(1))
}

function hexDigit(code: number): number {
  return code <= 57 ? code - 48 : code - 87
}
