/**
 * The compact form of a document: its segments in one array of bytes, and the table of its writers.
 *
 * It can be appended to, and can take over an update that continues exactly at its end, without ever being a Y.Doc.
 * What it holds is always what Yjs would hold: same items, same order, same origins, same deletions.
 *
 * Invariants: `clocks[i]` is the next clock of `writers[i]`; the last item is (`lastWriter`, `lastClock`); `revision`
 * grows with every change; a change happens entirely or, if something is thrown, not at all.
 */
import { Successors, type FreshEntry } from './fresh-entry.js'
import { encodeNameInto, isWellFormed, NAME_LIMIT } from './name.js'
import { keepVector, keptVector, NO_TICKET } from './recent-vectors.js'
import { SegmentCursor, type Segments, type ValuePlace } from './segment.js'
import { SegmentWriter } from './segment-writer.js'
import { VectorOfOne, type StateVector } from './state-vector.js'
import { NO_TAIL, replaceTail, tailIsNamed, tailPlace, withRoom, type Tail } from './tail.js'

/** Items of one writer on their way in, one after the other: live entries, or only a number of deleted ones. */
export interface Arrival {
  readonly writer: number
  /** Clock of the first item. */
  readonly clock: number
  readonly length: number
  /** The id of the item after which the first one was appended, if there was one. */
  readonly origin: ItemId | undefined
  /** One an item; an item without an entry is deleted. Absent: all are deleted. */
  readonly entries?: readonly (FreshEntry | undefined)[] | undefined
}

/** A Yjs item's id. */
export interface ItemId {
  readonly writer: number
  readonly clock: number
}

/** What a compact document is made of; the arrays are the taker's own. */
export type Remains = Pick<Compact, 'writers' | 'clocks' | 'lastWriter' | 'tail' | 'bytes' | 'used'>

/** A whole document as segments, which are the taker's own. */
export interface OpeningState {
  readonly writer: number
  /** The writer's next clock. */
  readonly end: number
  readonly bytes: Uint8Array
  readonly used: number
  readonly tail: Tail
  /** Those that have a value. */
  readonly names: readonly string[]
}

/** The most that a segment takes more in an update: info, origin, length, an entry's frame, and a deleted range. */
const SEGMENT_BOUND = 1 + 13 + 5 + 3 + 10
/** The most that a writer takes in an update: with its structs, and with its deletions. */
const WRITER_BOUND = 5 + 8 + 5 + 8 + 5

const out = new SegmentWriter()

// What is used over and over, so that looking a name up allocates nothing but its place, and a change little.
const NO_BYTES = new Uint8Array(0)
const passing = new SegmentCursor({ bytes: NO_BYTES, used: 0 })
const seeker = new SegmentCursor({ bytes: NO_BYTES, used: 0 })
const sought = new Uint8Array(NAME_LIMIT)

// Shared by all empty documents: a change makes new arrays.
const NO_WRITERS: readonly number[] = []
const NO_CLOCKS: number[] = []
const NO_VECTOR: StateVector = new Map()

/** A document as bytes. */
export class Compact implements Segments {
  bytes: Uint8Array = NO_BYTES
  used = 0
  writers: readonly number[] = NO_WRITERS
  clocks: number[] = NO_CLOCKS
  /** Index of the last item's writer, or -1 if there is no item. */
  lastWriter = -1
  lastClock = 0
  revision = 0
  /** Where the last entry is, if it can be replaced in place (tail.ts). */
  tail: Tail = NO_TAIL
  /** Of this revision's vector, if it was asked for. */
  #ticket = NO_TICKET

  /** The document that consists of these items, in the order of the array. */
  static of(arrivals: Iterable<Arrival>): Compact {
    const compact = new Compact()
    compact.extend(arrivals, [], neverDeleted)
    return compact
  }

  /** The next clock of a writer; 0 for one that never wrote. */
  clockOf(writer: number): number {
    return this.clocks[this.writers.indexOf(writer)] ?? 0
  }

  /** The id of the array's last item. */
  get last(): ItemId | undefined {
    const writer = this.writers[this.lastWriter]
    return writer === undefined ? undefined : { writer, clock: this.lastClock }
  }

  /** A length in bytes that the whole state as an update does not exceed; far cheaper to tell than the length. */
  get lengthBound(): number {
    let segments = 0
    for (seeker.reset(this); seeker.next(); ) segments++
    return this.used + segments * SEGMENT_BOUND + (1 + this.writers.length) * WRITER_BOUND
  }

  /** What this document holds: a snapshot that never changes, often the same object as long as the document. */
  vector(): StateVector {
    if (this.writers.length === 0) return NO_VECTOR
    if (this.writers.length === 1) return new VectorOfOne(this.writers[0] ?? 0, this.clocks[0] ?? 0)
    const kept = keptVector(this.#ticket)
    if (kept !== undefined) return kept
    const vector = new Map<number, number>()
    for (let i = 0; i < this.writers.length; i++) vector.set(this.writers[i] ?? 0, this.clocks[i] ?? 0)
    this.#ticket = keepVector(vector)
    return vector
  }

  /** Whether a holder of `vector` holds all of this. */
  isCoveredBy(vector: StateVector): boolean {
    for (let i = 0; i < this.writers.length; i++) {
      if ((vector.get(this.writers[i] ?? 0) ?? 0) < (this.clocks[i] ?? 0)) return false
    }
    return true
  }

  /** The place of a name's value; the last entry of a name wins. */
  find(name: string): ValuePlace | undefined {
    if (this.used === 0) return undefined
    const nameLength = encodeNameInto(name, sought)
    if (nameLength < 0) return undefined
    if (tailIsNamed(this, sought, 0, nameLength)) return tailPlace(this)
    let at = -1
    let length = 0
    seeker.reset(this)
    while (seeker.next()) {
      if (!seeker.live || !seeker.isNamed(sought, 0, nameLength)) continue
      at = seeker.valueAt
      length = seeker.valueLength
    }
    return at < 0 ? undefined : { at, length, nameLength }
  }

  /**
   * Whether an item of this writer that names no origin comes last: where it has a higher id than all others, Yjs places
   * it behind everything, also behind what is by a lower one and not known here yet (writer-id.ts).
   */
  isAbove(writer: number): boolean {
    return this.writers.every((other) => other < writer)
  }

  /** Appends entries under the writer's next clocks; each buries every older entry of its name. */
  append(writer: number, entries: readonly FreshEntry[]): void {
    const only = entries.length === 1 ? entries[0] : undefined
    if (only !== undefined && this.succeedTail(writer, only)) return
    const arrival: Arrival = {
      writer,
      clock: this.clockOf(writer),
      length: entries.length,
      origin: this.isAbove(writer) ? undefined : this.last,
      entries,
    }
    this.extend([arrival], entries, succeeded)
  }

  /**
   * The usual change, without going through the document: the next entry of the last writer, of the last entry's name.
   * False, with nothing changed, where it is not that.
   */
  succeedTail(writer: number, entry: FreshEntry): boolean {
    const { names, values, place } = entry
    if (this.writers[this.lastWriter] !== writer || !tailIsNamed(this, names, place.nameAt, place.nameLength)) return false
    this.replaceTail(values, place.valueAt, place.valueLength)
    return true
  }

  /** Whether the last entry can be replaced in place, is of this name, and the writer is the last one. */
  isTail(writer: number, name: string): boolean {
    // What is not well-formed has the bytes of another name.
    if (this.writers[this.lastWriter] !== writer || !isWellFormed(name)) return false
    const nameLength = encodeNameInto(name, sought)
    return nameLength >= 0 && tailIsNamed(this, sought, 0, nameLength)
  }

  /** The last writer's next entry takes the place of the last one, under its name. */
  replaceTail(values: Uint8Array, valueAt: number, valueLength: number): void {
    this.tail = replaceTail(this, values, valueAt, valueLength)
    this.lastClock++
    this.clocks[this.lastWriter] = this.lastClock + 1
    this.#ticket = NO_TICKET
    this.revision++
  }

  /** Takes over a whole document; this one is empty. */
  open({ writer, end, bytes, used, tail }: OpeningState): void {
    this.bytes = bytes
    this.used = used
    this.tail = tail
    this.writers = latestWriters.length === 1 && latestWriters[0] === writer ? latestWriters : shared([writer])
    this.clocks = [end]
    this.lastWriter = 0
    this.lastClock = end - 1
    this.#ticket = NO_TICKET
    this.revision++
  }

  /** Goes on where another left off; this one is empty. */
  resume({ writers, clocks, lastWriter, tail, bytes, used }: Remains): void {
    this.writers = shared(writers)
    this.clocks = clocks.slice()
    this.lastWriter = lastWriter
    // Items of one writer ascend, so the last item is that writer's last.
    this.lastClock = (clocks[lastWriter] ?? 1) - 1
    this.tail = tail
    this.bytes = bytes
    this.used = used
  }

  /**
   * Adds items at the end, and buries the entries for which `isBuried` holds. `fresh`, the live entries among the
   * items, learn what they replaced.
   */
  extend(arrivals: Iterable<Arrival>, fresh: readonly FreshEntry[], isBuried: Burial): void {
    out.begin(this.bytes)
    const successors = new Successors(fresh)
    passing.reset(this)
    while (passing.next()) {
      const successor = passing.live ? successors.of(passing) : undefined
      if (passing.live && isBuried(passing, successor)) {
        successor?.noteReplaced(passing)
        out.bury(passing)
      } else {
        if (successor !== undefined) successor.hasTwin = true
        out.keep(passing)
      }
    }
    const table = new WriterTable(this.writers)
    for (const arrival of arrivals) write(arrival, table)
    this.#take(table)
  }

  #take(table: WriterTable): void {
    const result = out.finish()
    const { length } = result
    const spare = this.bytes.length - length
    // Room is made when there is none, and given back when more than half of it is unused.
    if (spare < 0 || spare > length + 256) this.bytes = new Uint8Array(withRoom(length))
    result.copyTo(this.bytes)
    this.used = length
    this.tail = out.tail
    if (table.added.length > 0) {
      // Made anew, for an array that is pushed to keeps room for sixteen more.
      this.writers = shared([...this.writers, ...table.added])
      this.clocks = this.writers.map((_, i) => this.clocks[i] ?? 0)
    }
    for (const arrival of table.arrived) this.#advance(table.indexOf(arrival.writer), arrival)
    this.#ticket = NO_TICKET
    this.revision++
  }

  #advance(index: number, { clock, length }: Arrival): void {
    this.clocks[index] = clock + length
    this.lastWriter = index
    this.lastClock = clock + length - 1
  }
}

// Of a node's sessions most have the same writers: one array serves all that come one after the other.
let latestWriters: readonly number[] = NO_WRITERS

/** These writers, or the array that was made before if it has the same. */
function shared(writers: readonly number[]): readonly number[] {
  const isSame = latestWriters.length === writers.length && writers.every((writer, i) => latestWriters[i] === writer)
  if (!isSame) latestWriters = writers
  return latestWriters
}

/** Decides whether the live entry under the cursor dies, given the fresh entry of the same name. */
export type Burial = (older: SegmentCursor, successor: FreshEntry | undefined) => boolean

const succeeded: Burial = (_older, successor) => successor !== undefined
const neverDeleted: Burial = () => false

/** With more writers than this, a map finds them quicker than a search. */
const FEW_WRITERS = 16

/** The document's writers while a change is under way: known ones keep their index, new ones get the next. */
class WriterTable {
  readonly arrived: Arrival[] = []
  readonly added: number[] = []
  readonly #known: readonly number[]
  readonly #indices: Map<number, number> | undefined

  constructor(known: readonly number[]) {
    this.#known = known
    if (known.length > FEW_WRITERS) this.#indices = new Map(known.map((writer, i) => [writer, i]))
  }

  /** The index of a writer, which is added if it is new. */
  indexOf(writer: number): number {
    const index = this.#find(writer)
    if (index >= 0) return index
    const next = this.#known.length + this.added.push(writer) - 1
    this.#indices?.set(writer, next)
    return next
  }

  #find(writer: number): number {
    if (this.#indices !== undefined) return this.#indices.get(writer) ?? -1
    const known = this.#known.indexOf(writer)
    if (known >= 0 || this.added.length === 0) return known
    const added = this.added.indexOf(writer)
    return added < 0 ? -1 : this.#known.length + added
  }
}

function write(arrival: Arrival, table: WriterTable): void {
  const { entries, length, origin } = arrival
  if (length === 0) return
  table.arrived.push(arrival)
  const writer = table.indexOf(arrival.writer)
  let originWriter = origin === undefined ? -1 : table.indexOf(origin.writer)
  let originClock = origin?.clock ?? 0
  if (entries === undefined) {
    out.run({ writer, clock: arrival.clock, originWriter, originClock }, length)
    return
  }
  for (let i = 0; i < length; i++) {
    const clock = arrival.clock + i
    const ids = { writer, clock, originWriter, originClock }
    const entry = entries[i]
    if (entry === undefined) out.run(ids, 1)
    else out.entry(ids, entry)
    originWriter = writer
    originClock = clock
  }
}
