/**
 * A whole document in the form in which it rests (resting.ts), on its way to a replica that holds nothing of it: there it
 * can be put to rest as it came.
 *
 *     whole = 0                                                            nobody has written
 *           | 1, writer, next clock, tail + 1, length, segments            one writer, from clock 0, each item after the one before
 *
 * Of all that could be said at rest it says what the same document would say that came as an opening state
 * (opening-state.ts), and has no other spelling: entries know nothing of what they replaced, and there is no tail, if
 * anything was deleted; otherwise nothing was replaced, and the tail is the last of several entries. So the replica is
 * the same whichever way it was told.
 *
 * Documents of another shape have no such form, and travel as updates. The reader refuses whatever the writer would not write.
 */
import type { ByteReader } from './byte-reader.js'
import type { ByteWriter } from './byte-writer.js'
import { DocumentError } from './document-error.js'
import { readKnownName } from './known-names.js'
import { NAME_LIMIT } from './name.js'
import { MOST_ENTRIES } from './opening-state.js'
import { FOLLOWS, LIVE, ORIGIN, REPLACED, SegmentCursor } from './segment.js'
import { CLOCK_LIMIT, VectorOfOne, type StateVector } from './state-vector.js'
import type { Admit } from './strict-check.js'
import { NO_TAIL, tailAt } from './tail.js'
import { skipValue } from './value-bytes.js'
import { rootOf, type Root } from './writer-id.js'

const NOTHING: StateVector = new Map()
const NO_BYTES = new Uint8Array(0)
const cursor = new SegmentCursor({ bytes: NO_BYTES, used: 0 })

/**
 * Passes over a document at rest, which this process wrote, and writes its whole form.
 *
 * @returns what the document holds; undefined where it has no such form, and what was written of it is of no use
 */
export function writeWhole(resting: ByteReader, out: ByteWriter): StateVector | undefined {
  const writers = resting.varUint()
  out.varUint(writers)
  if (writers === 0) return NOTHING
  if (writers > 1) return undefined
  const writer = resting.varUint()
  const clock = resting.varUint()
  resting.varUint()
  const used = resting.varUint()
  const { bytes, at: from } = resting
  resting.skip(used)
  const shape = shapeOf(bytes, from, from + used)
  if (shape === undefined) return undefined
  out.varUint(writer)
  out.varUint(clock)
  out.varUint(shape.tail + 1)
  out.varUint(used - shape.replacedBytes)
  if (shape.hasRuns) writeDoubtful(out, bytes, from, from + used)
  else out.copy(bytes, from, from + used)
  return new VectorOfOne(writer, clock)
}

/** What the segments of one writer are. */
interface Shape {
  readonly hasRuns: boolean
  readonly tail: number
  /** Bytes that tell what entries replaced. */
  readonly replacedBytes: number
}

function shapeOf(bytes: Uint8Array, from: number, end: number): Shape | undefined {
  let entries = 0
  let hasRuns = false
  let hasReplaced = false
  let replacedBytes = 0
  let last = from
  for (cursor.reset({ bytes, used: end }, from); cursor.next(); last = cursor.start) {
    if (cursor.start > from && !cursor.follows) return undefined
    if (!cursor.live) {
      hasRuns = true
      continue
    }
    if (++entries > MOST_ENTRIES) return undefined
    if (cursor.replaced === REPLACED.nothing) continue
    hasReplaced = true
    replacedBytes += cursor.lengthsAt - idsEnd(from)
  }
  if (hasReplaced && !hasRuns) return undefined
  return { hasRuns, tail: hasRuns || entries < 2 ? NO_TAIL : tailAt(last - from, false), replacedBytes }
}

/** Where the ids of the segment under the cursor end: the first names its writer and clock, in a byte each. */
function idsEnd(from: number): number {
  return cursor.start + (cursor.start === from ? 3 : 1)
}

/** What is gone may have been replaced by any entry that is left. */
function writeDoubtful(out: ByteWriter, bytes: Uint8Array, from: number, end: number): void {
  for (cursor.reset({ bytes, used: end }, from); cursor.next(); ) {
    if (!cursor.live) {
      out.copy(bytes, cursor.start, cursor.at)
      continue
    }
    out.uint8((bytes[cursor.start] ?? 0) | REPLACED.unknown)
    out.copy(bytes, cursor.start + 1, idsEnd(from))
    out.copy(bytes, cursor.lengthsAt, cursor.at)
  }
}

/** Reads whole documents from bytes that nobody vouches for; its fields tell about the one read last. */
export class WholeReader {
  /** Who has written; undefined: nobody has. */
  writer: number | undefined
  /** The writer's next clock. */
  clock = 0
  /** Entries that have a value. */
  values = 0
  /** Their names, and more from earlier documents, */
  readonly names: string[] = []
  /** and where the value of each begins and ends. */
  readonly places: number[] = []
  // Hashes of the names of all entries, by which twins are found (known-names.ts), and the names.
  readonly #seenHashes = new Int32Array(MOST_ENTRIES)
  readonly #seen: string[] = []
  #entries = 0

  /**
   * Reads a document up to its end, in one pass.
   *
   * @throws DocumentError for whatever is not what `writeWhole` writes, or is by another writer than may have written
   */
  read(reader: ByteReader, root: Root, admit: Admit): void {
    this.values = this.#entries = this.clock = 0
    this.writer = undefined
    const writers = reader.varUint()
    if (writers === 0) return
    if (writers > 1) throw foreign(`has ${writers} writers`)
    const writer = reader.varUint()
    const clock = reader.varUint()
    if (rootOf(writer) !== root) throw forged(`is by a writer of the other root (${writer})`)
    if (!admit(writer)) throw forged(`is by a writer that is not admitted (${writer})`)
    if (clock >= CLOCK_LIMIT) throw reader.problem('A clock beyond 2^31')
    const tail = reader.varUint() - 1
    const length = reader.length()
    this.#segments(reader, reader.at + length, tail)
    if (this.clock !== clock) throw reader.problem(`A document of ${clock} items has ${this.clock}`)
    this.writer = writer
  }

  #segments(reader: ByteReader, end: number, tail: number): void {
    const from = reader.at
    let last = from
    let wasRun = false
    let hasRuns = false
    // All entries say the same of what they replaced.
    let replaced: number = REPLACED.nothing
    while (reader.at < end) {
      last = reader.at
      const tag = reader.uint8()
      const ids = this.#ids(reader)
      if (tag === ids) {
        if (wasRun) throw foreign('has runs of deleted items side by side')
        wasRun = hasRuns = true
        this.#run(reader)
        continue
      }
      const says = tag ^ (LIVE | ids)
      if (this.#entries === 0) replaced = says
      else if (says !== replaced) throw foreign('has entries of which one says more than another')
      wasRun = false
      this.#entry(reader)
    }
    if (reader.at !== end || this.clock === 0) throw reader.problem('The segments end elsewhere than they should')
    if (this.#entries > 0 && replaced !== (hasRuns ? REPLACED.unknown : REPLACED.nothing)) throw foreign('has entries that say what they replaced')
    const right = hasRuns || this.#entries < 2 ? NO_TAIL : tailAt(last - from, false)
    if (tail !== right) throw foreign('has its tail elsewhere')
  }

  /** @returns the bits of a tag that tell the ids: the first segment names its writer, by index, and its clock; the others follow */
  #ids(reader: ByteReader): number {
    if (this.clock > 0) return FOLLOWS
    if (reader.uint8() !== 0 || reader.uint8() !== 0) throw foreign('does not begin at its first item')
    return ORIGIN.none
  }

  #run(reader: ByteReader): void {
    const length = reader.varUint()
    if (length === 0 || length >= CLOCK_LIMIT - this.clock) throw reader.problem(`A deleted run of ${length} items`)
    this.clock += length
  }

  #entry(reader: ByteReader): void {
    const nameLength = reader.length()
    const valueLength = reader.length()
    if (nameLength === 0 || nameLength > NAME_LIMIT) throw foreign(`holds a name of ${nameLength} bytes`)
    const known = readKnownName(reader, nameLength)
    if (known === undefined) throw foreign('holds a name that no attribute may have')
    this.#requireOnly(known.hash, known.text)
    this.clock++
    if (valueLength === 0) return
    const { at } = reader
    skipValue(reader)
    if (reader.at - at !== valueLength) throw reader.problem(`A value of ${reader.at - at} bytes is said to have ${valueLength}`)
    this.names[this.values] = known.text
    this.places[2 * this.values] = at
    this.places[2 * this.values + 1] = reader.at
    this.values++
  }

  #requireOnly(hash: number, name: string): void {
    const count = this.#entries++
    if (count === MOST_ENTRIES) throw foreign(`has more than ${MOST_ENTRIES} entries`)
    for (let i = 0; i < count; i++) {
      if (this.#seenHashes[i] === hash && this.#seen[i] === name) throw foreign('has two entries of a name')
    }
    this.#seenHashes[count] = hash
    this.#seen[count] = name
  }
}

function forged(what: string): DocumentError {
  return new DocumentError('DELTA_FORGED_WRITER', `The whole document ${what}; it is refused.`)
}

function foreign(what: string): DocumentError {
  return new DocumentError('DELTA_FOREIGN_SHAPE', `The whole document ${what}, as none does that travels so; it is refused.`)
}
