/** How much a link may carry and remember. Both sides must hold the same figures: they are part of the version. */

/** Longest frame of the peer link, in bytes; also the most bytes that the deltas of one frame unpack to. */
export const PEER_FRAME_LIMIT = 4 * 1024 * 1024

/** Longest frame of the client link, in bytes, either way. */
export const CLIENT_FRAME_LIMIT = 1024 * 1024

/** Slots of a cluster: marks in a frame, and places in a placement. */
export const SLOT_COUNT = 256

/** Sessions that a link remembers by number; number 16,383 still takes two bytes. */
export const SESSION_NUMBERS = 16_384

/** Writers, and clients, that a link remembers by number. */
export const WRITER_NUMBERS = 4_096

/** Longest name of a node or client, in UTF-8 bytes. */
export const NAME_LIMIT = 256

/** Longest URL, in UTF-8 bytes. */
export const URL_LIMIT = 2_048

/** Longest error code, in UTF-8 bytes. */
export const CODE_LIMIT = 64

/** Longest message for people, in UTF-16 units; longer ones are cut when they are encoded. */
export const MESSAGE_LIMIT = 1_024
/** Sessions in one page of a listing at most. */
export const PAGE_LIMIT = 10_000
/** Sessions that one `refresh` of the client link may ask about. */
export const REFRESH_LIMIT = 1_000
/** Events in one frame at most. */
export const EVENTS_LIMIT = 10_000
/** Names of changed attributes in one event at most. */
export const EVENT_NAMES_LIMIT = 1_024
/** Logouts in one frame at most. */
export const LOGOUTS_LIMIT = 65_536

/** Bytes of the hash of a value. */
export const HASH_BYTES = 16

/** Earlier saves of which a save tells that they were sent more than once. */
export const RESENT_LIMIT = 8
