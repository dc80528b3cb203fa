/**
 * Session objects that JSON cannot hold: with a cycle or a bigint in them.
 *
 * express-session compares sessions by their JSON as the response ends. If that throws there, the response never ends,
 * whatever the store. So a session object says of itself, in such a case, that it is another than before: then it is
 * saved, the store refuses it with a message that says what is wrong, and the response ends.
 */

/** Makes a session object safe to compare. Its own JSON stays what it was. */
export function guard(session: object): void {
  Object.defineProperty(session, 'toJSON', { configurable: true, enumerable: false, writable: true, value: comparable })
}

let refused = 0

/**
 * The session itself, or, where it is none that JSON holds, something that equals nothing.
 * @param key empty for the whole; inside of a value, its own perhaps, the session is like any object
 */
function comparable(this: object, key: string): object {
  if (key !== '') return this
  return Object.values(this).every((value) => isJson(value, [this])) ? this : { notStorable: ++refused }
}

function isJson(value: unknown, ancestors: object[]): boolean {
  if (typeof value === 'bigint') return 'toJSON' in BigInt.prototype
  if (typeof value !== 'object' || value === null || value instanceof Date || value instanceof Uint8Array) return true
  if (ancestors.includes(value) || ancestors.length >= DEEPEST) return false
  ancestors.push(value)
  const members: unknown[] = typeof Reflect.get(value, 'toJSON') === 'function' ? [] : Object.values(value)
  const fits = members.every((member) => isJson(member, ancestors))
  ancestors.pop()
  return fits
}

/** Deeper objects are refused by the store, and far deeper ones by JSON. */
const DEEPEST = 64
