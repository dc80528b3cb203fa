/**
 * A document at rest: the compact form as bytes, to be taken up again by the process that wrote them.
 *
 *     resting = number of writers, then for each: writer, clock
 *               (if there are more) index of the last writer
 *               (if there are any) tail + 1, length, segments
 *
 * It never leaves memory, so nothing is checked when it is read, and nothing is lost that an update would not say: where
 * the tail is, which entry replaced which. Nor is it copied: the document goes on in the bytes that it is read from.
 */
import type { ByteReader } from './byte-reader.js'
import type { ByteWriter } from './byte-writer.js'
import { Compact } from './compact.js'

/** Writes a document as it is. */
export function writeResting(out: ByteWriter, { writers, clocks, lastWriter, tail, bytes, used }: Compact): void {
  out.varUint(writers.length)
  if (writers.length === 0) return
  for (let i = 0; i < writers.length; i++) {
    out.varUint(writers[i] ?? 0)
    out.varUint(clocks[i] ?? 0)
  }
  if (writers.length > 1) out.varUint(lastWriter)
  out.varUint(tail + 1)
  out.varUint(used)
  out.copy(bytes, 0, used)
}

/** The document that was written; from now on the bytes are its own. */
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
  const lastWriter = count > 1 ? reader.varUint() : 0
  const tail = reader.varUint() - 1
  const used = reader.varUint()
  const from = reader.at
  reader.skip(used)
  // What is read last has the room behind it.
  const bytes = reader.bytes.subarray(from, reader.left === 0 ? reader.bytes.length : reader.at)
  compact.resume({ writers, clocks, lastWriter, tail, bytes, used })
  return compact
}
