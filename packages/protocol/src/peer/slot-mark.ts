/** A mark: how far one node has come in one slot. */

import { list, pair } from '../codec/list.js'
import { optional, record } from '../codec/record.js'
import { flag, uint, uint32, uintUpTo } from '../codec/scalars.js'
import type { ValueOf } from '../codec/codec.js'
import { SLOT_COUNT } from '../limits.js'

const forgotten = record({
  /** Of destroyed sessions, by time of death, ms since 1970. */
  destroyed: uint,
  /** Of expired ones. */
  expired: uint,
})

/** Up to which time of death a node has dropped the death markers of a slot; 0 where it has dropped none. */
export type Forgotten = ValueOf<typeof forgotten>

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
  /** Death markers that the sender has dropped; absent: none. */
  forgotten: optional(forgotten),
})

/** How far the sender has come in one slot. */
export type SlotMark = ValueOf<typeof slotMark>

/** Reads and writes the marks of a frame. */
export const slotMarks = list(slotMark, SLOT_COUNT)
