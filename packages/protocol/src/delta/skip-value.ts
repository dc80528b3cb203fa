/** Finds the end of a value in lib0's any-encoding, without building it. */

import type { ByteReader } from '../bytes/byte-reader.js'
import { malformed } from '../protocol-error.js'
import {
  ANY_ARRAY,
  ANY_BIGINT,
  ANY_BYTES,
  ANY_FLOAT32,
  ANY_FLOAT64,
  ANY_INT,
  ANY_OBJECT,
  ANY_STRING,
  ANY_UNDEFINED,
} from './yjs-v1.js'

/** Deeper values travel unpacked; sessions refuse them anyway. */
const MOST_DEPTH = 64

/**
 * Passes over one value; work is bounded by the bytes that are there.
 * @throws ProtocolError `FRAME_MALFORMED` when there is none, or one nested deeper than 64
 */
export function skipValue(reader: ByteReader, depth = 0): void {
  const tag = reader.uint8()
  switch (tag) {
    case ANY_STRING:
    case ANY_BYTES:
      return reader.skip(reader.varUint())
    case ANY_INT:
      reader.varInt()
      return
    case ANY_FLOAT64:
    case ANY_BIGINT:
      return reader.skip(8)
    case ANY_FLOAT32:
      return reader.skip(4)
    case ANY_ARRAY:
    case ANY_OBJECT:
      return skipItems(reader, tag === ANY_OBJECT, depth + 1)
    default:
      if (tag < ANY_BYTES || tag > ANY_UNDEFINED) throw malformed(`a value has the tag ${tag}`)
  }
}

function skipItems(reader: ByteReader, keyed: boolean, depth: number): void {
  if (depth > MOST_DEPTH) throw malformed(`a value is nested deeper than ${MOST_DEPTH}`)
  const count = reader.varUint()
  if (count > reader.left) throw malformed(`a value claims ${count} items`)
  for (let index = 0; index < count; index++) {
    if (keyed) reader.skip(reader.varUint())
    skipValue(reader, depth)
  }
}
