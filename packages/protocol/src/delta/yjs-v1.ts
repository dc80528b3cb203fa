/** The few constants of Yjs' V1 update format and of lib0's any-encoding that updates of our shape consist of. */

/** Info bits of a struct that has an origin and nothing else; none at all for the first of a document. */
export const HAS_ORIGIN = 0x80

/** All bits of a struct's info that tell what it hangs on. */
export const LINK_BITS = 0xe0

/** Content kind of a struct: a run of deleted items, just its length. */
export const CONTENT_DELETED = 1

/** Content kind of a struct: values in any-encoding. */
export const CONTENT_ANY = 8

/** Says that the first struct's parent is a root, whose name follows. */
export const PARENT_IS_ROOT = 1

/** The lowest tag of the any-encoding: length, raw bytes. */
export const ANY_BYTES = 116
/** An array: count, items. */
export const ANY_ARRAY = 117
/** An object: count, then key and value in turn. */
export const ANY_OBJECT = 118
/** A string: length, UTF-8. */
export const ANY_STRING = 119
/** An integer of 64 bits, in 8 bytes. */
export const ANY_BIGINT = 122
/** A float of 8 bytes. */
export const ANY_FLOAT64 = 123
/** A float of 4 bytes. */
export const ANY_FLOAT32 = 124
/** An integer as varInt. */
export const ANY_INT = 125
/** Undefined; the highest tag. Between `ANY_INT` and here, and from 120 to 121, tags have nothing after them. */
export const ANY_UNDEFINED = 127
