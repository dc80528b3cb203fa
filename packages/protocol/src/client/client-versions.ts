/** The span of versions in the client's greeting, checked before the rest is read. */

import type { Codec } from '../codec/codec.js'
import { negotiate, SPOKEN_VERSIONS, type VersionRange } from '../version.js'

/** Reads and writes a span of versions; refuses one that has no version in common with ours. */
export const versionRange: Codec<VersionRange> = {
  write(writer, { version, minVersion }) {
    writer.varUint(version)
    writer.varUint(minVersion)
  },
  read(reader) {
    const range = { version: reader.varUint(), minVersion: reader.varUint() }
    negotiate(SPOKEN_VERSIONS, range)
    return range
  },
}
