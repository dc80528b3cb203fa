/** A value as everybody may see it: what it is and how large, not what it says. */
import type { Checked } from '../check.js'
import { choice, flag, integer, object, optional } from '../check.js'

/** Types of values. `none`: there is no value (the attribute was removed, or was not there yet). */
export const valueType = choice('none', 'null', 'boolean', 'number', 'bigint', 'string', 'bytes', 'array', 'object')

/** A value's outside. */
export const hiddenValue = object({
  type: valueType,
  /** UTF-16 units of a string, bytes of bytes, items of an array, members of an object. Absent for others, and when denied. */
  length: optional(integer()),
  /** Encoded size in bytes. Absent when denied. */
  bytes: optional(integer()),
  /** The name is on the deny-list: nobody is shown this value, nor its size. */
  denied: optional(flag),
})

/** A value's type. */
export type ValueType = Checked<typeof valueType>
/** A value's outside. */
export type HiddenValue = Checked<typeof hiddenValue>
