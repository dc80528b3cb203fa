/**
 * Paths: where a part of an attribute is, and the name of the entry that holds it.
 *
 *     ['cart', 'sku-1', 'count']  ⇄  'cart␟sku-1␟count'        attribute, then the keys of nested objects
 *     'views␟␟+1k.…', 'tags␟␟'red'                               what an attribute is counted or collected of (parts.ts)
 *
 * Steps are joined by U+001F, the unit separator, which no step holds; so one text names one path. An empty step
 * leads to what is no member of an object, and never comes from outside.
 */
import { checkName, NAME_LIMIT } from '@understudy/document'
import { SessionError } from './session-error.js'

/** An attribute's name, then the keys that lead to a part of it. */
export type Path = readonly [attribute: string, ...keys: string[]]

/** Joins the steps of a path (U+001F). No step holds it. */
export const SEPARATOR = '\u001f'

/** Most steps of a path. What lies deeper is part of one leaf. */
export const PATH_STEPS = 32

/**
 * The name under which a path's entry is kept.
 *
 * @throws SessionError NAME_INVALID
 */
export function nameOf(path: string | readonly string[]): string {
  if (typeof path === 'string' && !path.includes(SEPARATOR)) {
    requireName(path)
    return path
  }
  const steps = typeof path === 'string' ? [path] : path
  if (!Array.isArray(steps) || steps.length === 0) throw invalid('A path is an attribute’s name, then keys, at least one.')
  for (const step of steps) {
    if (typeof step === 'string' && step.includes(SEPARATOR)) {
      throw invalid(`${JSON.stringify(step)} holds U+001F, which separates the steps of paths; use another name.`, steps[0])
    }
  }
  const name = steps.join(SEPARATOR)
  requireName(name)
  return name
}

/**
 * Refuses the name of an entry, from wherever it comes, unless each of its steps is fit for a key.
 *
 * @throws SessionError NAME_INVALID
 */
export function requireName(name: string): void {
  const steps = typeof name === 'string' && name.includes(SEPARATOR) ? name.split(SEPARATOR) : [name]
  if (steps.length > PATH_STEPS) throw invalid(`A path has at most ${PATH_STEPS} steps, not ${steps.length}.`, steps[0])
  try {
    for (const step of steps) checkName(step)
    if (steps.length > 1) checkName(name)
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : 'The name of an attribute is invalid.'
    throw new SessionError('NAME_INVALID', message, { attribute: attributeOf(String(name)), cause })
  }
}

/** The attribute that an entry belongs to. */
export function attributeOf(name: string): string {
  const end = name.indexOf(SEPARATOR)
  return end < 0 ? name : name.slice(0, end)
}

/** The attributes that entries belong to, each once; the same array where each entry is one. */
export function attributesOf(names: readonly string[]): readonly string[] {
  if (!names.some((name) => name.includes(SEPARATOR))) return names
  return [...new Set(names.map(attributeOf))]
}

/** The names of the objects that a path leads through, the attribute first. */
export function ancestorsOf(name: string): string[] {
  const ancestors: string[] = []
  for (let end = name.indexOf(SEPARATOR); end >= 0; end = name.indexOf(SEPARATOR, end + 1)) ancestors.push(name.slice(0, end))
  return ancestors
}

/** The keys that lead from an attribute to a part of it. */
export function keysOf(name: string): string[] {
  return name.split(SEPARATOR).slice(1)
}

/** Name of the member of the object at `name`. */
export function memberOf(name: string, key: string): string {
  return name + SEPARATOR + key
}

/** Is this the name of something below that? */
export function isBelow(name: string, ancestor: string): boolean {
  return name.length > ancestor.length && name.startsWith(ancestor) && name.startsWith(SEPARATOR, ancestor.length)
}

/**
 * Can members of these keys of the object at a path have entries of their own? A path of no steps is that of the
 * session, whose members are attributes.
 */
export function fitPaths(path: readonly string[], keys: readonly string[]): boolean {
  if (path.length === 0) return true
  return path.length < PATH_STEPS && fitBelow(path.join(SEPARATOR), keys)
}

/** The same of the object that this entry holds. */
export function fitBelow(name: string, keys: readonly string[]): boolean {
  if (keys.length === 0) return true
  const left = NAME_LIMIT - 1 - utf8.encode(name).length
  return keys.every((key) => key !== '' && !key.includes(SEPARATOR) && !isForbidden(key) && (key.length * 3 <= left || utf8.encode(key).length <= left))
}

/** Whether an object must not have such a key: it would reach the prototype. */
export function isForbidden(key: string): boolean {
  return key === '__proto__' || key === 'constructor' || key === 'prototype'
}

const utf8 = new TextEncoder()

/** A path as people read it. */
export function readable(name: string): string {
  return name.replaceAll(SEPARATOR, '.')
}

function invalid(message: string, attribute?: string): SessionError {
  return new SessionError('NAME_INVALID', message, attribute === undefined ? {} : { attribute })
}
