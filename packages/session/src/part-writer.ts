/**
 * Writes parts of attributes into the drafts of a save, so that each leaf has an entry of its own.
 *
 * Invariants: what is written counts afterwards (parts.ts): all that its path leads through is an object then; where
 * something is made that has parts, none are left below it from before, not even such as did not count; an object
 * whose keys make no path is one leaf, and what lies in it is changed by writing it anew.
 */
import { decodeValue, encodeValue, type Value } from '@understudy/document'
import { totalOf } from './counter.js'
import { hasParts, type Drafts } from './drafts.js'
import { ancestorsOf, attributeOf, fitBelow, keysOf, memberOf, PATH_STEPS, readable, SEPARATOR } from './path.js'
import { contributionsTo, counterAt, isRecord, kindOf, mayHaveParts, OBJECT, readPart } from './parts.js'
import { SessionError } from './session-error.js'

type Members = { [key: string]: Value }

/** The parts of the attributes of one save. */
export class PartWriter {
  readonly #drafts: Drafts
  readonly #check: (name: string, leaf: Uint8Array) => void

  /** @param check throws for leaves that are too large */
  constructor(drafts: Drafts, check: (name: string, leaf: Uint8Array) => void) {
    this.#drafts = drafts
    this.#check = check
  }

  /** Gives a part exactly this value. */
  set(name: string, value: Uint8Array): void {
    const leaf = this.open(name)
    if (leaf === undefined) this.#write(name, value)
    else this.#changeIn(leaf, name, (members, key) => (members[key] = decodeValue(value)))
  }

  /** Lets there be an object. */
  make(name: string): void {
    const leaf = this.open(name)
    if (leaf !== undefined) {
      this.#changeIn(leaf, name, (members, key) => {
        if (!isRecord(members[key])) members[key] = newMembers()
      })
    } else if (!isObject(this.#drafts.peek(name))) this.replace(name, OBJECT)
  }

  /** Takes a part away, with all that is below it. */
  remove(name: string): void {
    for (const ancestor of ancestorsOf(name)) {
      const entry = this.#drafts.peek(ancestor)
      if (!isObject(entry)) return
      if (kindOf(entry) !== 'leaf') continue
      if (readPart(this.#drafts, name) === undefined) return
      return this.#changeIn(ancestor, name, (members, key) => delete members[key])
    }
    const entry = this.#drafts.peek(name)
    if (entry === undefined) return
    if (hasParts(entry)) this.#drafts.dropUnder(memberOf(name, ''))
    this.#drafts.drop(name)
  }

  /**
   * Makes objects of all that a path leads through.
   *
   * @returns the leaf in which the path ends; undefined: it has an entry of its own
   */
  open(name: string): string | undefined {
    for (const ancestor of ancestorsOf(name)) {
      const entry = this.#drafts.peek(ancestor)
      if (!isObject(entry)) this.replace(ancestor, OBJECT)
      else if (kindOf(entry) === 'leaf') {
        const members = decodeValue(entry)
        if (!isRecord(members) || !makesPaths(ancestor, members)) return ancestor
        this.#writeMembers(ancestor, members)
      }
    }
    return undefined
  }

  /** Gives an entry a value, and leaves nothing below it. */
  replace(name: string, value: Uint8Array): void {
    this.#drafts.dropUnder(memberOf(name, ''))
    this.#drafts.put(name, value)
  }

  #write(name: string, value: Uint8Array): void {
    const members = mayHaveParts(value) ? decodeValue(value) : undefined
    if (isRecord(members) && makesPaths(name, members)) return this.#writeMembers(name, members)
    if (isRecord(members) && Object.hasOwn(members, SEPARATOR)) {
      const message = `The value of '${readable(name)}' has the key U+001F, which is Understudy’s own; rename it.`
      throw new SessionError('VALUE_NOT_STORABLE', message, { attribute: attributeOf(name) })
    }
    this.#check(name, value)
    if (!this.#recount(name, value)) this.#writeLeaf(name, value)
  }

  #writeLeaf(name: string, value: Uint8Array): void {
    if (hasParts(this.#drafts.peek(name))) this.replace(name, value)
    else this.#drafts.put(name, value)
  }

  /** Sets a counter: its base moves, so that what others add at the same time adds to the value. False: not possible. */
  #recount(name: string, value: Uint8Array): boolean {
    const entry = this.#drafts.peek(name)
    if (entry === undefined || !mayHaveParts(entry) || kindOf(entry) !== 'counter') return false
    const number = decodeValue(value)
    if (typeof number !== 'number') return false
    const contributions = contributionsTo(name, this.#drafts)
    const base = number - totalOf(0, contributions)
    if (totalOf(base, contributions) !== number) return false
    this.#drafts.put(name, counterAt(base))
    return true
  }

  #writeMembers(name: string, members: Members): void {
    const entry = this.#drafts.peek(name)
    if (entry === undefined || kindOf(entry) !== 'object') this.replace(name, OBJECT)
    else this.#dropOthers(memberOf(name, ''), members)
    for (const [key, member] of Object.entries(members)) this.#write(memberOf(name, key), encodeValue(member))
  }

  #dropOthers(prefix: string, members: Members): void {
    for (const { name } of this.#drafts.under(prefix)) {
      const end = name.indexOf(SEPARATOR, prefix.length)
      const key = name.slice(prefix.length, end < 0 ? undefined : end)
      if (!Object.hasOwn(members, key)) this.#drafts.drop(name)
    }
  }

  /** Writes a leaf anew with a change at some keys in it. */
  #changeIn(leaf: string, name: string, change: (members: Members, key: string) => void): void {
    const entry = this.#drafts.peek(leaf)
    const root = entry === undefined ? undefined : decodeValue(entry)
    if (!isRecord(root)) return
    const keys = keysOf(name).slice(keysOf(leaf).length)
    const last = keys.pop()
    let members: Members = root
    for (const key of keys) {
      const next = Object.hasOwn(members, key) ? members[key] : undefined
      members = isRecord(next) ? next : (members[key] = newMembers())
    }
    if (last !== undefined) change(members, last)
    this.#write(leaf, encodeValue(root))
  }
}

/** Does an entry hold an object, with parts or as one leaf? */
function isObject(entry: Uint8Array | undefined): entry is Uint8Array {
  if (entry === undefined || !mayHaveParts(entry)) return false
  const kind = kindOf(entry)
  return kind === 'object' || kind === 'leaf'
}

/** Can each member have an entry of its own? */
function makesPaths(name: string, members: Members): boolean {
  if (keysOf(name).length + 2 > PATH_STEPS) return false
  return fitBelow(name, Object.keys(members))
}

function newMembers(): Members {
  return Object.create(null)
}
