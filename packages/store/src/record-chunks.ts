/**
 * The records of sessions at rest, one behind the other in large chunks of bytes: no object each, and nothing that the
 * garbage collector would have to look at.
 *
 *     chunk = record record record …        record = length of what follows, row it belongs to, body, packed
 *
 * A record is never changed: who wakes gives it up, and comes to rest in a new one. So holes come up. A chunk of which too
 * much is holes is copied together, record by record, into the one that is being filled, and used anew.
 *
 * Invariants: at most a sixth of all chunks is holes once `tidy` has caught up; its work is bounded a call; a record is
 * read before anything else is done with the chunks of any store, for what is read may be overwritten then.
 */
import { ByteReader, ByteWriter } from '@understudy/document'

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

/** Knows where the record of each row is. */
export interface Bearings {
  /** Whether the row's record begins here. */
  liesAt(row: number, chunk: number, at: number): boolean
  /** The row's record begins there from now on. */
  liesNow(row: number, chunk: number, at: number): void
}

/** How bodies are packed for as long as they lie here. */
export interface Packing {
  /** Writes a body shorter. */
  pack(body: ByteReader, packed: ByteWriter): void
  /** Writes the same body again. */
  unpack(packed: ByteReader, body: ByteWriter): void
}

const reader = new ByteReader(new Uint8Array(0), 'DELTA_MALFORMED')
const passing = new ByteReader(new Uint8Array(0), 'DELTA_MALFORMED')
const passed = new ByteWriter()

/** Some of the records. */
class Chunk {
  readonly number: number
  readonly bytes: Uint8Array
  /** Bytes taken up by records, holes among them. */
  used = 0
  /** Of these, bytes of records that are still somebody's. */
  live = 0

  constructor(number: number, bytes: Uint8Array) {
    this.number = number
    this.bytes = bytes
  }

  /** Bytes of the record that begins here, its length included. */
  sizeAt(at: number): number {
    reader.reset(this.bytes, at)
    const length = reader.varUint()
    return reader.at - at + length
  }
}

/** All records of a store. */
export class RecordChunks {
  readonly #bearings: Bearings
  readonly #packing: Packing
  /** By number; holes where there is none of this number at present. */
  readonly #chunks: (Chunk | undefined)[] = []
  /** Numbers that no chunk has. */
  readonly #numbers: number[] = []
  #filling: Chunk
  /** Full chunks with too many holes. */
  readonly #sparse = new Set<Chunk>()
  readonly #spare: Uint8Array[] = []

  constructor(bearings: Bearings, packing: Packing) {
    this.#bearings = bearings
    this.#packing = packing
    this.#filling = this.#newChunk(new Uint8Array(0))
  }

  /** Bytes of all chunks. */
  get byteLength(): number {
    return this.#chunks.reduce((sum, chunk) => sum + (chunk?.bytes.length ?? 0), 0)
  }

  /** Keeps a row's record, and tells where. */
  put(row: number, body: ByteWriter): void {
    passing.reset(body.window(), 0)
    passed.reset()
    this.#packing.pack(passing, passed)
    const length = lengthOf(row) + passed.length
    const size = lengthOf(length) + length
    const chunk = this.#withRoom(size)
    const at = writeVarUint(chunk.bytes, writeVarUint(chunk.bytes, chunk.used, length), row)
    passed.copyTo(chunk.bytes.subarray(at))
    this.#add(row, chunk, size)
  }

  /** Reads the body of the record that begins here; to be done with before anything else is done here. */
  open(number: number, at: number): ByteReader {
    this.#unpack(number, at)
    reader.reset(passed.window(), 0)
    return reader
  }

  /** Reads a copy of the body of the record that begins here, the reader's to go on in. */
  take(number: number, at: number): ByteReader {
    this.#unpack(number, at)
    const own = new Uint8Array(passed.length + ROOM)
    passed.copyTo(own)
    reader.reset(own, 0)
    reader.end = passed.length
    return reader
  }

  /** The record that begins here is nobody's any more. */
  release(number: number, at: number): void {
    const chunk = this.#chunk(number)
    chunk.live -= chunk.sizeAt(at)
    if (chunk !== this.#filling) this.#judge(chunk)
  }

  /** Copies chunks together that are mostly holes. */
  tidy(): void {
    let left = MOST
    for (const chunk of this.#sparse) {
      if (left-- === 0) return
      this.#empty(chunk)
    }
  }

  #unpack(number: number, at: number): void {
    passing.reset(this.#chunk(number).bytes, at)
    passing.end = passing.length() + passing.at
    passing.varUint()
    passed.reset()
    this.#packing.unpack(passing, passed)
  }

  #empty(chunk: Chunk): void {
    for (let at = 0; at < chunk.used; ) {
      const size = chunk.sizeAt(at)
      // The reader stands behind the length.
      const row = reader.varUint()
      if (this.#bearings.liesAt(row, chunk.number, at)) this.#copy(row, chunk.bytes.subarray(at, at + size))
      at += size
    }
    this.#giveUp(chunk)
  }

  #copy(row: number, record: Uint8Array): void {
    const chunk = this.#withRoom(record.length)
    chunk.bytes.set(record, chunk.used)
    this.#add(row, chunk, record.length)
  }

  #add(row: number, chunk: Chunk, size: number): void {
    this.#bearings.liesNow(row, chunk.number, chunk.used)
    chunk.used += size
    chunk.live += size
  }

  /** The chunk being filled, or another where that has no room. */
  #withRoom(size: number): Chunk {
    const full = this.#filling
    if (full.bytes.length - full.used >= size) return full
    this.#filling = this.#newChunk(size > CHUNK ? new Uint8Array(size) : (this.#spare.pop() ?? new Uint8Array(CHUNK)))
    this.#judge(full)
    return this.#filling
  }

  #newChunk(bytes: Uint8Array): Chunk {
    const chunk = new Chunk(this.#numbers.pop() ?? this.#chunks.length, bytes)
    this.#chunks[chunk.number] = chunk
    return chunk
  }

  #chunk(number: number): Chunk {
    const chunk = this.#chunks[number]
    if (chunk === undefined) throw new RangeError(`there is no chunk ${number}`)
    return chunk
  }

  #judge(chunk: Chunk): void {
    if (chunk.live === 0) this.#giveUp(chunk)
    else if (chunk.live < chunk.bytes.length * DENSE) this.#sparse.add(chunk)
  }

  /** Nothing in it is anybody's any more. */
  #giveUp(chunk: Chunk): void {
    this.#sparse.delete(chunk)
    this.#chunks[chunk.number] = undefined
    this.#numbers.push(chunk.number)
    if (chunk.bytes.length === CHUNK && this.#spare.length < SPARE) this.#spare.push(chunk.bytes)
  }
}

function lengthOf(number: number): number {
  return number < 2 ** 7 ? 1 : number < 2 ** 14 ? 2 : number < 2 ** 21 ? 3 : number < 2 ** 28 ? 4 : 5
}

/** As varUint. @returns where it ends */
function writeVarUint(bytes: Uint8Array, start: number, number: number): number {
  let at = start
  let rest = number
  for (; rest > 0x7f; rest >>>= 7) bytes[at++] = (rest & 0x7f) | 0x80
  bytes[at++] = rest
  return at
}
