/**
 * Values as they are stored: what `JSON.stringify` would keep of them, as stores over JSON do, except that bytes stay
 * bytes. So an app finds the same in its sessions whether Understudy holds them or a store that writes JSON.
 *
 * Invariant: what comes out is the caller's own, without cycles, getters, prototypes of classes or `undefined`.
 */
import { types } from 'node:util'
import { UnderstudyError } from '@understudy/client'
import type { Value } from '@understudy/client'

/** How deep arrays and objects may be nested; the same limit as the nodes'. */
const NESTING_LIMIT = 64

/**
 * A value as it is stored.
 *
 * Dates become text, members that are functions or `undefined` are left out, instances of classes keep their own
 * enumerable members, `toJSON` is honoured.
 * @param name the attribute, for messages
 * @returns undefined where JSON would keep nothing: of undefined, functions and symbols
 * @throws UnderstudyError VALUE_NOT_STORABLE for cycles, bigints and values nested deeper than 64
 */
export function plainValue(name: string, value: unknown): Value | undefined {
  return plain({ name, ancestors: [] }, name, value)
}

interface Course {
  /** The attribute. */
  readonly name: string
  /** Arrays and objects that are being walked, outermost first. */
  readonly ancestors: object[]
}

function plain(course: Course, key: string, given: unknown): Value | undefined {
  const value = given instanceof Uint8Array ? given : jsonOf(given, key)
  switch (typeof value) {
    case 'boolean':
    case 'string':
      return value
    case 'number':
      return Number.isFinite(value) ? value : null
    case 'bigint':
      throw notStorable(course, 'is or holds a bigint; store it as text')
    case 'object':
      return value === null ? null : nested(course, value)
    default:
      return undefined
  }
}

/** What `toJSON` makes of a value, and what a wrapper wraps. */
export function jsonOf(value: unknown, key: string): unknown {
  if (types.isBoxedPrimitive(value)) return value.valueOf()
  if (typeof value !== 'bigint' && (typeof value !== 'object' || value === null)) return value
  const toJSON: unknown = Reflect.get(Object(value), 'toJSON', value)
  return typeof toJSON === 'function' ? toJSON.call(value, key) : value
}

function nested(course: Course, value: object): Value {
  // A Buffer is a window on memory that others write to.
  if (value instanceof Uint8Array) return Uint8Array.from(value)
  if (course.ancestors.includes(value)) throw notStorable(course, 'contains itself; store a value without cycles')
  if (course.ancestors.length >= NESTING_LIMIT) throw notStorable(course, `is nested deeper than ${NESTING_LIMIT} levels`)
  course.ancestors.push(value)
  const copy = Array.isArray(value)
    ? value.map((item: unknown, index) => plain(course, String(index), item) ?? null)
    : members(course, value)
  course.ancestors.pop()
  return copy
}

function members(course: Course, value: object): Record<string, Value> {
  const copy: Record<string, Value> = {}
  for (const [key, member] of Object.entries(value)) {
    const kept = plain(course, key, member)
    if (kept !== undefined) setMember(copy, key, kept)
  }
  return copy
}

/** `__proto__` must stay a member, so that the store can refuse it; by assignment it would become none. */
function setMember<V>(object: Record<string, V>, key: string, value: V): void {
  if (key === '__proto__') Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true })
  else object[key] = value
}

function notStorable({ name }: Course, what: string): UnderstudyError {
  const message = `The value of ${JSON.stringify(name)} ${what}. Nothing was saved.`
  return new UnderstudyError('VALUE_NOT_STORABLE', { attribute: name, message })
}

/** A copy of a stored value for an app to change as it likes: ordinary objects, Buffers, and text for bigints. */
export function workingCopy(value: Value): unknown {
  if (typeof value === 'bigint') return String(value)
  if (typeof value !== 'object' || value === null) return value
  if (value instanceof Uint8Array) return Buffer.from(value)
  if (Array.isArray(value)) return value.map(workingCopy)
  const copy: Record<string, unknown> = {}
  for (const [key, member] of Object.entries(value)) setMember(copy, key, workingCopy(member))
  return copy
}

/** Whether two stored values are the same. */
export function equalValues(a: Value | undefined, b: Value | undefined): boolean {
  if (a === b) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  if (a instanceof Uint8Array || b instanceof Uint8Array) {
    return a instanceof Uint8Array && b instanceof Uint8Array && Buffer.compare(a, b) === 0
  }
  if (Array.isArray(a) || Array.isArray(b)) {
    return Array.isArray(a) && Array.isArray(b) && a.length === b.length && a.every((item, index) => equalValues(item, b[index]))
  }
  const names = Object.keys(a)
  return names.length === Object.keys(b).length && names.every((name) => Object.hasOwn(b, name) && equalValues(a[name], b[name]))
}
