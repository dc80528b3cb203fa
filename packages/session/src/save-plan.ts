/**
 * A save, worked out before anything is written: operations in, entries for the two documents out.
 *
 * Invariant: planning changes nothing and throws for everything that is wrong with a save, so that what is planned
 * can be written whole. Operations of a save see each other's effects; each entry is written once at most, however
 * often the save touches it, and not at all where it ends up as it was.
 */
import { checkValueBytes, encodeValue, NAME_LIMIT, type Reign } from '@understudy/document'
import { added, contributionStep, contributionValue, folded, orderOf, totalOf } from './counter.js'
import { Drafts, entryBytes, hasParts, writtenBytes, type Plannable, type SavePlan } from './drafts.js'
import { equalBytes } from './equal-bytes.js'
import type { SessionLimits } from './limits.js'
import type { SaveId } from './operation-log.js'
import type { AttributeOperation, ExpectOperation, Operation } from './operation.js'
import { PartWriter } from './part-writer.js'
import { baseOf, contributionsTo, counterAt, MEMBER, mayHaveParts, readPart, SET } from './parts.js'
import { attributeOf, memberOf, readable, requireName, SEPARATOR } from './path.js'
import { SessionError } from './session-error.js'
import { isMember, stepOf, type Member } from './set-member.js'
import { hashOf } from './value-hash.js'

/** Under whom a save is planned. */
export interface PlanContext {
  readonly limits: SessionLimits
  readonly reign: Reign
  /** The save's identity, where it has one. */
  readonly id?: SaveId | undefined
}

/** Works out a save. Throws SessionError. */
export function planSave(session: Plannable, operations: readonly Operation[], context: PlanContext): SavePlan {
  const only = operations.length === 1 ? operations[0] : undefined
  const plan = only?.op === 'set' ? planSet(session, only.name, only.value, context.limits) : undefined
  return plan ?? new Planning(session, context).plan(operations)
}

/** The usual save: one attribute that is no object set. Same outcome as `Planning`; undefined where it is not that. */
function planSet(session: Plannable, name: string, value: Uint8Array, limits: SessionLimits): SavePlan | undefined {
  if (mayHaveParts(value) || name.includes(SEPARATOR)) return undefined
  requireName(name)
  requireValue(name, value, limits)
  if (session.isFrozen(name)) throw frozenError(name)
  const before = session.peek(name)
  if (mayHaveParts(before)) return undefined
  if (equalBytes(value, before)) return NOTHING
  const growth = entryBytes(name, value) - entryBytes(name, before)
  const written = writtenBytes(name, value)
  return { attributes: [{ name, value }], frozen: NONE, changed: [name], growth, written, added: before === undefined ? 1 : 0 }
}

/** What each operation takes grows with the session, so their number is bounded: this many for each attribute it may have; */
const OPERATIONS_AN_ATTRIBUTE = 4
/** and so many entries that they touch. */
const ENTRIES_AN_ATTRIBUTE = 4

const NONE: readonly never[] = Object.freeze([])
const NOTHING: SavePlan = { attributes: NONE, frozen: NONE, changed: NONE, growth: 0, written: 0, added: 0 }

/** One save being planned. */
class Planning {
  readonly #session: Plannable
  readonly #context: PlanContext
  readonly #drafts: Drafts
  readonly #parts: PartWriter

  constructor(session: Plannable, context: PlanContext) {
    this.#session = session
    this.#context = context
    this.#drafts = new Drafts(session, ENTRIES_AN_ATTRIBUTE * context.limits.attributes)
    this.#parts = new PartWriter(this.#drafts, (name, value) => requireSize(name, value, context.limits))
  }

  plan(operations: readonly Operation[]): SavePlan {
    const most = OPERATIONS_AN_ATTRIBUTE * this.#context.limits.attributes
    if (operations.length > most) {
      throw new SessionError('OPERATION_INVALID', `A save has at most ${most} operations, not ${operations.length}; save more often.`)
    }
    // Conditions are about what was before the save, wherever in it they stand.
    for (const operation of operations) if (operation.op === 'expect') this.#expect(operation)
    for (const operation of operations) {
      if (operation.op === 'terms' || operation.op === 'expect') continue
      requireName(operation.name)
      if (operation.op === 'freeze') this.#freeze(operation.name)
      else if (this.#drafts.isFrozen(attributeOf(operation.name))) throw frozenError(attributeOf(operation.name))
      else this.#change(operation)
    }
    return this.#drafts.plan()
  }

  #change(operation: Exclude<AttributeOperation, ExpectOperation>): void {
    const { op, name } = operation
    switch (op) {
      case 'set':
        return this.#set(name, operation.value)
      case 'remove':
        if (!name.includes(SEPARATOR) && this.#drafts.putLeaf(name, undefined)) return undefined
        return this.#parts.remove(name)
      case 'make':
        return this.#parts.make(name)
      case 'increment':
        return this.#increment(name, operation.by)
      case 'add':
        return this.#add(name, operation.member)
      case 'discard':
        return this.#discard(name, operation.member)
      default:
        throw new SessionError('OPERATION_INVALID', `There is no such operation: ${JSON.stringify(operation)}.`)
    }
  }

  #set(name: string, value: Uint8Array): void {
    requireStorable(name, value)
    if (mayHaveParts(value) || name.includes(SEPARATOR)) return this.#parts.set(name, value)
    requireSize(name, value, this.#context.limits)
    if (!this.#drafts.putLeaf(name, value)) this.#parts.set(name, value)
  }

  #expect({ name, hash }: ExpectOperation): void {
    requireName(name)
    if (equalBytes(hash, hashOf(readPart(this.#session, name)))) return
    const message = `'${readable(name)}' is not what this client had read any more; nothing was saved. Read it again and decide anew.`
    throw new SessionError('ATTRIBUTE_CHANGED', message, { attribute: attributeOf(name) })
  }

  /** What is frozen never changes, so it is one entry, whatever it consists of. */
  #freeze(name: string): void {
    if (name.includes(SEPARATOR)) {
      const message = `Only whole attributes can be frozen, not '${readable(name)}'.`
      throw new SessionError('NAME_INVALID', message, { attribute: attributeOf(name) })
    }
    if (this.#drafts.isFrozen(name)) return
    const entry = this.#drafts.peek(name)
    if (entry === undefined) {
      const message = `There is no attribute '${name}' to freeze; set it first.`
      throw new SessionError('ATTRIBUTE_MISSING', message, { attribute: name })
    }
    const whole = hasParts(entry) ? this.#whole(name) : entry.slice()
    this.#parts.remove(name)
    this.#drafts.freeze(name, whole)
  }

  #whole(name: string): Uint8Array {
    const value = encodeValue(readPart(this.#drafts, name))
    requireSize(name, value, this.#context.limits)
    return value
  }

  #increment(name: string, by: number): void {
    if (typeof by !== 'number' || !Number.isFinite(by)) throw notANumber(name, 'can only be incremented by a finite number')
    const value = readPart(this.#drafts, name)
    const before = value === undefined ? 0 : value
    if (typeof before !== 'number') throw notANumber(name, 'is no number, so it cannot be incremented')
    const leaf = this.#parts.open(name)
    if (leaf === undefined) return this.#count(name, before, by)
    requireExact(name, before, by, before + by)
    return this.#parts.set(name, encodeValue(before + by))
  }

  /** Adds to what this reign added to a counter, which it makes of a number. */
  #count(name: string, before: number, by: number): void {
    const { reign, id } = this.#context
    const base = this.#counterBase(name, before)
    const earlier = contributionsTo(name, this.#drafts)
    const order = orderOf(reign)
    const own = earlier.find((one) => !one.folded && one.order === order)
    const now = added(own, reign, by, id)
    const all = [...earlier.filter((one) => one !== own), now]
    requireExact(name, before, by, totalOf(base, all))
    const fold = folded(all)
    const parent = memberOf(name, '')
    for (const gone of fold?.gone ?? []) this.#drafts.drop(memberOf(parent, contributionStep(gone)))
    for (const one of fold === undefined ? [now] : [now, fold.sum].filter((kept) => !fold.gone.includes(kept))) {
      this.#drafts.put(memberOf(parent, contributionStep(one)), encodeValue(contributionValue(one)))
    }
  }

  #counterBase(name: string, before: number): number {
    const entry = this.#drafts.peek(name)
    if (entry !== undefined && hasParts(entry)) return baseOf(entry)
    this.#parts.replace(name, counterAt(before))
    return before
  }

  #add(name: string, member: Member): void {
    const part = this.#partOfSet(name, member)
    if (part !== undefined && this.#drafts.peek(part) === undefined) this.#drafts.put(part, MEMBER)
  }

  #discard(name: string, member: Member): void {
    if (readPart(this.#drafts, name) === undefined) return
    const part = this.#partOfSet(name, member, true)
    if (part !== undefined && this.#drafts.peek(part) !== undefined) this.#drafts.drop(part)
  }

  /**
   * The entry of a member, in a set that is made where there is none: of nothing, or of an array of members. Undefined
   * where the set is part of a leaf, in which the array is then changed.
   */
  #partOfSet(name: string, member: Member, without = false): string | undefined {
    const step = stepOf(attributeOf(name), member)
    const members = this.#members(name)
    if (this.#parts.open(name) !== undefined) {
      const others = members.filter((one) => one !== member)
      this.#parts.set(name, encodeValue(without ? others : members.includes(member) ? members : [...others, member]))
      return undefined
    }
    const entry = this.#drafts.peek(name)
    const parent = memberOf(name, '')
    if (entry === undefined || !hasParts(entry)) {
      this.#parts.replace(name, SET)
      for (const one of members) this.#drafts.put(named(parent, stepOf(attributeOf(name), one)), MEMBER)
    }
    return named(parent, step)
  }

  #members(name: string): Member[] {
    const value = readPart(this.#drafts, name)
    if (value === undefined) return []
    if (Array.isArray(value) && value.every((one): one is Member => isMember(one))) return value
    const message = `'${readable(name)}' is neither a set nor an array of members.`
    throw new SessionError('ATTRIBUTE_NOT_A_SET', message, { attribute: attributeOf(name) })
  }
}

/** The name of a set's member. */
function named(parent: string, step: string): string {
  const part = memberOf(parent, step)
  if (new TextEncoder().encode(part).length <= NAME_LIMIT) return part
  const message = `A member of the set '${attributeOf(part)}' is too long: it and the set’s name have 256 bytes together.`
  throw new SessionError('VALUE_TOO_LARGE', message, { attribute: attributeOf(part) })
}

/** Whole numbers stay exact, or it is an error. */
function requireExact(name: string, before: number, by: number, after: number): void {
  const whole = Number.isInteger(before) && Number.isInteger(by)
  if (whole ? Number.isSafeInteger(before + by) && Number.isSafeInteger(before) && Number.isSafeInteger(after) : Number.isFinite(after)) return
  const message = `'${readable(name)}' would become ${before + by}, which is not exact.`
  throw new SessionError('NUMBER_OUT_OF_RANGE', message, { attribute: attributeOf(name) })
}

function requireValue(name: string, value: Uint8Array, limits: SessionLimits): void {
  requireSize(name, value, limits)
  requireStorable(name, value)
}

function requireSize(name: string, value: Uint8Array, limits: SessionLimits): void {
  if (value.length <= limits.valueBytes) return
  const message = `Attribute '${readable(name)}' would have ${value.length} bytes; a value has at most ${limits.valueBytes}.`
  throw new SessionError('VALUE_TOO_LARGE', message, { attribute: attributeOf(name) })
}

function requireStorable(name: string, value: Uint8Array): void {
  try {
    checkValueBytes(value)
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : ''
    throw new SessionError('VALUE_NOT_STORABLE', `The value of attribute '${readable(name)}' cannot be stored. ${reason}`, {
      attribute: attributeOf(name),
      cause,
    })
  }
}

function frozenError(name: string): SessionError {
  const message = `Attribute '${name}' is frozen and can never change.`
  return new SessionError('ATTRIBUTE_FROZEN', message, { attribute: name })
}

function notANumber(name: string, what: string): SessionError {
  return new SessionError('ATTRIBUTE_NOT_A_NUMBER', `Attribute '${readable(name)}' ${what}.`, { attribute: attributeOf(name) })
}
