/** Unpacking: for now every update travels as it is. */

import type { LinkReader } from '../link/link-reader.js'
import { malformed } from '../protocol-error.js'

/** Reads an update. */
export function unpackUpdate(reader: LinkReader, _root: string, _session: number): Uint8Array {
  if (reader.uint8() !== 0) throw malformed('an update has unknown flags')
  return reader.sized()
}
