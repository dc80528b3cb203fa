/**
 * What changed between two values, leaf by leaf: the changes that make `after` of `before`, by path.
 *
 * Applied to something newer than `before` they are a three-way merge: what only others changed stays. Plain objects
 * are gone through member by member; all else is a leaf, compared as a whole: arrays, Dates, bytes, instances of
 * classes, and objects whose keys make no path.
 */
import { fitPaths, PATH_STEPS } from '@understudy/session'

/** One change. `path` begins with an attribute's name, unless `difference` was told where the values are. */
export type Change =
  /** The part gets this value, which is a leaf. It is the value given, not a copy. */
  | { readonly kind: 'set'; readonly path: readonly string[]; readonly value: unknown }
  /** The part becomes an object, if it is none; its members follow as changes of their own. */
  | { readonly kind: 'make'; readonly path: readonly string[] }
  /** The part goes, with all that is in it. */
  | { readonly kind: 'remove'; readonly path: readonly string[] }

/**
 * The changes from `before` to `after`. Members that are undefined count as absent. Neither is changed or kept.
 *
 * @param path where the values are; none: both are objects of all attributes
 */
export function difference(before: unknown, after: unknown, path: readonly string[] = []): Change[] {
  const changes: Change[] = []
  compare(before, after, path, { changes, ancestors: [] })
  return changes
}

interface Comparing {
  readonly changes: Change[]
  /** The objects that `after` is in, so that one that contains itself ends as a leaf, which nobody can store. */
  readonly ancestors: readonly unknown[]
}

function compare(before: unknown, after: unknown, path: readonly string[], { changes, ancestors }: Comparing): void {
  if (before === after && typeof after !== 'object') return
  if (after === undefined) {
    if (before !== undefined) changes.push({ kind: 'remove', path })
    return
  }
  if (!isTree(after, path) || ancestors.includes(after) || (isPlain(before) && !isTree(before, path))) {
    if (!sameLeaf(before, after, ancestors)) changes.push({ kind: 'set', path, value: after })
    return
  }
  const within = { changes, ancestors: [...ancestors, after] }
  const earlier = isPlain(before) ? before : undefined
  if (earlier === undefined && path.length > 0) changes.push({ kind: 'make', path })
  for (const key of Object.keys(earlier ?? {})) {
    if (after[key] === undefined) compare(earlier?.[key], undefined, [...path, key], within)
  }
  for (const [key, member] of Object.entries(after)) {
    if (member !== undefined) compare(earlier && Object.hasOwn(earlier, key) ? earlier[key] : undefined, member, [...path, key], within)
  }
}

/** Whether it is an object whose members have paths of their own. */
function isTree(value: unknown, path: readonly string[]): value is Readonly<Record<string, unknown>> {
  return isPlain(value) && path.length < PATH_STEPS && fitPaths(path, Object.keys(value))
}

/** Whether two values are alike as wholes. */
function sameLeaf(before: unknown, after: unknown, ancestors: readonly unknown[]): boolean {
  if (Object.is(before, after) || before === after) return true
  if (typeof before !== 'object' || typeof after !== 'object' || before === null || after === null) return false
  if (ancestors.includes(after)) return false
  const within = [...ancestors, after]
  if (Array.isArray(before) && Array.isArray(after)) {
    return before.length === after.length && before.every((item, i) => sameLeaf(item, after[i], within))
  }
  if (before instanceof Uint8Array && after instanceof Uint8Array) {
    return before.length === after.length && before.every((byte, i) => byte === after[i])
  }
  if (before instanceof Date && after instanceof Date) return before.getTime() === after.getTime()
  if (!isPlain(before) || !isPlain(after)) return false
  const keys = definedKeys(after)
  return keys.length === definedKeys(before).length && keys.every((key) => Object.hasOwn(before, key) && sameLeaf(before[key], after[key], within))
}

function definedKeys(value: Readonly<Record<string, unknown>>): string[] {
  return Object.keys(value).filter((key) => value[key] !== undefined)
}

/** Is it an object without a class, of whatever realm? */
export function isPlain(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === null || Object.getPrototypeOf(prototype) === null
}
