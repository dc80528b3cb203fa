/**
 * Whether who has a session open is shown what the nodes hold of it. What was shown before it was acknowledged, and then
 * lost with its primary, is shown for as long as the session is open: reads never go back. So is what was lost later.
 */
import type { InUse } from '../cast/visitor.js'
import type { Entry, SessionAccount } from '../cast/ledger.js'
import type { Replica } from '../cast/replica.js'

/** What must be known of the history. */
export interface Circumstances {
  /** Whether machines have lost something. */
  readonly hasLost: boolean
  /** Whether there may have been a side that did not know the session. */
  readonly wasSplit: boolean
  /** Simulated times when machines were killed. */
  readonly killedAt: readonly number[]
}

/**
 * What is shown otherwise than it is, in words; undefined: nothing.
 *
 * @param replica what a node holds of the session
 */
export function unlike({ handle, account }: InUse, replica: Replica | 'dead' | undefined, circumstances: Circumstances): string | undefined {
  const { hasLost, wasSplit } = circumstances
  if (replica === undefined) return undefined
  if (replica === 'dead') return handle.ended === undefined ? `${account.id} has ended and is shown` : undefined
  // Whoever cannot reach the others, if only because frames are garbled, may make a session; of that nothing was promised.
  if (handle.ended === 'unknown' && (wasSplit || account.entries.every(isUnsure))) return undefined
  if (handle.ended !== undefined) return hasLost || account.of('destroy').some(isUnsure) ? undefined : `${account.id} is there and shown as ${handle.ended}`
  const shown = handle.toJSON()
  const names = new Set([...replica.attributes.keys(), ...Object.keys(shown)])
  const differing = [...names].filter((name) => shown[name] !== replica.attributes.get(name) && !mayBeShown(account, name, shown[name], circumstances))
  if (differing.length === 0) return undefined
  return `${account.id} is shown with ${differing.map((name) => `${name} = ${String(shown[name])} in place of ${String(replica.attributes.get(name))}`).join(', ')}`
}

/** Whether this may be shown of an attribute, although it is not there. */
function mayBeShown({ entries }: SessionAccount, name: string, value: unknown, { hasLost, killedAt }: Circumstances): boolean {
  const made = entries.filter((entry) => entry.name === name && (entry.kind === 'increment' || (entry.kind === 'write' ? entry.value === value : value === undefined)))
  // Shown by a primary that was killed before it was on disk, it was written again in a lower epoch, perhaps, and then replaced.
  return made.length > 0 && (hasLost || made.some((entry) => isUnsure(entry) || killedAt.some((at) => entry.invokedAt <= at && at <= entry.acknowledgedAt)))
}

function isUnsure({ fate }: Entry): boolean {
  return fate !== 'acknowledged'
}
