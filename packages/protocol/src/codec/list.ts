/** Codecs of lists: a count, then the items. */

import { malformed, unencodable } from '../protocol-error.js'
import type { Codec } from './codec.js'

/**
 * A list of at most `most` items. No item may take zero bytes: a count beyond the bytes left is refused at once, so
 * that work and memory are bounded by the frame's length.
 */
export function list<T>(item: Codec<T>, most = Infinity): Codec<readonly T[]> {
  return {
    write(writer, values) {
      if (values.length > most) throw unencodable(`${values.length} items where at most ${most} fit`)
      writer.varUint(values.length)
      for (const value of values) item.write(writer, value)
    },
    read(reader) {
      const count = reader.varUint()
      if (count > Math.min(most, reader.left)) throw malformed(`a list claims ${count} items`)
      const values: T[] = []
      for (let index = 0; index < count; index++) values.push(item.read(reader))
      return values
    },
  }
}

/** Two values after each other. */
export function pair<T>(item: Codec<T>): Codec<readonly [T, T]> {
  return {
    write(writer, [first, second]) {
      item.write(writer, first)
      item.write(writer, second)
    },
    read: (reader) => [item.read(reader), item.read(reader)],
  }
}
