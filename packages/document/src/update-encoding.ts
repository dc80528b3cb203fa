/**
 * Writes a compact document, or what a holder of some state vector lacks of it, as a Yjs update (V1).
 *
 *     update = number of writers, then for each (descending): number of structs, writer, first clock, structs
 *              number of writers, then for each (descending): writer, number of ranges, (clock, length) of each
 *     struct = info, [origin writer, origin clock | 1, name of the root], content
 *
 * The delete set. A deletion is always caused by an entry of the same name, in the same update; so whoever holds the
 * entry holds the deletion, and only deletions caused by entries that travel now need to travel with them. Live
 * entries know what they replaced. If one does not, or an entry that travels is dead itself (what did it replace?),
 * all deletions travel: that is always right, as deletions are idempotent.
 */
import { ByteWriter } from './byte-writer.js'
import type { Compact } from './compact.js'
import { writeDeleteSet, type IdRange } from './id-range.js'
import { REPLACED, SegmentCursor, type ValuePlace } from './segment.js'
import type { StateVector } from './state-vector.js'
import { NO_TAIL, offsetOf } from './tail.js'

/** Yjs' numbers of the two kinds of content. */
export const CONTENT = { deleted: 1, any: 8 } as const
/** The bit of a struct's info that says it has an origin. */
export const HAS_ORIGIN = 0x80
/** The tags of lib0's any-encoding that an entry begins with. */
export const ENTRY = { array: 117, text: 119 } as const

/** The bytes of an update that says nothing. */
export const EMPTY_UPDATE_LENGTH = 2
/** What an entry takes beside its name, the name's length and its value: array, count, text. */
const ENTRY_OVERHEAD = 3
/** What the bytes of a fresh document hold beside its entries and the root's name, with a writer id of eight bytes. */
const FRESH_OVERHEAD = 1 + 1 + 8 + 1 + 1 + 1 + 1 + 1

const out = new ByteWriter()
const seeker = new SegmentCursor({ bytes: new Uint8Array(0), used: 0 })

/** The update that brings a holder of at least `vector` to the document's state. */
export function encodeUpdate(compact: Compact, root: string, vector: StateVector): Uint8Array {
  writeUpdate(compact, root, vector)
  return out.take()
}

/** How long the update with the whole state is. */
export function encodedLength(compact: Compact, root: string): number {
  writeUpdate(compact, root, NOTHING)
  return out.length
}

/** How long the whole state of a new document with the same values would be. */
export function freshLength(entries: readonly ValuePlace[], root: string): number {
  if (entries.length === 0) return EMPTY_UPDATE_LENGTH
  let length = FRESH_OVERHEAD + root.length + varUintLength(entries.length)
  for (const entry of entries) {
    length += ENTRY_OVERHEAD + varUintLength(entry.nameLength) + entry.nameLength + entry.length
  }
  return length
}

function varUintLength(number: number): number {
  return number < 2 ** 7 ? 1 : number < 2 ** 14 ? 2 : number < 2 ** 21 ? 3 : 4
}

const NOTHING: StateVector = new Map()

/** What a struct begins with. Writers are indices. */
interface Place {
  readonly live: boolean
  /** -1: none. */
  readonly originWriter: number
  readonly originClock: number
}

/** Adjoining items that make one Yjs struct. */
interface Struct extends Place {
  readonly writer: number
  readonly clock: number
  length: number
  /** Where the first segment is. */
  readonly start: number
}

function writeUpdate(compact: Compact, root: string, vector: StateVector): void {
  out.reset()
  if (vector.size > 0 && writeLatest(compact, root, vector)) return
  const { structs, deleted } = newsFor(compact, vector)
  writeStructs(compact, root, structs)
  writeDeleteSet(out, deleted ?? allDeleted(compact))
}

/** The usual difference, of one entry, without the lists that others need. False: the holder lacks something else. */
function writeLatest(compact: Compact, root: string, vector: StateVector): boolean {
  const writer = onlyOneBehind(compact, vector)
  if (writer < 0) return false
  const clock = (compact.clocks[writer] ?? 0) - 1
  if (writer === compact.lastWriter && compact.tail !== NO_TAIL) seeker.seekLast(compact, offsetOf(compact.tail), writer, clock)
  else seeker.reset(compact)
  while (seeker.next()) {
    if (seeker.writer !== writer || seeker.lastClock !== clock) continue
    if (!seeker.live || seeker.replaced === REPLACED.unknown) return false
    out.uint8(1)
    out.uint8(1)
    writeId(compact, writer, clock)
    writeHead(compact, root, seeker)
    out.uint8(1)
    writeEntry(seeker)
    writeReplaced(compact)
    return true
  }
  return false
}

/** The index of the writer of whom the holder lacks the last item, if it lacks nothing else; else -1. */
function onlyOneBehind({ writers, clocks }: Compact, vector: StateVector): number {
  let behind = -1
  for (let i = 0; i < writers.length; i++) {
    const lacking = (clocks[i] ?? 0) - (vector.get(writers[i] ?? 0) ?? 0)
    if (lacking <= 0) continue
    if (lacking > 1 || behind >= 0) return -1
    behind = i
  }
  return behind
}

/** The delete set with what the entry under the cursor replaced. */
function writeReplaced(compact: Compact): void {
  if (seeker.replaced === REPLACED.nothing) {
    out.uint8(0)
    return
  }
  out.uint8(1)
  out.varUint(compact.writers[seeker.replacedWriter] ?? 0)
  out.uint8(1)
  out.varUint(seeker.replacedClock)
  out.uint8(1)
}

/** What a holder lacks. */
interface News {
  readonly structs: Struct[]
  /** The deletions that go with the structs; undefined if they are not known for certain. */
  deleted: IdRange[] | undefined
}

function newsFor(compact: Compact, vector: StateVector): News {
  const news: News = { structs: [], deleted: [] }
  const floors = floorsOf(compact, vector)
  if (floors.every((floor, i) => floor >= (compact.clocks[i] ?? 0))) return news
  const cursor = new SegmentCursor(compact)
  let open: Struct | undefined
  while (cursor.next()) {
    const floor = floors[cursor.writer] ?? 0
    if (cursor.clock + cursor.length <= floor) {
      open = undefined
      continue
    }
    if (open !== undefined && cursor.follows && open.live === cursor.live) open.length += cursor.length
    else news.structs.push((open = structFrom(cursor, floor)))
    noteDeleted(news, compact, cursor)
  }
  return news
}

function noteDeleted(news: News, { writers }: Compact, cursor: SegmentCursor): void {
  if (!cursor.live || cursor.replaced === REPLACED.unknown) news.deleted = undefined
  else if (cursor.replaced !== REPLACED.nothing) {
    news.deleted?.push({ writer: writers[cursor.replacedWriter] ?? 0, clock: cursor.replacedClock, length: 1 })
  }
}

/** For each writer of the table, the clock up to which the holder has everything. */
function floorsOf({ writers }: Compact, vector: StateVector): number[] {
  if (vector.size === 0) return writers.map(() => 0)
  return writers.map((writer) => vector.get(writer) ?? 0)
}

function structFrom(cursor: SegmentCursor, floor: number): Struct {
  const { live, writer, clock, length, originWriter, originClock, start } = cursor
  if (clock >= floor) return { live, writer, clock, length, originWriter, originClock, start }
  // The holder has the run's beginning; the rest continues it.
  const held = floor - clock
  return { live, writer, clock: floor, length: length - held, originWriter: writer, originClock: floor - 1, start }
}

function writeStructs(compact: Compact, root: string, structs: readonly Struct[]): void {
  const groups = byWriter(compact, structs)
  out.varUint(groups.length)
  for (const group of groups) {
    const first = group[0]
    if (first === undefined) continue
    out.varUint(group.length)
    out.varUint(compact.writers[first.writer] ?? 0)
    out.varUint(first.clock)
    for (const struct of group) writeStruct(compact, root, struct)
  }
}

/** Structs grouped by writer, the highest writer id first; within a writer they keep their order. */
function byWriter({ writers }: Compact, structs: readonly Struct[]): (readonly Struct[])[] {
  const first = structs[0]
  if (first === undefined) return []
  if (structs.every(({ writer }) => writer === first.writer)) return [structs]
  const groups = new Map<number, Struct[]>()
  for (const struct of structs) {
    const group = groups.get(struct.writer)
    if (group === undefined) groups.set(struct.writer, [struct])
    else group.push(struct)
  }
  const sorted = [...groups].sort(([a], [b]) => (writers[b] ?? 0) - (writers[a] ?? 0))
  return sorted.map(([, group]) => group)
}

function writeStruct(compact: Compact, root: string, struct: Struct): void {
  writeHead(compact, root, struct)
  out.varUint(struct.length)
  if (struct.live) writeEntries(compact, struct)
}

/** Kind and place of a struct. */
function writeHead(compact: Compact, root: string, { live, originWriter, originClock }: Place): void {
  const hasOrigin = originWriter >= 0
  out.uint8((live ? CONTENT.any : CONTENT.deleted) | (hasOrigin ? HAS_ORIGIN : 0))
  if (hasOrigin) writeId(compact, originWriter, originClock)
  else writeRoot(root)
}

function writeId({ writers }: Compact, writer: number, clock: number): void {
  out.varUint(writers[writer] ?? 0)
  out.varUint(clock)
}

function writeRoot(root: string): void {
  out.uint8(1)
  out.varUint(root.length)
  for (let i = 0; i < root.length; i++) out.uint8(root.charCodeAt(i))
}

function writeEntries(compact: Compact, struct: Struct): void {
  const entries = new SegmentCursor(compact, struct.start)
  for (let i = 0; i < struct.length && entries.next(); i++) writeEntry(entries)
}

function writeEntry({ bytes, nameAt, nameLength, valueAt, valueLength }: SegmentCursor): void {
  out.uint8(ENTRY.array)
  out.uint8(valueLength === 0 ? 1 : 2)
  out.uint8(ENTRY.text)
  out.varUint(nameLength)
  out.copy(bytes, nameAt, valueAt + valueLength)
}

function allDeleted(compact: Compact): IdRange[] {
  const ranges: IdRange[] = []
  const cursor = new SegmentCursor(compact)
  while (cursor.next()) {
    if (cursor.live) continue
    ranges.push({ writer: compact.writers[cursor.writer] ?? 0, clock: cursor.clock, length: cursor.length })
  }
  return ranges
}
