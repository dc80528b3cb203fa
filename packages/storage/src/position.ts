/** A slot's position as bytes: epoch and sequence, 8 bytes each. */
import { seal, unseal } from './sealed.js'
import type { SlotPosition } from './storage.js'

/** The sealed bytes of a position. */
export function encodePosition({ slot, epoch, sequence }: SlotPosition): Uint8Array {
  const bytes = new Uint8Array(16)
  const view = new DataView(bytes.buffer)
  view.setFloat64(0, epoch)
  view.setFloat64(8, sequence)
  return seal(keyOf(slot), bytes)
}

/** The position in sealed bytes; undefined when they are damaged. */
function decodePosition(slot: number, sealed: Uint8Array): SlotPosition | undefined {
  const bytes = unseal(keyOf(slot), sealed)
  if (bytes?.length !== 16) return undefined
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  return { slot, epoch: view.getFloat64(0), sequence: view.getFloat64(8) }
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
