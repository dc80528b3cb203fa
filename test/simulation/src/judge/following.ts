/** Whether who has a session open is shown what the nodes hold of it. */
import type { InUse } from '../cast/visitor.js'
import type { Replica } from '../cast/replica.js'

/**
 * What is shown otherwise than it is, in words; undefined: nothing.
 *
 * @param replica what a node holds of the session
 * @param hasLost whether machines have lost something: what a client has read of that it shows for as long as it has the
 *   session open, since its reads never go back
 */
export function unlike({ handle, account }: InUse, replica: Replica | 'dead' | undefined, hasLost: boolean): string | undefined {
  if (replica === undefined) return undefined
  if (replica === 'dead') return handle.ended === undefined ? `${account.id} has ended and is shown` : undefined
  if (handle.ended !== undefined) return hasLost ? undefined : `${account.id} is there and shown as ${handle.ended}`
  const shown = handle.toJSON()
  const missing = [...replica.attributes].filter(([name, value]) => (!hasLost || isUnique(name)) && shown[name] !== value)
  const more = Object.keys(shown).filter((name) => !hasLost && !replica.attributes.has(name))
  if (missing.length + more.length === 0) return undefined
  return `${account.id} is shown without ${JSON.stringify(missing)}, and with ${JSON.stringify(more)}, which are not there`
}

/** Names that get one value, once. */
function isUnique(name: string): boolean {
  return /^[uf]/.test(name)
}
