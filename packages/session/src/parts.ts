/**
 * What an attribute consists of: the entries that hold it, and the value that they come to.
 *
 *     entry's value            what it is                     its parts, each an entry of its own
 *     {}                       an object                      one a member: name␟key
 *     {␟: number}              a counter                      what each reign added: name␟␟+reign (counter.ts)
 *     {␟: []}                  a set                          one a member: name␟␟member (set-member.ts)
 *     anything else            a leaf                         none: arrays, bytes, text, and objects whose keys make no path
 *
 * One rule decides all that overlaps: a part counts only where what it is a part of is there, and is such a thing. So
 * whoever takes an object away, or puts something else in its place, wins over who changes something in it at the same
 * time, on whatever replica and in whatever generation both meet; no order of entries and no clock is asked.
 */
import { decodeValue, encodeValue, type Entry, type Value } from '@understudy/document'
import { contributionOf, totalOf, type Contribution } from './counter.js'
import { ancestorsOf, isForbidden, keysOf, memberOf, SEPARATOR } from './path.js'
import { memberAt } from './set-member.js'

/** What an entry's value says that it is. */
export type Kind = 'object' | 'counter' | 'set' | 'leaf'

/** Where entries are read. */
export interface Entries {
  /** The encoded value of an entry, for use at once. */
  peek(name: string): Uint8Array | undefined
  /** The entries that have a value and whose names begin so and go on. */
  under(prefix: string): readonly Entry[]
}

/** The entry of an object, whose members have entries of their own. */
export const OBJECT = encodeValue({})
/** The entry of a set. */
export const SET = encodeValue({ [SEPARATOR]: [] })
/** The entry of a set's member. */
export const MEMBER = encodeValue(true)

const OBJECT_TAG = 118
const ARRAY_TAG = 117

/** The entry of a counter that stands at `base` before anything was added. */
export function counterAt(base: number): Uint8Array {
  return encodeValue({ [SEPARATOR]: base })
}

/** What an entry is. Bytes as `encodeValue` writes them. */
export function kindOf(value: Uint8Array): Kind {
  if (value[0] !== OBJECT_TAG) return 'leaf'
  if (value[1] === 0) return 'object'
  if (value[1] !== 1 || value[2] !== 1 || value[3] !== SEPARATOR.charCodeAt(0)) return 'leaf'
  return value[4] === ARRAY_TAG ? 'set' : 'counter'
}

/** May this be the entry of something that has parts? Far cheaper than `kindOf`, and true of all objects. */
export function mayHaveParts(value: Uint8Array | undefined): boolean {
  return value?.[0] === OBJECT_TAG
}

/** The number that a counter's entry stands at. */
export function baseOf(value: Uint8Array): number {
  const decoded = decodeValue(value)
  const base = isRecord(decoded) ? decoded[SEPARATOR] : undefined
  return typeof base === 'number' ? base : 0
}

/** The contributions to the counter of this name. */
export function contributionsTo(name: string, entries: Pick<Entries, 'under'>): Contribution[] {
  const found: Contribution[] = []
  const prefix = memberOf(name, SEPARATOR)
  for (const { name: part, value } of entries.under(prefix)) {
    const contribution = value && contributionOf(part.slice(prefix.length), decodeValue(value))
    if (contribution !== undefined) found.push(contribution)
  }
  return found
}

/** The value that an attribute's entries come to, or that of a part of it. Objects have no prototype. */
export function readPart(entries: Entries, name: string): Value | undefined {
  if (name.includes(SEPARATOR)) {
    for (const ancestor of ancestorsOf(name)) {
      const above = entries.peek(ancestor)
      if (above === undefined || !mayHaveParts(above)) return undefined
      const kind = kindOf(above)
      if (kind === 'leaf') return within(decodeValue(above), keysOf(name).slice(keysOf(ancestor).length))
      if (kind !== 'object') return undefined
    }
  }
  const own = entries.peek(name)
  if (own === undefined) return undefined
  if (!mayHaveParts(own) || kindOf(own) === 'leaf') return decodeValue(own)
  const tree = new Tree()
  tree.add(name, decodeValue(own))
  for (const { name: part, value } of entries.under(memberOf(name, ''))) if (value) tree.add(part, decodeValue(value))
  return tree.value(name)
}

/**
 * All attributes that the entries of a session's root array come to: for any program that reads the document with Yjs.
 * An entry without a value, which is a removal, makes none; of several of one name the last counts.
 */
export function readEntries(entries: Iterable<readonly [name: string, value?: Value]>): Record<string, Value> {
  const values = new Map<string, Value>()
  for (const [name, value] of entries) {
    if (value === undefined) values.delete(name)
    else values.set(name, value)
  }
  return Object.assign(Object.create(null), Object.fromEntries(readAll(values)))
}

/** All attributes that these entries come to, each name once. */
export function readAll(entries: Iterable<readonly [name: string, value: Value]>): [string, Value][] {
  const tree = new Tree()
  const names: string[] = []
  for (const [name, value] of entries) {
    tree.add(name, value)
    if (!name.includes(SEPARATOR)) names.push(name)
  }
  return names.flatMap((name) => {
    const value = tree.value(name)
    return value === undefined ? [] : [[name, value]]
  })
}

/** The value at these keys of nested objects. */
export function within(value: Value | undefined, keys: readonly string[]): Value | undefined {
  let at = value
  for (const key of keys) {
    if (!isRecord(at) || !Object.hasOwn(at, key)) return undefined
    at = at[key]
  }
  return at
}

/** Does the part of this name count, given what the entries above it hold? */
export function counts(name: string, valueOf: (name: string) => Uint8Array | undefined): boolean {
  if (!name.includes(SEPARATOR)) return true
  const ancestors = ancestorsOf(name)
  const last = ancestors.at(-1)
  const isMember = last?.endsWith(SEPARATOR) !== true
  const owner = isMember ? last : ancestors.at(-2)
  return ancestors.every((ancestor) => {
    if (ancestor.endsWith(SEPARATOR)) return true
    const value = valueOf(ancestor)
    const kind = value && kindOf(value)
    return ancestor === owner && !isMember ? kind === 'counter' || kind === 'set' : kind === 'object'
  })
}

/** Is it a plain object, as values are? */
export function isRecord(value: unknown): value is { [key: string]: Value } {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array)
}

/** Entries by what they are parts of. */
class Tree {
  readonly #values = new Map<string, Value>()
  /** Names of parts by what is before their last step. */
  readonly #parts = new Map<string, string[]>()

  add(name: string, value: Value): void {
    this.#values.set(name, value)
    const end = name.lastIndexOf(SEPARATOR)
    if (end < 0) return
    const parent = name.slice(0, end)
    const parts = this.#parts.get(parent)
    if (parts === undefined) this.#parts.set(parent, [name])
    else parts.push(name)
  }

  value(name: string): Value | undefined {
    const own = this.#values.get(name)
    if (!isRecord(own)) return own
    const keys = Object.keys(own)
    if (keys.length === 0) return this.#object(name)
    const special = keys.length === 1 ? own[SEPARATOR] : undefined
    if (typeof special === 'number') return this.#count(name, special)
    return Array.isArray(special) ? this.#members(name) : own
  }

  #object(name: string): Value {
    const members: { [key: string]: Value } = Object.create(null)
    for (const part of this.#parts.get(name) ?? []) {
      const key = part.slice(name.length + 1)
      const value = key !== '' && !isForbidden(key) ? this.value(part) : undefined
      if (value !== undefined) members[key] = value
    }
    return members
  }

  #count(name: string, base: number): number {
    const found: Contribution[] = []
    for (const [step, value] of this.#special(name)) {
      const contribution = contributionOf(step, value)
      if (contribution !== undefined) found.push(contribution)
    }
    return totalOf(base, found)
  }

  #members(name: string): Value[] {
    return this.#special(name).flatMap(([step]) => {
      const member = memberAt(step)
      return member === undefined ? [] : [member]
    })
  }

  /** What is counted or collected under a name: the last steps, and their values. */
  #special(name: string): [string, Value][] {
    const parent = memberOf(name, '')
    return (this.#parts.get(parent) ?? []).map((part) => [part.slice(parent.length + 1), this.#values.get(part) ?? null])
  }
}
