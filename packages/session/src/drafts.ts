/**
 * The entries of a session in the course of a save: what is there, with what the save has done so far on top.
 *
 * Invariant: the session itself is untouched; what comes out has each entry at most once, and none that ends as it was.
 */
import type { Entry } from '@understudy/document'
import { equalBytes } from './equal-bytes.js'
import { attributesOf } from './path.js'
import { kindOf, mayHaveParts, type Entries } from './parts.js'
import { SessionError } from './session-error.js'

/** What a plan needs to see of a session. */
export interface Plannable extends Entries {
  isFrozen(name: string): boolean
  /** Encoded value of an entry, frozen or not. */
  raw(name: string): Uint8Array | undefined
}

/** What to write. */
export interface SavePlan {
  readonly attributes: readonly Entry[]
  readonly frozen: readonly Entry[]
  /** Attributes that get another value, or become frozen. */
  readonly changed: readonly string[]
  /** Growth of the session at most, in bytes of entries; negative where it shrinks. */
  readonly growth: number
  /** Bytes that the entries for the attributes document take there, at most. */
  readonly written: number
  /** Entries with a value more than before; negative where there are fewer. */
  readonly added: number
}

/** An entry in the course of a save. */
interface Draft {
  readonly before: Uint8Array | undefined
  value: Uint8Array | undefined
}

/** Bytes that an entry takes beside its name and value. */
const ENTRY_OVERHEAD = 6
/** Bytes that a write may take beside its name and value. */
const WRITE_OVERHEAD = 64

/** The working state of one save. */
export class Drafts implements Entries {
  readonly #session: Plannable
  readonly #most: number
  readonly #drafts = new Map<string, Draft>()
  readonly #frozen = new Map<string, Uint8Array>()

  /** @param most entries that a save may touch */
  constructor(session: Plannable, most: number) {
    this.#session = session
    this.#most = most
  }

  /** Can the attribute not change any more? */
  isFrozen(attribute: string): boolean {
    return this.#frozen.has(attribute) || this.#session.isFrozen(attribute)
  }

  peek(name: string): Uint8Array | undefined {
    const draft = this.#drafts.get(name)
    return draft === undefined ? this.#session.peek(name) : draft.value
  }

  under(prefix: string): Entry[] {
    const found = this.#session.under(prefix).filter(({ name }) => !this.#drafts.has(name))
    for (const [name, { value }] of this.#drafts) {
      if (value !== undefined && name.length > prefix.length && name.startsWith(prefix)) found.push({ name, value })
    }
    return found
  }

  /** Gives an attribute that is no object a value that is none, or takes it away. False, and nothing done: it may be one. */
  putLeaf(attribute: string, value: Uint8Array | undefined): boolean {
    const draft = this.#draft(attribute)
    if (mayHaveParts(draft.value)) return false
    draft.value = value
    return true
  }

  /** Gives an entry a value. */
  put(name: string, value: Uint8Array): void {
    this.#draft(name).value = value
  }

  /** Takes an entry's value away. */
  drop(name: string): void {
    this.#draft(name).value = undefined
  }

  /** Takes the values of all entries away whose names begin so and go on. */
  dropUnder(prefix: string): void {
    for (const { name } of this.under(prefix)) this.drop(name)
  }

  /** Gives a frozen attribute its final value. */
  freeze(attribute: string, value: Uint8Array): void {
    this.#frozen.set(attribute, value)
  }

  /** What the save comes to. */
  plan(): SavePlan {
    const attributes: Entry[] = []
    const changed: string[] = []
    let growth = 0
    let added = 0
    let written = 0
    for (const [name, { before, value }] of this.#drafts) {
      if (value === undefined ? before === undefined : equalBytes(value, before)) continue
      attributes.push(value === undefined ? { name } : { name, value })
      changed.push(name)
      growth += entryBytes(name, value) - entryBytes(name, before)
      added += (value === undefined ? 0 : 1) - (before === undefined ? 0 : 1)
      written += writtenBytes(name, value)
    }
    const frozen: Entry[] = []
    for (const [name, value] of this.#frozen) {
      frozen.push({ name, value })
      changed.push(name)
      growth += entryBytes(name, value)
      added++
    }
    const names = attributesOf(changed)
    return { attributes, frozen, changed: frozen.length === 0 ? names : [...new Set(names)], growth, written, added }
  }

  #draft(name: string): Draft {
    let draft = this.#drafts.get(name)
    if (draft === undefined) {
      if (this.#drafts.size >= this.#most) {
        const message = `A save touches at most ${this.#most} attributes and parts of them; save less at once.`
        throw new SessionError('TOO_MANY_ATTRIBUTES', message)
      }
      const before = this.#session.raw(name)
      draft = { before, value: before }
      this.#drafts.set(name, draft)
    }
    return draft
  }
}

/** Whether an entry may have parts below it that go when it goes. */
export function hasParts(value: Uint8Array | undefined): boolean {
  return value !== undefined && mayHaveParts(value) && kindOf(value) !== 'leaf'
}

/** Bytes that writing an entry adds to a document at most: another writer, and another deleted range, included. */
export function writtenBytes(name: string, value: Uint8Array | undefined): number {
  return 3 * name.length + (value?.length ?? 0) + WRITE_OVERHEAD
}

/** Bytes of an entry with a value: a rough count, for names outside ASCII somewhat too low. */
export function entryBytes(name: string, value: Uint8Array | undefined): number {
  return value === undefined ? 0 : name.length + value.length + ENTRY_OVERHEAD
}
