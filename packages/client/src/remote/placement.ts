/** Reading a placement: which node is primary of a session. */
import type { PlacedNode, Placement } from '@understudy/protocol/client'
import { NO_PRIMARY } from '@understudy/protocol/client'
import type { SessionKey } from '@understudy/session'

/** The slot of a session: the first byte of its key. */
export function slotOf(key: SessionKey): number {
  return Number.parseInt(key.slice(0, 2), 16)
}

/** The primary of a session; undefined when its slot has none. */
export function primaryOf(placement: Placement, key: SessionKey): PlacedNode | undefined {
  const index = placement.primaries[slotOf(key)] ?? NO_PRIMARY
  return index === NO_PRIMARY ? undefined : placement.nodes[index]
}
