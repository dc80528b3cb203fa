/**
 * Whether who has a session open is shown what the nodes hold of it. What was shown before it was acknowledged, and then
 * lost with its primary, is shown for as long as the session is open: reads never go back. So is what was lost later.
 */
import type { InUse } from '../cast/visitor.js'
import type { Entry, SessionAccount } from '../cast/ledger.js'
import type { Replica } from '../cast/replica.js'

/**
 * What is shown otherwise than it is, in words; undefined: nothing.
 *
 * @param replica what a node holds of the session
 * @param hasLost whether machines have lost something
 * @param wasSplit whether there may have been a side that did not know the session
 */
export function unlike({ handle, account }: InUse, replica: Replica | 'dead' | undefined, { hasLost, wasSplit }: { readonly hasLost: boolean; readonly wasSplit: boolean }): string | undefined {
  if (replica === undefined) return undefined
  if (replica === 'dead') return handle.ended === undefined ? `${account.id} has ended and is shown` : undefined
  if (handle.ended === 'unknown' && wasSplit) return undefined
  if (handle.ended !== undefined) return hasLost || account.of('destroy').some(isUnsure) ? undefined : `${account.id} is there and shown as ${handle.ended}`
  const shown = handle.toJSON()
  const names = new Set([...replica.attributes.keys(), ...Object.keys(shown)])
  const differing = [...names].filter((name) => shown[name] !== replica.attributes.get(name) && !mayBeShown(account, name, shown[name], hasLost))
  if (differing.length === 0) return undefined
  return `${account.id} is shown with ${differing.map((name) => `${name} = ${String(shown[name])} in place of ${String(replica.attributes.get(name))}`).join(', ')}`
}

/** Whether this may be shown of an attribute, although it is not there. */
function mayBeShown({ entries }: SessionAccount, name: string, value: unknown, hasLost: boolean): boolean {
  const made = entries.filter((entry) => entry.name === name && (entry.kind === 'increment' || (entry.kind === 'write' ? entry.value === value : value === undefined)))
  return made.length > 0 && (hasLost || made.some(isUnsure))
}

function isUnsure({ fate }: Entry): boolean {
  return fate !== 'acknowledged'
}
