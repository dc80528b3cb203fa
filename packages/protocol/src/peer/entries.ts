/** Entries up to the end of a frame: they need no count, the frame's length is known. */

import type { Codec } from '../codec/codec.js'
import { sessionDelta } from '../delta/session-delta-codec.js'
import type { SessionDeltaEntry } from '../delta/session-delta.js'

/** Reads and writes the entries that fill the rest of a frame. */
export const entriesToEnd: Codec<readonly SessionDeltaEntry[]> = {
  write(writer, entries) {
    for (const entry of entries) sessionDelta.write(writer, entry)
  },
  read(reader) {
    const entries: SessionDeltaEntry[] = []
    while (reader.left > 0) entries.push(sessionDelta.read(reader))
    return entries
  },
}
