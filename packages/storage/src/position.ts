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
export function decodePosition(slot: number, sealed: Uint8Array): SlotPosition | undefined {
  const bytes = unseal(keyOf(slot), sealed)
  if (bytes?.length !== 16) return undefined
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  return { slot, epoch: view.getFloat64(0), sequence: view.getFloat64(8) }
}

function keyOf(slot: number): string {
  return `slot ${slot}`
}
