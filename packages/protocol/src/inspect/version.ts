/**
 * Versions of the inspect link. Fields and frames may be added within a version: readers skip fields and types of
 * frames that they do not know. What changes the meaning of a known one takes a new version.
 *
 * - 1: the first.
 */
import type { VersionRange } from '../version.js'

/** The version of the inspect link that this package speaks. */
export const INSPECT_VERSION = 1

/** The oldest version that this package still speaks. */
export const MIN_INSPECT_VERSION = 1

/** What this package says in its hello. */
export const INSPECT_VERSIONS: VersionRange = { version: INSPECT_VERSION, minVersion: MIN_INSPECT_VERSION }
