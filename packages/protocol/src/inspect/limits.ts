/** How much the inspect link may carry. Both ends hold the same figures: they are part of the version. */

/** Longest frame from an inspector, in bytes: room for the largest value that a session can hold. */
export const INSPECT_UP_LIMIT = 256 * 1024

/** Longest frame to an inspector, in bytes. */
export const INSPECT_DOWN_LIMIT = 4 * 1024 * 1024

/** Rows in one page of sessions at most. */
export const PAGE_LIMIT = 500

/** Deltas in one frame of the tape at most. */
export const FLOW_LIMIT = 200

/** Names listed for one delta at most; `more` counts the others. */
export const FLOW_NAMES = 8

/** Entries of a session's history that a node keeps while somebody looks, the latest ones. */
export const HISTORY_LIMIT = 200

/** Attributes in one view at most: more than a session may hold. */
export const ATTRIBUTE_LIMIT = 4_096

/** Nodes in one picture at most. */
export const NODE_LIMIT = 256

/** Parts of a revealed value at most; what is beyond is counted, not sent. */
export const SHOWN_PARTS = 10_000

/** Nesting of a revealed or edited value at most: what a session's values may have, and the value itself. */
export const SHOWN_DEPTH = 65
