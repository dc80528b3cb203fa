/** A mark: how far one node has come in one slot. */

import { list, pair } from '../codec/list.js'
import { record } from '../codec/record.js'
import { flag, uint, uint32, uintUpTo } from '../codec/scalars.js'
import type { ValueOf } from '../codec/codec.js'
import { SLOT_COUNT } from '../limits.js'

/** Reads and writes a mark. */
export const slotMark = record({
  /** Which slot, 0–255. */
  slot: uintUpTo(SLOT_COUNT - 1),
  /** The reign to which the sequence belongs. */
  epoch: uint,
  /** Changes of the slot up to which the sender holds all. */
  sequence: uint,
  /** Digest of the slot's sessions: high and low 32 bits. */
  digest: pair(uint32),
  /** Sessions in the slot. */
  count: uint,
  /** The sender is the slot's primary. */
  reigns: flag,
  /** The sender stores the slot's sessions. */
  holds: flag,
})

/** How far the sender has come in one slot. */
export type SlotMark = ValueOf<typeof slotMark>

/** Reads and writes the marks of a frame. */
export const slotMarks = list(slotMark, SLOT_COUNT)
