/**
 * A document at rest: the compact form as bytes, to be taken up again by the process that wrote them.
 *
 *     resting = number of writers, then for each: writer, clock
 *               (if there are any) index of the last writer, last clock, tail + 1, length, segments
 *
 * It never leaves memory, so nothing is checked when it is read, and nothing is lost that an update would not say: where
 * the tail is, which entry replaced which.
 */
import type { ByteReader } from './byte-reader.js'
import type { ByteWriter } from './byte-writer.js'
import { Compact } from './compact.js'
import { withRoom } from './tail.js'

/** Writes a document as it is. */
export function writeResting(out: ByteWriter, { writers, clocks, lastWriter, lastClock, tail, bytes, used }: Compact): void {
  out.varUint(writers.length)
  if (writers.length === 0) return
  for (let i = 0; i < writers.length; i++) {
    out.varUint(writers[i] ?? 0)
    out.varUint(clocks[i] ?? 0)
  }
  out.varUint(lastWriter)
  out.varUint(lastClock)
  out.varUint(tail + 1)
  out.varUint(used)
  out.copy(bytes, 0, used)
}

/** The document that was written. */
export function readResting(reader: ByteReader): Compact {
  const compact = new Compact()
  const count = reader.varUint()
  if (count === 0) return compact
  const writers: number[] = []
  const clocks: number[] = []
  for (let left = count; left > 0; left--) {
    writers.push(reader.varUint())
    clocks.push(reader.varUint())
  }
  const lastWriter = reader.varUint()
  const lastClock = reader.varUint()
  const tail = reader.varUint() - 1
  const used = reader.varUint()
  const bytes = new Uint8Array(withRoom(used))
  bytes.set(reader.bytes.subarray(reader.at, reader.at + used))
  reader.skip(used)
  compact.resume({ writers, clocks, lastWriter, lastClock, tail, bytes, used })
  return compact
}
