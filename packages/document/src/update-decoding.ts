/**
 * Reads a Yjs update (V1) of the one shape that this package writes, from bytes that nobody vouches for.
 *
 * This is the first half of the strict check: all that can be said without knowing the document. Work and memory are
 * bounded by the bytes: every count is checked against the bytes that are left before anything is allocated, and a
 * struct or an entry takes some bytes for certain.
 */
import { ByteReader } from './byte-reader.js'
import { DocumentError } from './document-error.js'
import type { EntryPlace } from './fresh-entry.js'
import type { IdRange } from './id-range.js'
import { isPrototypeKey, NAME_LIMIT } from './name.js'
import { CLOCK_LIMIT } from './state-vector.js'
import { CONTENT, ENTRY, HAS_ORIGIN } from './update-encoding.js'
import { skipValue } from './value-bytes.js'

/** The longest update in bytes: far beyond any session's limits, so that only nonsense meets it. */
export const UPDATE_LIMIT = 16 * 2 ** 20
/** The most writers in an update; documents are restarted long before they have so many. */
export const WRITER_LIMIT = 4096

/** The fewest bytes that a writer with one struct, a struct, an entry, and a delete set's writer and range take. */
const LEAST = { writer: 6, struct: 4, entry: 5, deletions: 4, range: 2 } as const

/** One struct of an update. */
export interface DecodedStruct {
  readonly writer: number
  readonly clock: number
  readonly length: number
  readonly origin: { readonly writer: number; readonly clock: number } | undefined
  /** One an item; absent when the items are deleted. */
  readonly entries: readonly EntryPlace[] | undefined
}

/** What one writer contributes: structs without a gap between them. */
export interface DecodedWriter {
  readonly writer: number
  /** The first clock, and the one behind the last. */
  readonly clock: number
  readonly end: number
  readonly structs: readonly DecodedStruct[]
}

/** An update that has the right shape. */
export interface DecodedUpdate {
  readonly bytes: Uint8Array
  /** In the update's order, none twice. */
  readonly writers: readonly DecodedWriter[]
  /** Within a writer ascending and apart from each other. */
  readonly deletions: readonly IdRange[]
}

/**
 * Decodes an update to a document with this root. Throws DELTA_TOO_LARGE, DELTA_MALFORMED, or DELTA_FOREIGN_SHAPE for
 * an update that Yjs might understand but this package never writes.
 */
export function decodeUpdate(bytes: Uint8Array, root: string): DecodedUpdate {
  if (bytes.length > UPDATE_LIMIT) throw tooLarge(`${bytes.length} bytes`)
  const reader = new ByteReader(bytes, 'DELTA_MALFORMED')
  const writers = readWriters(reader, root)
  const deletions = readDeletions(reader)
  if (reader.left > 0) throw reader.problem(`${reader.left} bytes follow the update`)
  return { bytes, writers, deletions }
}

function readWriters(reader: ByteReader, root: string): DecodedWriter[] {
  const count = readCount(reader, LEAST.writer, 'writers')
  if (count > WRITER_LIMIT) throw tooLarge(`${count} writers`)
  const writers: DecodedWriter[] = []
  const seen = count > 1 ? new Set<number>() : undefined
  for (let i = 0; i < count; i++) {
    const writer = readWriter(reader, root)
    if (seen?.has(writer.writer)) throw reader.problem(`The writer ${writer.writer} appears twice`)
    seen?.add(writer.writer)
    writers.push(writer)
  }
  return writers
}

function readWriter(reader: ByteReader, root: string): DecodedWriter {
  const count = readCount(reader, LEAST.struct, 'structs')
  if (count === 0) throw reader.problem('A writer without structs')
  const writer = reader.varUint()
  const clock = reader.varUint()
  const structs: DecodedStruct[] = []
  let end = clock
  for (let i = 0; i < count; i++) {
    const struct = readStruct(reader, root, writer, end)
    end += struct.length
    if (end >= CLOCK_LIMIT) throw reader.problem('A clock beyond 2^31')
    structs.push(struct)
  }
  return { writer, clock, end, structs }
}

function readStruct(reader: ByteReader, root: string, writer: number, clock: number): DecodedStruct {
  const info = reader.uint8()
  const content = info & ~HAS_ORIGIN
  // Everything else is refused here: GC and Skip structs, right origins, map keys, other kinds of content.
  if (content !== CONTENT.any && content !== CONTENT.deleted) throw foreign(`holds a struct of kind ${info}`)
  const hasOrigin = info >= HAS_ORIGIN
  const origin = hasOrigin ? { writer: reader.varUint(), clock: reader.varUint() } : undefined
  if (!hasOrigin) readRoot(reader, root)
  if (content === CONTENT.deleted) {
    const length = reader.varUint()
    if (length === 0 || length >= CLOCK_LIMIT) throw reader.problem(`A deleted run of ${length} items`)
    return { writer, clock, length, origin, entries: undefined }
  }
  const entries = readEntries(reader)
  return { writer, clock, length: entries.length, origin, entries }
}

function readRoot(reader: ByteReader, root: string): void {
  if (reader.varUint() !== 1) throw foreign('nests shared types')
  const name = reader.text(reader.length())
  if (name !== root) throw foreign(`writes to the root ${JSON.stringify(name.slice(0, 40))} instead of ${root}`)
}

function readEntries(reader: ByteReader): EntryPlace[] {
  const count = readCount(reader, LEAST.entry, 'entries')
  if (count === 0) throw reader.problem('A struct without entries')
  const entries: EntryPlace[] = []
  for (let i = 0; i < count; i++) entries.push(readEntry(reader))
  return entries
}

function readEntry(reader: ByteReader): EntryPlace {
  if (reader.uint8() !== ENTRY.array) throw foreign('holds an entry that is no array')
  const items = reader.varUint()
  if (items !== 1 && items !== 2) throw foreign('holds an entry that is neither [name] nor [name, value]')
  if (reader.uint8() !== ENTRY.text) throw foreign('holds an entry whose name is no text')
  const nameLength = reader.length()
  const nameAt = reader.at
  if (nameLength === 0 || nameLength > NAME_LIMIT) throw foreign(`holds a name of ${nameLength} bytes`)
  const name = reader.text(nameLength)
  if (isPrototypeKey(name)) throw foreign(`holds the name ${name}`)
  const valueAt = reader.at
  // The entry itself is no nesting: a value may be as deep here as it was when it was set.
  if (items === 2) skipValue(reader)
  return { nameAt, nameLength, valueAt, valueLength: reader.at - valueAt }
}

function readDeletions(reader: ByteReader): IdRange[] {
  const count = readCount(reader, LEAST.deletions, 'writers with deletions')
  if (count > WRITER_LIMIT) throw tooLarge(`deletions of ${count} writers`)
  const deletions: IdRange[] = []
  const seen = count > 1 ? new Set<number>() : undefined
  for (let i = 0; i < count; i++) {
    const writer = reader.varUint()
    if (seen?.has(writer)) throw reader.problem(`The deletions of the writer ${writer} appear twice`)
    seen?.add(writer)
    readRanges(reader, writer, deletions)
  }
  return deletions
}

function readRanges(reader: ByteReader, writer: number, deletions: IdRange[]): void {
  const count = readCount(reader, LEAST.range, 'deleted ranges')
  if (count === 0) throw reader.problem('A writer without deleted ranges')
  let free = -1
  for (let i = 0; i < count; i++) {
    const clock = reader.varUint()
    const length = reader.varUint()
    if (length === 0 || clock + length >= CLOCK_LIMIT) throw reader.problem(`A deleted range of ${length} items`)
    if (clock <= free) throw reader.problem('Deleted ranges out of order')
    free = clock + length
    deletions.push({ writer, clock, length })
  }
}

function readCount(reader: ByteReader, least: number, what: string): number {
  const count = reader.varUint()
  if (count * least > reader.left) throw reader.problem(`${count} ${what} are claimed, more than the bytes can hold`)
  return count
}

function foreign(what: string): DocumentError {
  return new DocumentError('DELTA_FOREIGN_SHAPE', `The update ${what}, as no session's document does; it is refused.`)
}

function tooLarge(what: string): DocumentError {
  return new DocumentError('DELTA_TOO_LARGE', `The update has ${what}, more than any session has; it is refused.`)
}
