/** Makes decoded values read-only, so that a change without `set` fails loudly and not silently. */
import type { Value } from '@understudy/document'

/** Freezes arrays and objects, and what is in them; bytes (Uint8Array) cannot be frozen. Returns its argument. */
export function deepFreeze(value: Value): Value {
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return value
  for (const member of Object.values(value)) deepFreeze(member)
  Object.freeze(value)
  return value
}
