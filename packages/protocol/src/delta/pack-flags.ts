/** The bits of a packed update's first byte; `pack-delta.ts` says what follows. */

/** Set in every packed update; a raw one has no flags. */
export const PACKED = 1
/** The writer is the one that the link expects. */
export const EXPECTED_WRITER = 2
/** The first clock is the one that the link expects. */
export const EXPECTED_CLOCK = 4
/** One struct of one entry with a value. */
export const ONE_ENTRY = 8
/** The first struct hangs on another item than the one before it. */
export const OTHER_ORIGIN = 16
/** The delete set is empty. */
export const NO_DELETIONS = 32
/** The delete set is one older item of the same writer. */
export const ONE_DELETION = 64
