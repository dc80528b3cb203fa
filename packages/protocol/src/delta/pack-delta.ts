/**
 * Packing: a V1 update of our shape says most things twice. Packed, it tells the receiver only what the link does not
 * expect: writer and clock when they are other than expected, entries without the frame that each has in Yjs, deletions
 * relative to the clock. Lossless: `unpack-delta.ts` rebuilds the very bytes, and what cannot be rebuilt travels raw.
 *
 *   packed  := 0 length bytes
 *            | flags [writer] [clock] [origin] structs deletions       (flags odd)
 *   structs := entry                                                   (ONE_ENTRY: the usual)
 *            | count (2·length+1 | 2·length entry…)…                   deleted run | entries
 *   entry   := 2·nameLength+hasValue name [value]
 *   deletions := distance                                              (ONE_DELETION: the usual)
 *            | nothing (NO_DELETIONS) | count (writer count (gap length)…)…
 */

import type { Root } from '../link/expected-chains.js'
import type { LinkWriter } from '../link/link-writer.js'
import { EXPECTED_CLOCK, EXPECTED_WRITER, NO_DELETIONS, ONE_DELETION, ONE_ENTRY, OTHER_ORIGIN, PACKED } from './pack-flags.js'
import { packUsual } from './pack-usual.js'
import { shapeOf, type DeletionShape, type EntryShape, type StructShape, type UpdateShape } from './update-shape.js'

/** Writes `update` packed if it is of our shape, else as it is; `session` is its number on the link. */
export function packUpdate(writer: LinkWriter, update: Uint8Array, root: Root, session: number): void {
  if (packUsual(writer, update, root, session)) return
  const shape = shapeOf(update, root)
  if (shape === undefined) {
    writer.uint8(0)
    writer.sized(update)
    return
  }
  const { chains, writers } = writer.memory
  const flags = flagsOf(shape, chains.writerOf(session, root), chains.clockOf(session, root))
  writer.uint8(flags)
  if (!(flags & EXPECTED_WRITER)) writer.numbered(writers, shape.writer)
  if (!(flags & EXPECTED_CLOCK)) writer.varUint(shape.clock)
  if (shape.origin !== undefined) {
    writer.numbered(writers, shape.origin.writer)
    writer.varUint(shape.origin.clock)
  }
  writeStructs(writer, update, shape.structs, flags)
  if (flags & ONE_DELETION) writer.varUint(shape.clock - 1 - (shape.deletions[0]?.ranges[0] ?? 0))
  else if (!(flags & NO_DELETIONS)) writeDeletions(writer, shape.deletions)
  chains.expect(session, root, shape.writer, shape.end)
}

function flagsOf(shape: UpdateShape, expectedWriter: number, expectedClock: number): number {
  const { writer, clock, structs, deletions, origin } = shape
  return (
    PACKED |
    (writer === expectedWriter ? EXPECTED_WRITER : 0) |
    (clock === expectedClock ? EXPECTED_CLOCK : 0) |
    (structs.length === 1 && isOneEntry(structs[0]) ? ONE_ENTRY : 0) |
    (origin === undefined ? 0 : OTHER_ORIGIN) |
    (deletions.length === 0 ? NO_DELETIONS : 0) |
    (deletions.length === 1 && isOneDeletion(deletions[0], writer, clock) ? ONE_DELETION : 0)
  )
}

function isOneEntry(struct: StructShape | undefined): boolean {
  const entry = struct?.entries[0]
  return struct?.entries.length === 1 && entry !== undefined && entry.end > entry.value
}

function isOneDeletion(deletion: DeletionShape | undefined, writer: number, clock: number): boolean {
  if (deletion?.writer !== writer || deletion.ranges.length !== 2) return false
  return deletion.ranges[1] === 1 && (deletion.ranges[0] ?? clock) < clock
}

function writeStructs(
  writer: LinkWriter,
  update: Uint8Array,
  structs: readonly StructShape[],
  flags: number,
): void {
  if (!(flags & ONE_ENTRY)) writer.varUint(structs.length)
  for (const { entries, deleted } of structs) {
    if (!(flags & ONE_ENTRY)) writer.varUint(deleted > 0 ? 2 * deleted + 1 : 2 * entries.length)
    for (const entry of entries) writeEntry(writer, update, entry)
  }
}

function writeEntry(writer: LinkWriter, update: Uint8Array, { name, value, end }: EntryShape): void {
  writer.varUint(2 * (value - name) + (end > value ? 1 : 0))
  writer.part(update, name, end)
}

function writeDeletions(writer: LinkWriter, deletions: readonly DeletionShape[]): void {
  writer.varUint(deletions.length)
  for (const { writer: id, ranges } of deletions) {
    writer.numbered(writer.memory.writers, id)
    writer.varUint(ranges.length / 2)
    let end = 0
    for (let index = 0; index < ranges.length; index += 2) {
      const clock = ranges[index] ?? 0
      const length = ranges[index + 1] ?? 0
      writer.varUint(clock - end)
      writer.varUint(length)
      end = clock + length
    }
  }
}
