/**
 * A save, worked out before anything is written: operations in, entries for the two documents out.
 *
 * Invariant: planning changes nothing and throws for everything that is wrong with a save, so that what is planned
 * can be written whole. Operations of a save see each other's effects; each attribute ends up in one entry at most,
 * however often the save touches it, and in none where it ends up as it was.
 */
import { checkName, checkValueBytes, decodeValue, encodeValue, type Entry } from '@understudy/document'
import { equalBytes } from './equal-bytes.js'
import type { SessionLimits } from './limits.js'
import type { AttributeOperation, Operation } from './operation.js'
import { SessionError } from './session-error.js'

/** What a plan needs to see of a session. */
export interface Plannable {
  isFrozen(name: string): boolean
  /** Encoded value of an attribute, frozen or not. */
  raw(name: string): Uint8Array | undefined
  /** The same, for comparing at once. */
  peek(name: string): Uint8Array | undefined
}

/** What to write. */
export interface SavePlan {
  readonly attributes: readonly Entry[]
  readonly frozen: readonly Entry[]
  /** Names that get another value, or become frozen. */
  readonly changed: readonly string[]
  /** Growth of the session at most, in bytes of entries; negative where it shrinks. */
  readonly growth: number
  /** Bytes that the entries for the attributes document take there, at most. */
  readonly written: number
  /** Attributes more than before; negative where there are fewer. */
  readonly added: number
}

/** An attribute in the course of a save. */
interface Draft {
  readonly before: Uint8Array | undefined
  readonly wasFrozen: boolean
  value: Uint8Array | undefined
  frozen: boolean
}

/** Bytes that an entry takes beside its name and value. */
const ENTRY_OVERHEAD = 6
/** Bytes that a write may take beside its name and value. */
const WRITE_OVERHEAD = 64

/** Works out a save. Throws SessionError. */
export function planSave(session: Plannable, operations: readonly Operation[], limits: SessionLimits): SavePlan {
  const only = operations.length === 1 ? operations[0] : undefined
  return only?.op === 'set' ? planSet(session, only.name, only.value, limits) : planMany(session, operations, limits)
}

/** The usual save: one attribute set. Same outcome as `planMany`, without its drafts. */
function planSet(session: Plannable, name: string, value: Uint8Array, limits: SessionLimits): SavePlan {
  requireName(name)
  requireValue(name, value, limits)
  if (session.isFrozen(name)) throw frozenError(name)
  const before = session.peek(name)
  if (equalBytes(value, before)) return NOTHING
  const growth = entryBytes(name, value) - entryBytes(name, before)
  const written = writtenBytes(name, value)
  const added = before === undefined ? 1 : 0
  return { attributes: [{ name, value }], frozen: NONE, changed: [name], growth, written, added }
}

const NONE: readonly never[] = Object.freeze([])
const NOTHING: SavePlan = { attributes: NONE, frozen: NONE, changed: NONE, growth: 0, written: 0, added: 0 }

function planMany(session: Plannable, operations: readonly Operation[], limits: SessionLimits): SavePlan {
  const drafts = new Map<string, Draft>()
  for (const operation of operations) {
    if (operation.op === 'terms') continue
    const { name } = operation
    let draft = drafts.get(name)
    if (draft === undefined) {
      requireName(name)
      const before = session.raw(name)
      const frozen = session.isFrozen(name)
      draft = { before, wasFrozen: frozen, value: before, frozen }
      drafts.set(name, draft)
    }
    applyTo(draft, operation, limits)
  }
  return entriesOf(drafts)
}

/** One operation's effect on its attribute. */
function applyTo(draft: Draft, operation: AttributeOperation, limits: SessionLimits): void {
  const { name } = operation
  if (operation.op === 'freeze') {
    if (draft.value === undefined) {
      const message = `There is no attribute '${name}' to freeze; set it first.`
      throw new SessionError('ATTRIBUTE_MISSING', message, { attribute: name })
    }
    draft.frozen = true
    return
  }
  if (draft.frozen) throw frozenError(name)
  switch (operation.op) {
    case 'set':
      requireValue(name, operation.value, limits)
      draft.value = operation.value
      return
    case 'remove':
      draft.value = undefined
      return
    case 'increment':
      draft.value = incremented(name, draft.value, operation.by)
      return
    default:
      throw new SessionError('OPERATION_INVALID', `There is no such operation: ${JSON.stringify(operation)}.`)
  }
}

function entriesOf(drafts: ReadonlyMap<string, Draft>): SavePlan {
  const attributes: Entry[] = []
  const frozen: Entry[] = []
  const changed: string[] = []
  let growth = 0
  let added = 0
  for (const [name, { before, wasFrozen, value, frozen: isFrozen }] of drafts) {
    if (wasFrozen) continue
    if (value === undefined) {
      if (before === undefined) continue
      attributes.push({ name })
    } else if (isFrozen) {
      frozen.push({ name, value })
      if (before !== undefined) attributes.push({ name })
    } else {
      if (equalBytes(value, before)) continue
      attributes.push({ name, value })
    }
    changed.push(name)
    growth += entryBytes(name, value) - entryBytes(name, before)
    added += (value === undefined ? 0 : 1) - (before === undefined ? 0 : 1)
  }
  const written = attributes.reduce((sum, { name, value }) => sum + writtenBytes(name, value), 0)
  return { attributes, frozen, changed, growth, written, added }
}

/** The number that an increment leads to. Whole numbers stay exact, or it is an error. */
function incremented(name: string, raw: Uint8Array | undefined, by: number): Uint8Array {
  if (typeof by !== 'number' || !Number.isFinite(by)) {
    throw notANumber(name, 'can only be incremented by a finite number')
  }
  const before = raw === undefined ? 0 : decodeValue(raw)
  if (typeof before !== 'number') {
    throw notANumber(name, 'is no number, so it cannot be incremented')
  }
  const after = before + by
  const whole = Number.isInteger(before) && Number.isInteger(by)
  if (whole ? !Number.isSafeInteger(after) || !Number.isSafeInteger(before) : !Number.isFinite(after)) {
    throw new SessionError('NUMBER_OUT_OF_RANGE', `Attribute '${name}' would become ${after}, which is not exact.`, {
      attribute: name,
    })
  }
  return encodeValue(after)
}

function requireName(name: string): void {
  try {
    checkName(name)
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : 'The name of an attribute is invalid.'
    throw new SessionError('NAME_INVALID', message, { attribute: String(name), cause })
  }
}

function requireValue(name: string, value: Uint8Array, limits: SessionLimits): void {
  if (value.length > limits.valueBytes) {
    const message = `Attribute '${name}' would have ${value.length} bytes; a value has at most ${limits.valueBytes}.`
    throw new SessionError('VALUE_TOO_LARGE', message, { attribute: name })
  }
  try {
    checkValueBytes(value)
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : ''
    throw new SessionError('VALUE_NOT_STORABLE', `The value of attribute '${name}' cannot be stored. ${reason}`, {
      attribute: name,
      cause,
    })
  }
}

function frozenError(name: string): SessionError {
  const message = `Attribute '${name}' is frozen and can never change.`
  return new SessionError('ATTRIBUTE_FROZEN', message, { attribute: name })
}

function notANumber(name: string, what: string): SessionError {
  return new SessionError('ATTRIBUTE_NOT_A_NUMBER', `Attribute '${name}' ${what}.`, { attribute: name })
}

/** Bytes that writing an entry adds to a document at most: another writer, and another deleted range, included. */
function writtenBytes(name: string, value: Uint8Array | undefined): number {
  return 3 * name.length + (value?.length ?? 0) + WRITE_OVERHEAD
}

/** Bytes of an entry with a value: a rough count, for names outside ASCII somewhat too low. */
function entryBytes(name: string, value: Uint8Array | undefined): number {
  return value === undefined ? 0 : name.length + value.length + ENTRY_OVERHEAD
}
