/**
 * A mark: how far one node has come in one slot.
 *
 * Marks come in lists of up to all slots, in every greeting and at the end of every sync, so a mark tells only what the one
 * before it in the list does not: that its slot is the next one, that the epoch is the same, and that there is nothing in
 * the slot are a bit each. What a bit can tell must be told by it: a list has one spelling.
 */

import type { Codec } from '../codec/codec.js'
import { SLOT_COUNT } from '../limits.js'
import type { LinkReader } from '../link/link-reader.js'
import type { LinkWriter } from '../link/link-writer.js'
import { malformed, unencodable } from '../protocol-error.js'

/** Up to which time of death a node has dropped the death markers of a slot; 0 where it has dropped none. */
export interface Forgotten {
  /** Of destroyed sessions, by time of death, ms since 1970. */
  readonly destroyed: number
  /** Of expired ones. */
  readonly expired: number
}

/** How far the sender has come in one slot. */
export interface SlotMark {
  /** Which slot, 0–255. */
  readonly slot: number
  /** The reign to which the sequence belongs. */
  readonly epoch: number
  /** Changes of the slot up to which the sender holds all. */
  readonly sequence: number
  /** Digest of the slot's sessions: high and low 32 bits. */
  readonly digest: readonly [number, number]
  /** Sessions in the slot. */
  readonly count: number
  /** The sender is the slot's primary. */
  readonly reigns: boolean
  /** Death markers that the sender has dropped; absent: none. */
  readonly forgotten?: Forgotten
}

/** The slot follows the one of the mark before; the first mark of a list follows slot −1. */
const NEXT_SLOT = 1
/** The epoch is that of the mark before; before the first it is 0. */
const SAME_EPOCH = 2
/** There are no sessions in the slot, and its digest is 0. */
const EMPTY = 4
/** The sender is the slot's primary. */
const REIGNS = 8
/** Death markers were dropped. */
const FORGOTTEN = 16
const ALL_FLAGS = 31

const NOTHING: readonly [number, number] = [0, 0]

/** What a list of marks begins after. */
const BEFORE = { slot: -1, epoch: 0 }

/** Reads and writes the marks of a frame. */
export const slotMarks: Codec<readonly SlotMark[]> = {
  write(writer, marks) {
    if (marks.length > SLOT_COUNT) throw unencodable(`${marks.length} marks where at most ${SLOT_COUNT} fit`)
    writer.varUint(marks.length)
    let before: Pick<SlotMark, 'slot' | 'epoch'> = BEFORE
    for (const mark of marks) {
      writeMark(writer, mark, before)
      before = mark
    }
  },
  read(reader) {
    const count = reader.varUint()
    if (count > Math.min(SLOT_COUNT, reader.left)) throw malformed(`a list claims ${count} marks`)
    const marks: SlotMark[] = []
    let before: Pick<SlotMark, 'slot' | 'epoch'> = BEFORE
    for (let index = 0; index < count; index++) {
      const mark = readMark(reader, before)
      marks.push(mark)
      before = mark
    }
    return marks
  },
}

function writeMark(writer: LinkWriter, mark: SlotMark, before: Pick<SlotMark, 'slot' | 'epoch'>): void {
  const { slot, epoch, sequence, digest, count, reigns, forgotten } = mark
  if (slot >= SLOT_COUNT) throw unencodable(`slot ${slot} where there are ${SLOT_COUNT}`)
  let flags = 0
  if (slot === before.slot + 1) flags |= NEXT_SLOT
  if (epoch === before.epoch) flags |= SAME_EPOCH
  if (count === 0 && digest[0] === 0 && digest[1] === 0) flags |= EMPTY
  if (reigns) flags |= REIGNS
  if (forgotten !== undefined) flags |= FORGOTTEN
  writer.uint8(flags)
  if ((flags & NEXT_SLOT) === 0) writer.varUint(slot)
  if ((flags & SAME_EPOCH) === 0) writer.varUint(epoch)
  writer.varUint(sequence)
  if ((flags & EMPTY) === 0) {
    writer.uint32(digest[0])
    writer.uint32(digest[1])
    writer.varUint(count)
  }
  if (forgotten !== undefined) {
    writer.varUint(forgotten.destroyed)
    writer.varUint(forgotten.expired)
  }
}

function readMark(reader: LinkReader, before: Pick<SlotMark, 'slot' | 'epoch'>): SlotMark {
  const flags = reader.uint8()
  if (flags > ALL_FLAGS) throw malformed(`a mark has the flags ${flags}`)
  const slot = readSlot(reader, flags, before.slot)
  const epoch = (flags & SAME_EPOCH) === 0 ? reader.varUint() : before.epoch
  if ((flags & SAME_EPOCH) === 0 && epoch === before.epoch) throw malformed(`epoch ${epoch} is told twice`)
  const sequence = reader.varUint()
  const reigns = (flags & REIGNS) !== 0
  if ((flags & EMPTY) !== 0) return withForgotten(reader, flags, { slot, epoch, sequence, digest: NOTHING, count: 0, reigns })
  const digest = [reader.uint32(), reader.uint32()] as const
  const count = reader.varUint()
  if (count === 0 && digest[0] === 0 && digest[1] === 0) throw malformed('a mark tells at length that there is nothing')
  return withForgotten(reader, flags, { slot, epoch, sequence, digest, count, reigns })
}

function readSlot(reader: LinkReader, flags: number, before: number): number {
  const follows = (flags & NEXT_SLOT) !== 0
  const slot = follows ? before + 1 : reader.varUint()
  if (slot >= SLOT_COUNT) throw malformed(`slot ${slot} where there are ${SLOT_COUNT}`)
  if (!follows && slot === before + 1) throw malformed(`slot ${slot} is told though it follows`)
  return slot
}

function withForgotten(reader: LinkReader, flags: number, mark: SlotMark): SlotMark {
  if ((flags & FORGOTTEN) === 0) return mark
  return { ...mark, forgotten: { destroyed: reader.varUint(), expired: reader.varUint() } }
}
