/**
 * Who may do what: read < write < admin. Peers stand beside this order: no token makes a peer. The other way round
 * the peer secret counts as `write`, since a peer may write every session anyway; it is never `admin`.
 */

const ORDER = { read: 1, write: 2, admin: 3 } as const

/**
 * What a token allows: `read` follows sessions whose id it knows, and status; `write` also changes sessions, and lists,
 * counts, watches, rotates and ends any of them; `admin` also steers the node.
 */
export type Role = keyof typeof ORDER

/** What a request needs: a role, or to be a peer node. */
export type Need = Role | 'peer'

/** The roles, least first, as messages list them. */
export const ROLES: readonly Role[] = ['read', 'write', 'admin']

/** Whether `text` is a role. */
export function isRole(text: unknown): text is Role {
  return typeof text === 'string' && Object.hasOwn(ORDER, text)
}

/** Whether a token of role `held` may do what needs role `need`. */
export function roleCovers(held: Role, need: Role): boolean {
  return ORDER[held] >= ORDER[need]
}
