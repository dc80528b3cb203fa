/**
 * Writes the segments of a document anew, with some entries buried and some items appended.
 *
 * What is kept unchanged is copied in stretches as long as possible. A deleted run is held back until it is known
 * whether the next segment joins it.
 *
 * Invariant: the segments that it was given are untouched until the caller takes the result.
 */
import { ByteWriter } from './byte-writer.js'
import type { FreshEntry } from './fresh-entry.js'
import { NO_TAIL, tailAt, type Tail } from './tail.js'
import { FOLLOWS, LIVE, ORIGIN, REPLACED, type SegmentCursor } from './segment.js'

/** The first item of a segment and its origin; writers are indices, an `originWriter` of -1 means no origin. */
export interface ItemIds {
  readonly writer: number
  readonly clock: number
  readonly originWriter: number
  readonly originClock: number
}

const NO_BYTES = new Uint8Array(0)

/** Puts segments together; `begin` first, then the segments from first to last, then `finish`. */
export class SegmentWriter {
  readonly #out = new ByteWriter()
  #source: Uint8Array = NO_BYTES
  // A stretch of the source that is still to be copied.
  #stretchFrom = 0
  #stretchTo = 0
  // The deleted run that is held back, if its length is not 0.
  readonly #run = { writer: -1, clock: 0, originWriter: -1, originClock: 0 }
  #runLength = 0
  /** Where the run stands in the source, or -1 if it has to be written anew. */
  #runFrom = -1
  #runTo = 0
  // The item before the run that is held back, and the last item of all.
  #beforeWriter = -1
  #beforeClock = 0
  #lastWriter = -1
  #lastClock = 0
  #tail: Tail = NO_TAIL

  /** Where the last entry is, if that is what the segments end with and it can be replaced in place. */
  get tail(): Tail {
    return this.#tail
  }

  /** Begins with the segments in `source`, none of them kept yet. */
  begin(source: Uint8Array): void {
    this.#out.reset()
    this.#source = source
    this.#stretchFrom = this.#stretchTo = 0
    this.#runLength = 0
    this.#beforeWriter = this.#lastWriter = -1
    this.#tail = NO_TAIL
  }

  /** Keeps a segment of the source as it is. */
  keep(segment: SegmentCursor): void {
    if (segment.live) {
      this.#closeRun()
      this.#stretch(segment.start, segment.at)
      this.#setLast(segment.writer, segment.clock)
    } else if (!this.#joinsRun(segment)) {
      this.#openRun(segment, segment.length, segment.start, segment.at)
    } else this.#lengthenRun(segment.length)
  }

  /** Makes a live entry of the source a deleted item. */
  bury(segment: SegmentCursor): void {
    if (this.#joinsRun(segment)) this.#lengthenRun(1)
    else this.#openRun(segment, 1, -1, 0)
  }

  /** Appends deleted items. */
  run(ids: ItemIds, length: number): void {
    this.#tail = NO_TAIL
    if (this.#joinsRun(ids)) this.#lengthenRun(length)
    else this.#openRun(ids, length, -1, 0)
  }

  /** Appends a live entry. */
  entry(ids: ItemIds, entry: FreshEntry): void {
    const follows = continues(ids, this.#lastWriter, this.#lastClock)
    const isAfterRun = this.#runLength > 0
    this.#closeRun()
    this.#copyStretch()
    const isSole = follows && !entry.hasTwin && entry.replaced !== REPLACED.unknown
    this.#tail = isSole ? tailAt(this.#out.length, isAfterRun) : NO_TAIL
    this.#writeIds(ids, LIVE | replacedTag(ids, entry), this.#lastWriter, this.#lastClock)
    this.#writeReplaced(ids, entry)
    const { nameAt, nameLength, valueAt, valueLength } = entry.place
    this.#out.varUint(nameLength)
    this.#out.varUint(valueLength)
    this.#out.copy(entry.names, nameAt, nameAt + nameLength)
    this.#out.copy(entry.values, valueAt, valueAt + valueLength)
    this.#setLast(ids.writer, ids.clock)
  }

  /** Everything is written; the result can be taken until the next `begin`. */
  finish(): ByteWriter {
    this.#closeRun()
    this.#copyStretch()
    this.#source = NO_BYTES
    return this.#out
  }

  /** Whether the item continues the run that is held back, so that both are one run. */
  #joinsRun(ids: ItemIds): boolean {
    return this.#runLength > 0 && continues(ids, this.#lastWriter, this.#lastClock)
  }

  #openRun(ids: ItemIds, length: number, from: number, to: number): void {
    this.#closeRun()
    // Copied, for a cursor moves on.
    this.#run.writer = ids.writer
    this.#run.clock = ids.clock
    this.#run.originWriter = ids.originWriter
    this.#run.originClock = ids.originClock
    this.#runLength = length
    this.#runFrom = from
    this.#runTo = to
    this.#beforeWriter = this.#lastWriter
    this.#beforeClock = this.#lastClock
    this.#setLast(ids.writer, ids.clock + length - 1)
  }

  /** The run is not what stands in the source any more. */
  #lengthenRun(length: number): void {
    this.#runLength += length
    this.#runFrom = -1
    this.#lastClock += length
  }

  #closeRun(): void {
    if (this.#runLength === 0) return
    if (this.#runFrom >= 0) this.#stretch(this.#runFrom, this.#runTo)
    else {
      this.#copyStretch()
      this.#writeIds(this.#run, 0, this.#beforeWriter, this.#beforeClock)
      this.#out.varUint(this.#runLength)
    }
    this.#runLength = 0
  }

  /** Adds source[from, to) to the stretch to be copied; what is not next to it begins a new one. */
  #stretch(from: number, to: number): void {
    if (this.#stretchTo !== from) {
      this.#copyStretch()
      this.#stretchFrom = from
    }
    this.#stretchTo = to
  }

  #copyStretch(): void {
    if (this.#stretchTo > this.#stretchFrom) this.#out.copy(this.#source, this.#stretchFrom, this.#stretchTo)
    this.#stretchFrom = this.#stretchTo = 0
  }

  #writeIds(ids: ItemIds, tag: number, beforeWriter: number, beforeClock: number): void {
    if (continues(ids, beforeWriter, beforeClock)) {
      this.#out.uint8(tag | FOLLOWS)
      return
    }
    const { originWriter, originClock } = ids
    const isBefore = originWriter === beforeWriter && originClock === beforeClock
    const origin = originWriter < 0 ? ORIGIN.none : isBefore ? ORIGIN.before : ORIGIN.given
    this.#out.uint8(tag | origin)
    this.#out.varUint(ids.writer)
    this.#out.varUint(ids.clock)
    if (origin !== ORIGIN.given) return
    this.#out.varUint(originWriter)
    this.#out.varUint(originClock)
  }

  #writeReplaced(ids: ItemIds, entry: FreshEntry): void {
    if (entry.replaced !== REPLACED.given) return
    if (entry.replacedWriter === ids.writer) {
      this.#out.varUint(ids.clock - entry.replacedClock)
      return
    }
    this.#out.varUint(entry.replacedWriter)
    this.#out.varUint(entry.replacedClock)
  }

  #setLast(writer: number, clock: number): void {
    this.#lastWriter = writer
    this.#lastClock = clock
  }
}

/** Whether the item continues the one before: same writer, next clock, and that one as origin. */
function continues(ids: ItemIds, writer: number, clock: number): boolean {
  return ids.writer === writer && ids.clock === clock + 1 && ids.originWriter === writer && ids.originClock === clock
}

function replacedTag(ids: ItemIds, entry: FreshEntry): number {
  const isNear = entry.replaced === REPLACED.given && entry.replacedWriter === ids.writer
  return isNear ? REPLACED.near : entry.replaced
}
