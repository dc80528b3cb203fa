/** A slot's position as bytes: epoch, sequence, and up to when death markers were dropped (since format 2); 8 bytes each. */
import { seal, unseal } from './sealed.js'
import type { SlotPosition } from './storage.js'

/** Where positions are put together: a change of primaries writes those of all slots. */
const bytes = new Uint8Array(32)
const view = new DataView(bytes.buffer)

/** The sealed bytes of a position. */
export function encodePosition({ slot, epoch, sequence, forgotten }: SlotPosition): Uint8Array {
  view.setFloat64(0, epoch)
  view.setFloat64(8, sequence)
  view.setFloat64(16, forgotten?.destroyed ?? 0)
  view.setFloat64(24, forgotten?.expired ?? 0)
  return seal(keyOf(slot), bytes)
}

/** The position in sealed bytes; undefined when they are damaged. */
function decodePosition(slot: number, sealed: Uint8Array): SlotPosition | undefined {
  const kept = unseal(keyOf(slot), sealed)
  if (kept?.length !== 16 && kept?.length !== 32) return undefined
  const fields = new DataView(kept.buffer, kept.byteOffset, kept.length)
  const position = { slot, epoch: fields.getFloat64(0), sequence: fields.getFloat64(8) }
  if (kept.length === 16) return position
  const forgotten = { destroyed: fields.getFloat64(16), expired: fields.getFloat64(24) }
  return forgotten.destroyed === 0 && forgotten.expired === 0 ? position : { ...position, forgotten }
}

/**
 * The positions in a table. A damaged one says nothing any more; its slot then begins above the highest epoch there is,
 * since one that is too high harms nobody.
 */
export function readPositions(table: Iterable<readonly [slot: number, sealed: Uint8Array]>): SlotPosition[] {
  const read = Array.from(table, ([slot, sealed]) => ({ slot, position: decodePosition(slot, sealed) }))
  const highest = Math.max(0, ...read.map(({ position }) => position?.epoch ?? 0))
  return read.map(({ slot, position }) => position ?? { slot, epoch: highest, sequence: 0 })
}

function keyOf(slot: number): string {
  return `slot ${slot}`
}
