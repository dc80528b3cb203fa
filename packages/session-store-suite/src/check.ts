/** The means by which a check fails. */

/** A store is not what it should be; the message says in what. */
export class Failure extends Error {
  override readonly name = 'Failure'
}

/** The store does not offer what the check is about, and need not. */
export class NotOffered extends Error {
  override readonly name = 'NotOffered'
}

/** Fails unless both look the same as JSON. */
export function same(what: string, found: unknown, expected: unknown): void {
  const [is, should] = [text(found), text(expected)]
  if (is !== should) throw new Failure(`${what}: ${is}, not ${should}`)
}

/** Fails with this message unless the condition holds. */
export function require(condition: boolean, otherwise: string): void {
  if (!condition) throw new Failure(otherwise)
}

function text(value: unknown): string {
  return JSON.stringify(value, sorted) ?? 'undefined'
}

/** Members in the order of their names: it is no matter in which they were written. */
function sorted(_: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
}
