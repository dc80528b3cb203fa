/**
 * The protocol's version, and how two sides agree on one.
 *
 * Every change to the bytes of any frame raises `PROTOCOL_VERSION` and adds one line to the history in PROTOCOL.md;
 * schema.test.ts fails until that has happened.
 */

import { ProtocolError } from './protocol-error.js'

/** The newest version of peer link and client link that this package speaks. */
export const PROTOCOL_VERSION = 5

/** The oldest version that this package still speaks on the client link: who speaks an older one would misread attributes that have parts. */
export const MIN_PROTOCOL_VERSION = 3

/** The oldest version that this package still speaks on the peer link: before it frames of deltas have other bytes. */
export const MIN_PEER_VERSION = 5

/** The oldest version in which a message of the client link may hold several frames. */
export const MIN_BATCH_VERSION = 3

/** The oldest version of the client link with `refresh`. */
export const MIN_REFRESH_VERSION = 5

/** The span of versions that one side speaks: `minVersion` to `version`, both included. */
export interface VersionRange {
  readonly version: number
  readonly minVersion: number
}

/** What this package speaks on the client link. */
export const SPOKEN_VERSIONS: VersionRange = { version: PROTOCOL_VERSION, minVersion: MIN_PROTOCOL_VERSION }

/** What this package speaks on the peer link. */
export const PEER_VERSIONS: VersionRange = { version: PROTOCOL_VERSION, minVersion: MIN_PEER_VERSION }

/**
 * The highest version that both sides speak; the same whichever side asks.
 * @throws ProtocolError `VERSION_MISMATCH` when there is none
 */
export function negotiate(one: VersionRange, other: VersionRange): number {
  const version = Math.min(one.version, other.version)
  if (version >= Math.max(one.minVersion, other.minVersion)) return version
  throw new ProtocolError(
    'VERSION_MISMATCH',
    `No common protocol version: ${one.minVersion}–${one.version} here, ${other.minVersion}–${other.version} there. ` +
      'Upgrade the older side.',
  )
}
