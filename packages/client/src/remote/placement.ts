/** Reading a placement: which node is primary of a session. */
import type { Placement } from '@understudy/protocol'
import type { SessionKey } from '@understudy/session'

/** Stands in `primaries` where a slot has no primary. */
const NO_PRIMARY = 255

/** A node as a placement names it. */
export type PlacedNode = Placement['nodes'][number]

/** The slot of a session: the first byte of its key. */
export function slotOf(key: SessionKey): number {
  return Number.parseInt(key.slice(0, 2), 16)
}

/** The primary of a session; undefined when its slot has none. */
export function primaryOf(placement: Placement, key: SessionKey): PlacedNode | undefined {
  const index = placement.primaries[slotOf(key)] ?? NO_PRIMARY
  return index === NO_PRIMARY ? undefined : placement.nodes[index]
}
