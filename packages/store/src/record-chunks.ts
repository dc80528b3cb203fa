/**
 * The records of sessions at rest, one behind the other in large chunks of bytes: no object each, and nothing that the
 * garbage collector would have to look at.
 *
 *     chunk = record record record …        record = length of the body, body
 *
 * A record is never changed: who wakes gives it up, and comes to rest in a new one. So holes come up. A chunk of which too
 * much is holes is copied together, record by record, into the one that is being filled, and used anew.
 *
 * Invariants: at most a sixth of all chunks is holes once `tidy` has caught up; its work is bounded a call; a record is
 * read before anything else is done with the chunks, for what is read may be overwritten then.
 */
import { ByteReader } from '@understudy/document'
import type { ByteWriter } from '@understudy/document'

/** Bytes of a chunk. A larger record has a chunk of its own. */
const CHUNK = 2 ** 18
/** Part of a full chunk that records must take up, or it is copied together. */
const DENSE = 5 / 6
/** Chunks copied together at most, a call. */
const MOST = 32
/** Emptied chunks kept for what comes next. */
const SPARE = 4
/** Bytes behind a record's copy, for the first change. */
const ROOM = 32

/** Who has a record: says where it is, and is told where it goes. */
export interface Sleeper {
  /** Whether its record begins here. */
  liesAt(chunk: object, at: number): boolean
  /** Its record begins there from now on. */
  liesNow(chunk: object, at: number): void
}

const reader = new ByteReader(new Uint8Array(0), 'DELTA_MALFORMED')

/** Some of the records. */
export class Chunk<Owner extends Sleeper, Home> {
  /** What the chunks belong to. */
  readonly home: Home
  readonly bytes: Uint8Array
  /** Whose the records are or were, in their order. */
  owners: Owner[] = []
  /** Bytes taken up by records, holes among them. */
  used = 0
  /** Of these, bytes of records that are still somebody's. */
  live = 0

  constructor(home: Home, bytes: Uint8Array) {
    this.home = home
    this.bytes = bytes
  }

  /** Reads the record that begins here; to be done with before anything else is done here. */
  open(at: number): ByteReader {
    reader.reset(this.bytes, at)
    reader.varUint()
    return reader
  }

  /** Reads a copy of the record that begins here, the reader's to go on in. */
  take(at: number): ByteReader {
    reader.reset(this.bytes, at)
    const length = reader.length()
    const from = reader.at
    const own = new Uint8Array(length + ROOM)
    own.set(this.bytes.subarray(from, from + length))
    reader.reset(own, 0)
    reader.end = length
    return reader
  }

  /** Bytes of the record that begins here, its length included. */
  sizeAt(at: number): number {
    reader.reset(this.bytes, at)
    const length = reader.varUint()
    return reader.at - at + length
  }
}

/** All records of a store. */
export class RecordChunks<Owner extends Sleeper, Home> {
  readonly #home: Home
  #filling: Chunk<Owner, Home>
  /** Full chunks with too many holes. */
  readonly #sparse = new Set<Chunk<Owner, Home>>()
  readonly #spare: Uint8Array[] = []

  /** @param home what the chunks belong to: those who have records in them find it there */
  constructor(home: Home) {
    this.#home = home
    this.#filling = new Chunk(home, new Uint8Array(0))
  }

  /** Keeps a record, and tells its owner where. */
  put(owner: Owner, record: ByteWriter): void {
    const { length } = record
    const size = length + lengthOf(length)
    const chunk = this.#withRoom(size)
    const at = chunk.used
    record.copyTo(chunk.bytes.subarray(writeLength(chunk.bytes, at, length)))
    this.#add(owner, chunk, size)
  }

  /** The record that begins here is nobody's any more. */
  release(chunk: Chunk<Owner, Home>, at: number): void {
    chunk.live -= chunk.sizeAt(at)
    if (chunk !== this.#filling) this.#judge(chunk)
  }

  /** Copies chunks together that are mostly holes. */
  tidy(): void {
    let left = MOST
    for (const chunk of this.#sparse) {
      if (left-- === 0) return
      this.#sparse.delete(chunk)
      this.#empty(chunk)
    }
  }

  #empty(chunk: Chunk<Owner, Home>): void {
    let at = 0
    for (const owner of chunk.owners) {
      const size = chunk.sizeAt(at)
      if (owner.liesAt(chunk, at)) this.#copy(owner, chunk.bytes.subarray(at, at + size))
      at += size
    }
    if (chunk.bytes.length === CHUNK && this.#spare.length < SPARE) this.#spare.push(chunk.bytes)
  }

  #copy(owner: Owner, record: Uint8Array): void {
    const chunk = this.#withRoom(record.length)
    chunk.bytes.set(record, chunk.used)
    this.#add(owner, chunk, record.length)
  }

  #add(owner: Owner, chunk: Chunk<Owner, Home>, size: number): void {
    owner.liesNow(chunk, chunk.used)
    chunk.owners.push(owner)
    chunk.used += size
    chunk.live += size
  }

  /** The chunk being filled, or another where that has no room. */
  #withRoom(size: number): Chunk<Owner, Home> {
    const full = this.#filling
    if (full.bytes.length - full.used >= size) return full
    const bytes = size > CHUNK ? new Uint8Array(size) : (this.#spare.pop() ?? new Uint8Array(CHUNK))
    this.#filling = new Chunk(this.#home, bytes)
    // Without the room that an array keeps to grow.
    full.owners = full.owners.slice()
    this.#judge(full)
    return this.#filling
  }

  #judge(chunk: Chunk<Owner, Home>): void {
    // What holds nothing any more goes by itself.
    if (chunk.live === 0) this.#sparse.delete(chunk)
    else if (chunk.live < chunk.bytes.length * DENSE) this.#sparse.add(chunk)
  }
}

function lengthOf(length: number): number {
  return length < 2 ** 7 ? 1 : length < 2 ** 14 ? 2 : length < 2 ** 21 ? 3 : 4
}

/** As varUint. @returns where the body begins */
function writeLength(bytes: Uint8Array, start: number, length: number): number {
  let at = start
  let rest = length
  for (; rest > 0x7f; rest >>>= 7) bytes[at++] = (rest & 0x7f) | 0x80
  bytes[at++] = rest
  return at
}
