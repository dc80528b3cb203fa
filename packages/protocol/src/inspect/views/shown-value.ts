/**
 * A value in clear, as a tree of typed parts: JSON alone would lose bigints, bytes, -0 and NaN, and would take a member
 * named `__proto__` for something else. Used for revealed values and for edits.
 */
import { SHOWN_DEPTH, SHOWN_PARTS } from '../limits.js'
import type { Check } from '../check.js'
import { choice, finite, flag, integer, list, malformed, pair, pattern, properties, text } from '../check.js'

/** One part of a value in clear. */
export type ShownValue =
  | { readonly type: 'null' }
  | { readonly type: 'boolean'; readonly value: boolean }
  /** Numbers that JSON cannot hold are texts. */
  | { readonly type: 'number'; readonly value: number | 'NaN' | 'Infinity' | '-Infinity' | '-0' }
  /** In decimal. */
  | { readonly type: 'bigint'; readonly value: string }
  | { readonly type: 'string'; readonly value: string }
  /** In base64. */
  | { readonly type: 'bytes'; readonly value: string }
  /** `omitted`: items that were left out because the value has too many parts. */
  | { readonly type: 'array'; readonly items: readonly ShownValue[]; readonly omitted?: number }
  | { readonly type: 'object'; readonly members: readonly (readonly [string, ShownValue])[]; readonly omitted?: number }
  /** A member whose name is on the deny-list. */
  | { readonly type: 'denied' }

const type = choice('null', 'boolean', 'number', 'bigint', 'string', 'bytes', 'array', 'object', 'denied')
const special = choice('NaN', 'Infinity', '-Infinity', '-0')
const decimal = pattern(/^-?\d{1,20}$/, 'a whole number in decimal')
const base64 = pattern(/^[A-Za-z0-9+/]*={0,2}$/, 'base64')
const string = text(2 ** 20)

/** Checks a value in clear. */
export const shownValue: Check<ShownValue> = (value, path) => part(value, path, 1)

function part(value: unknown, path: string, depth: number): ShownValue {
  if (depth > SHOWN_DEPTH) throw malformed(path, `nested no deeper than ${SHOWN_DEPTH}`)
  const given = properties(value, path)
  const inner: Check<ShownValue> = (each, at) => part(each, at, depth + 1)
  const at = `${path}.value`
  const kind = type(given['type'], `${path}.type`)
  switch (kind) {
    case 'null':
    case 'denied':
      return { type: kind }
    case 'boolean':
      return { type: kind, value: flag(given['value'], at) }
    case 'number':
      return { type: kind, value: typeof given['value'] === 'string' ? special(given['value'], at) : finite(given['value'], at) }
    case 'bigint':
      return { type: kind, value: decimal(given['value'], at) }
    case 'string':
      return { type: kind, value: string(given['value'], at) }
    case 'bytes':
      return { type: kind, value: base64(given['value'], at) }
    case 'array':
      return { type: kind, items: list(inner, SHOWN_PARTS)(given['items'], `${path}.items`), ...omitted(given, path) }
    case 'object':
      return { type: kind, members: list(pair(string, inner), SHOWN_PARTS)(given['members'], `${path}.members`), ...omitted(given, path) }
  }
}

function omitted(given: Readonly<Record<string, unknown>>, path: string): { readonly omitted?: number } {
  return given['omitted'] === undefined ? {} : { omitted: integer()(given['omitted'], `${path}.omitted`) }
}
