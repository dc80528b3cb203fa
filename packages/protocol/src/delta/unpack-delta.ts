/**
 * Unpacking: rebuilds the very bytes of the update that `pack-delta.ts` packed.
 *
 * What comes out is not judged here: that is the strict check of `document`. But it comes out bounded: it is charged to
 * the frame, since a few bytes of a hostile frame could unpack to many.
 */

import { ByteWriter } from '../bytes/byte-writer.js'
import { PEER_FRAME_LIMIT } from '../limits.js'
import type { Root } from '../link/expected-chains.js'
import type { LinkReader } from '../link/link-reader.js'
import { malformed } from '../protocol-error.js'
import {
  EXPECTED_CLOCK,
  EXPECTED_WRITER,
  NO_DELETIONS,
  ONE_DELETION,
  ONE_ENTRY,
  OTHER_ORIGIN,
  PACKED,
} from './pack-flags.js'
import { skipValue } from './skip-value.js'
import { CLOCK_LIMIT, type ItemId } from './update-shape.js'
import { ANY_ARRAY, ANY_STRING, CONTENT_ANY, CONTENT_DELETED, HAS_ORIGIN, PARENT_IS_ROOT } from './yjs-v1.js'

const ALL_FLAGS = 127

/** Where updates are put together; empty between calls. */
const target = new ByteWriter(PEER_FRAME_LIMIT)

/** Reads what `packUpdate` wrote. */
export function unpackUpdate(reader: LinkReader, root: Root, session: number): Uint8Array {
  const flags = reader.uint8()
  if (flags === 0) return charged(reader, reader.sized())
  const { chains, writers } = reader.memory
  if (flags > ALL_FLAGS || !(flags & PACKED)) throw malformed(`an update has unknown flags (${flags})`)
  const writer = flags & EXPECTED_WRITER ? chains.writerOf(session, root) : reader.numbered(writers)
  const clock = flags & EXPECTED_CLOCK ? chains.clockOf(session, root) : readClock(reader)
  if (writer < 0) throw malformed('an update is by a writer that nobody expects')
  const origin = flags & OTHER_ORIGIN ? { writer: reader.numbered(writers), clock: readClock(reader) } : undefined
  target.truncate(0)
  const end = unpackStructs(reader, flags, { writer, clock }, origin, root)
  unpackDeletions(reader, flags, writer, clock)
  chains.expect(session, root, writer, end)
  return charged(reader, target.finish())
}

function charged(reader: LinkReader, update: Uint8Array): Uint8Array {
  reader.charge(update.length)
  return update
}

/** Rebuilds the structs; gives the clock after the last one. */
function unpackStructs(
  reader: LinkReader,
  flags: number,
  first: ItemId,
  origin: ItemId | undefined,
  root: Root,
): number {
  const usual = (flags & ONE_ENTRY) !== 0
  const count = usual ? 1 : reader.varUint()
  if (count === 0 || count > reader.left) throw malformed(`an update claims ${count} structs`)
  target.varUint(1)
  target.varUint(count)
  target.varUint(first.writer)
  target.varUint(first.clock)
  let { clock } = first
  for (let index = 0; index < count; index++) {
    const size = usual ? 2 : reader.varUint()
    const hook = index === 0 && origin ? origin : { writer: first.writer, clock: clock - 1 }
    unpackLink(hook, size % 2 === 1 ? CONTENT_DELETED : CONTENT_ANY, root)
    clock += unpackContent(reader, size, usual)
    if (clock >= CLOCK_LIMIT) throw malformed('an update ends beyond 31 bits')
  }
  return clock
}

/** What a struct hangs on: another item, or, when that would have the clock −1, the document's root. */
function unpackLink(hook: ItemId, kind: number, root: Root): void {
  target.uint8(hook.clock < 0 ? kind : HAS_ORIGIN | kind)
  if (hook.clock < 0) {
    target.varUint(PARENT_IS_ROOT)
    target.text(root)
    return
  }
  target.varUint(hook.writer)
  target.varUint(hook.clock)
}

/** Rebuilds a struct's content; gives its length. */
function unpackContent(reader: LinkReader, size: number, usual: boolean): number {
  const length = Math.floor(size / 2)
  if (length === 0) throw malformed('a struct has no content')
  target.varUint(length)
  if (size % 2 === 1) return length
  if (length > reader.left) throw malformed(`a struct claims ${length} entries`)
  for (let index = 0; index < length; index++) unpackEntry(reader, usual)
  return length
}

function unpackEntry(reader: LinkReader, usual: boolean): void {
  const size = reader.varUint()
  const hasValue = size % 2 === 1
  if (usual && !hasValue) throw malformed('an entry lacks its value')
  const start = reader.position
  const length = Math.floor(size / 2)
  reader.skip(length)
  if (hasValue) skipValue(reader)
  target.uint8(ANY_ARRAY)
  target.uint8(hasValue ? 2 : 1)
  target.uint8(ANY_STRING)
  target.varUint(length)
  target.part(reader.bytes, start, reader.position)
}

function unpackDeletions(reader: LinkReader, flags: number, writer: number, clock: number): void {
  if (flags & NO_DELETIONS && flags & ONE_DELETION) throw malformed('an update has one deletion and none')
  if (flags & NO_DELETIONS) return target.varUint(0)
  if (flags & ONE_DELETION) return unpackOneDeletion(reader, writer, clock)
  const count = reader.varUint()
  if (count > reader.left) throw malformed(`an update claims deletions of ${count} writers`)
  target.varUint(count)
  for (let index = 0; index < count; index++) {
    target.varUint(reader.numbered(reader.memory.writers))
    unpackRanges(reader)
  }
}

function unpackOneDeletion(reader: LinkReader, writer: number, clock: number): void {
  const distance = reader.varUint()
  if (distance >= clock) throw malformed('a deletion lies before the first item')
  target.varUint(1)
  target.varUint(writer)
  target.varUint(1)
  target.varUint(clock - 1 - distance)
  target.varUint(1)
}

function unpackRanges(reader: LinkReader): void {
  const count = reader.varUint()
  if (count > reader.left) throw malformed(`an update claims ${count} deletions`)
  target.varUint(count)
  let end = 0
  for (let index = 0; index < count; index++) {
    const start = end + readClock(reader)
    if (start >= CLOCK_LIMIT) throw malformed('a deletion lies beyond 31 bits')
    const length = readClock(reader)
    target.varUint(start)
    target.varUint(length)
    end = start + length
  }
}

function readClock(reader: LinkReader): number {
  const clock = reader.varUint()
  if (clock >= CLOCK_LIMIT) throw malformed('a clock has more than 31 bits')
  return clock
}
