/**
 * Checks that turn what JSON.parse gave into typed values, or refuse it. Types of frames come from their checks, so
 * that neither can be changed without the other.
 *
 * Invariants: only own properties are read; what is not declared is left behind, so nothing unknown gets any further;
 * texts and lists are bounded before they are looked into.
 */
import { ProtocolError } from '../protocol-error.js'

/** Gives `value` back as a `T`. `path` tells where it stands. Throws ProtocolError FRAME_MALFORMED. */
export type Check<T> = (value: unknown, path: string) => T

/** What a check gives. */
export type Checked<C> = C extends Check<infer T> ? T : never

/** A field that may be missing. */
export interface OptionalField<T> {
  readonly optional: Check<T>
}

/** The fields of an object, each with its check. */
export type Fields = Readonly<Record<string, Check<unknown> | OptionalField<unknown>>>

/** The object that fields make. */
export type FieldsOf<F extends Fields> = {
  readonly [K in keyof F as F[K] extends OptionalField<unknown> ? never : K]: Checked<F[K]>
} & {
  readonly [K in keyof F as F[K] extends OptionalField<unknown> ? K : never]?: F[K] extends OptionalField<infer T> ? T : never
}

/** Says what is wrong, and where. */
export function malformed(path: string, wanted: string): ProtocolError {
  return new ProtocolError('FRAME_MALFORMED', `${path} must be ${wanted}`)
}

/** A text of at most `max` UTF-16 units. */
export function text(max: number): Check<string> {
  return (value, path) => {
    if (typeof value !== 'string' || value.length > max) throw malformed(path, `a text of at most ${max} characters`)
    return value
  }
}

/** A text that matches. */
export function pattern(expression: RegExp, what: string): Check<string> {
  return (value, path) => {
    if (typeof value !== 'string' || !expression.test(value)) throw malformed(path, what)
    return value
  }
}

/** A whole number. Default bounds: 0 to 2^53 − 1. */
export function integer(min = 0, max = Number.MAX_SAFE_INTEGER): Check<number> {
  return (value, path) => {
    if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < min || value > max) throw malformed(path, `a whole number from ${min} to ${max}`)
    return value
  }
}

/** Any finite number. */
export const finite: Check<number> = (value, path) => {
  if (typeof value !== 'number' || !Number.isFinite(value)) throw malformed(path, 'a number')
  return value
}

/** True or false. */
export const flag: Check<boolean> = (value, path) => {
  if (typeof value !== 'boolean') throw malformed(path, 'true or false')
  return value
}

/** One of these texts. */
export function choice<const T extends string>(...choices: readonly T[]): Check<T> {
  return (value, path) => {
    const chosen = choices.find((one) => one === value)
    if (chosen === undefined) throw malformed(path, `one of ${choices.join(', ')}`)
    return chosen
  }
}

/** A list of at most `max` items. */
export function list<T>(item: Check<T>, max: number): Check<readonly T[]> {
  return (value, path) => {
    if (!Array.isArray(value) || value.length > max) throw malformed(path, `a list of at most ${max} items`)
    return value.map((each: unknown, index) => item(each, `${path}[${index}]`))
  }
}

/** Two things in a row. */
export function pair<A, B>(first: Check<A>, second: Check<B>): Check<readonly [A, B]> {
  return (value, path) => {
    if (!Array.isArray(value) || value.length !== 2) throw malformed(path, 'a pair')
    return [first(value[0], `${path}[0]`), second(value[1], `${path}[1]`)]
  }
}

/** A field that may be missing. */
export function optional<T>(check: Check<T>): OptionalField<T> {
  return { optional: check }
}

/** The own properties of what must be an object. */
export function properties(value: unknown, path: string): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw malformed(path, 'an object')
  return Object.assign(Object.create(null), value)
}

/** An object of these fields; others are left behind. */
export function object<const F extends Fields>(fields: F): Check<FieldsOf<F>> {
  const checks = Object.entries(fields)
  return (value, path) => {
    const given = properties(value, path)
    const result: Record<string, unknown> = {}
    for (const [name, field] of checks) {
      const at = `${path}.${name}`
      if (typeof field === 'function') result[name] = field(given[name], at)
      else if (given[name] !== undefined) result[name] = field.optional(given[name], at)
    }
    return result as FieldsOf<F>
  }
}

/** A check of several kinds of objects, and the tags that tell them apart. */
export interface Tagged<T> {
  readonly check: Check<T>
  readonly tags: ReadonlySet<string>
}

/** Several kinds of objects, told apart by the text in the field `tag`. */
export function tagged<const C extends Readonly<Record<string, Check<object>>>>(tag: string, kinds: C): Tagged<Checked<C[keyof C]>> {
  const known: ReadonlyMap<string, Check<object>> = new Map(Object.entries(kinds))
  const check: Check<Checked<C[keyof C]>> = (value, path) => {
    const name = properties(value, path)[tag]
    const kind = typeof name === 'string' ? known.get(name) : undefined
    if (kind === undefined) throw malformed(`${path}.${tag}`, `one of ${[...known.keys()].join(', ')}`)
    return kind(value, path) as Checked<C[keyof C]>
  }
  return { check, tags: new Set(known.keys()) }
}
