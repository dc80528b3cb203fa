/** Reading a placement: which node is primary of a session. */
import type { PlacedNode, Placement } from '@understudy/protocol/client'
import { NO_PRIMARY } from '@understudy/protocol/client'
import type { SessionKey } from '@understudy/session'

/** The slot of a session: the first byte of its key. */
export function slotOf(key: SessionKey): number {
  return Number.parseInt(key.slice(0, 2), 16)
}

/** A key in a slot, for requests that concern the slot as a whole. */
export function keyIn(slot: number): SessionKey {
  return (slot.toString(16).padStart(2, '0') + '0'.repeat(30)) as SessionKey
}

/** Parts slots into those of one primary each; those without one are a group of their own. */
export function slotsByPrimary(placement: Placement, slots: readonly number[]): readonly (readonly number[])[] {
  const groups = new Map<number, number[]>()
  for (const slot of slots) {
    const primary = placement.primaries[slot] ?? NO_PRIMARY
    const group = groups.get(primary)
    if (group === undefined) groups.set(primary, [slot])
    else group.push(slot)
  }
  return [...groups.values()]
}

/** The primary of a session; undefined when its slot has none. */
export function primaryOf(placement: Placement, key: SessionKey): PlacedNode | undefined {
  const index = placement.primaries[slotOf(key)] ?? NO_PRIMARY
  return index === NO_PRIMARY ? undefined : placement.nodes[index]
}

/**
 * Whether a node that a placement calls the primary of a slot says in its own that it is not: who reigns knows best.
 * Epochs can be lost, with all disks that had them, and then no placement ever has so high a version again.
 */
export function isDeniedBy(node: string, own: Placement, placement: Placement): boolean {
  const believed = placement.nodes.findIndex(({ name }) => name === node)
  if (believed === -1) return false
  const itself = own.nodes.findIndex(({ name }) => name === node)
  return placement.primaries.some((primary, slot) => primary === believed && (own.primaries[slot] ?? NO_PRIMARY) !== itself)
}
