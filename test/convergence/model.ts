/**
 * What sessions are, as simply as can be: a Map of plain objects, to which the same operations are applied. It knows
 * nothing of documents, deltas and replicas.
 *
 * It also remembers what each session was after each change, to tell what a primary that lost its memory may bring
 * back: nothing older than what a back-up had acknowledged.
 */
import { decodeValue } from '@understudy/document'
import type { Operation, SessionKey } from '@understudy/session'
import type { SessionStore, StoredSession } from '@understudy/store'

/** One session. Times in ms. */
interface ModelSession {
  readonly values: Map<string, unknown>
  readonly frozen: Set<string>
  readonly idleTimeout: number | undefined
  readonly createdAt: number
  lastAccess: number
  dead: boolean
}

/** What a session was from a slot sequence on. */
interface Past {
  readonly sequence: number
  readonly state: string
}

/** Before anything was, or was brought back, there was nothing. */
const BEFORE: readonly Past[] = [{ sequence: -1, state: '' }]

/** All sessions, as they must be. */
export class Model {
  readonly #sessions = new Map<SessionKey, ModelSession>()
  readonly #past = new Map<SessionKey, Past[]>()
  readonly #begunAt: (key: SessionKey) => number

  /** @param begunAt when the reign over a session began: what was last used before may be used two minutes longer */
  constructor(begunAt: (key: SessionKey) => number) {
    this.#begunAt = begunAt
  }

  /** Keys of sessions that must be dead everywhere. */
  get dead(): SessionKey[] {
    return [...this.#sessions].filter(([, { dead }]) => dead).map(([key]) => key)
  }

  /** Makes a session, unless there is one. @returns false when the id is used up */
  create(key: SessionKey, idleTimeout: number | undefined, now: number): boolean {
    const known = this.#living(key, now)
    if (known !== undefined) return !known.dead
    this.#sessions.set(key, { values: new Map(), frozen: new Set(), idleTimeout, createdAt: now, lastAccess: now, dead: false })
    return true
  }

  /** Applies a save whole. @returns false when it must be refused */
  save(key: SessionKey, operations: readonly Operation[], now: number): boolean {
    const session = this.#living(key, now)
    if (session === undefined || session.dead) return false
    const values = new Map(session.values)
    const frozen = new Set(session.frozen)
    for (const operation of operations) if (!applied(values, frozen, operation)) return false
    this.#sessions.set(key, { ...session, values, frozen, lastAccess: Math.max(session.lastAccess, now) })
    return true
  }

  /** Ends a session for good, also one that was never heard of. */
  destroy(key: SessionKey): void {
    this.#end(key)
  }

  /** A reading request. */
  touch(key: SessionKey, now: number): void {
    const session = this.#living(key, now)
    if (session !== undefined && !session.dead) session.lastAccess = Math.max(session.lastAccess, now)
  }

  /** Ends what is due. */
  sweep(now: number): void {
    for (const key of this.#sessions.keys()) this.#living(key, now)
  }

  /** When a living session was last used, ms since 1970. */
  lastAccess(key: SessionKey): number | undefined {
    const session = this.#sessions.get(key)
    return session === undefined || session.dead ? undefined : session.lastAccess
  }

  /** What a session is, but for its last access, as text; '' when there is none. */
  state(key: SessionKey): string {
    const session = this.#sessions.get(key)
    if (session === undefined) return ''
    if (session.dead) return 'dead'
    return textOf(session.values, session.frozen)
  }

  /** Notes that the primary had come to a sequence when a session was as it is now. */
  note(key: SessionKey, sequence: number): void {
    const past = this.#past.get(key) ?? [...BEFORE]
    past.push({ sequence, state: this.state(key) })
    this.#past.set(key, past)
  }

  /** Whether a session may have ended by itself, if it was not used since it was made. */
  mayHaveExpired(key: SessionKey, now: number): boolean {
    const session = this.#sessions.get(key)
    return session?.idleTimeout !== undefined && now >= session.createdAt + session.idleTimeout
  }

  /** States of a session that a back-up can stand at which has acknowledged this sequence, or more. */
  since(key: SessionKey, sequence: number): string[] {
    const past = this.#past.get(key) ?? BEFORE
    const first = past.findLastIndex((one) => one.sequence <= sequence)
    return past.slice(Math.max(0, first)).map(({ state }) => state)
  }

  /** Takes over what a primary that had lost its memory got back. */
  resume(keys: readonly SessionKey[], store: SessionStore): void {
    for (const key of keys) {
      const stored = store.find(key)
      this.#past.delete(key)
      this.#sessions.delete(key)
      if (stored?.session !== undefined) {
        const { session } = stored
        const frozen = new Set(session.names().filter((name) => session.isFrozen(name)))
        const values = new Map(Object.entries(session.toJSON()))
        this.#sessions.set(key, { values, frozen, idleTimeout: session.terms.idleTimeout, createdAt: session.terms.createdAt, lastAccess: session.lastAccess, dead: false })
      } else if (stored?.death !== undefined) this.#end(key)
      this.note(key, 0)
    }
  }

  #living(key: SessionKey, now: number): ModelSession | undefined {
    const session = this.#sessions.get(key)
    if (session === undefined || session.dead || session.idleTimeout === undefined) return session
    const allowed = session.lastAccess < this.#begunAt(key) ? 120_000 : 0
    if (now >= session.lastAccess + session.idleTimeout + allowed) session.dead = true
    return session
  }

  #end(key: SessionKey): void {
    this.#sessions.set(key, { values: new Map(), frozen: new Set(), idleTimeout: undefined, createdAt: 0, lastAccess: 0, dead: true })
  }
}

/** What a store holds of a session, in the model's words (`state`). */
export function stateOf(stored: StoredSession | undefined): string {
  if (stored?.death !== undefined) return 'dead'
  const session = stored?.session
  if (session === undefined) return ''
  const frozen = new Set(session.names().filter((name) => session.isFrozen(name)))
  return textOf(new Map(Object.entries(session.toJSON())), frozen)
}

function textOf(values: ReadonlyMap<string, unknown>, frozen: ReadonlySet<string>): string {
  const entries = [...values].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, value]) => [name, inOrder(value), frozen.has(name)])
  return JSON.stringify(entries)
}

/** Members of objects and of sets have no order that counts. */
function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.toSorted()
  if (!isObject(value)) return value
  return Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, member]) => [key, inOrder(member)])
}

function applied(values: Map<string, unknown>, frozen: Set<string>, operation: Operation): boolean {
  if (operation.op === 'terms' || operation.op === 'expect') return true
  const [attribute = '', ...keys] = operation.name.split('\u001f')
  if (operation.op === 'freeze') {
    if (values.has(attribute)) frozen.add(attribute)
    return values.has(attribute)
  }
  if (frozen.has(attribute)) return false
  const before = values.get(attribute)
  const after = changed(before, keys, operation)
  if (after === REFUSED) return false
  if (after === undefined) values.delete(attribute)
  else values.set(attribute, after)
  return true
}

const REFUSED = Symbol('refused')

type Change = Exclude<Operation, { op: 'terms' | 'expect' | 'freeze' }>

/** A value after a change at some keys in it; what it was is untouched. */
function changed(before: unknown, [key, ...keys]: readonly string[], operation: Change): unknown {
  if (key === undefined) return changedHere(before, operation)
  const isRemoval = operation.op === 'remove' || operation.op === 'discard'
  if (!isObject(before) && isRemoval) return before
  const members: Record<string, unknown> = isObject(before) ? { ...before } : {}
  if (isRemoval && !Object.hasOwn(members, key)) return before
  const after = changed(members[key], keys, operation)
  if (after === REFUSED) return REFUSED
  if (after === undefined) delete members[key]
  else members[key] = after
  return members
}

function changedHere(before: unknown, operation: Change): unknown {
  switch (operation.op) {
    case 'set':
      return decodeValue(operation.value)
    case 'remove':
      return undefined
    case 'make':
      return isObject(before) ? before : {}
    case 'increment':
      return before === undefined || typeof before === 'number' ? (before ?? 0) + operation.by : REFUSED
    case 'add':
    case 'discard': {
      if (before === undefined) return operation.op === 'add' ? [operation.member] : undefined
      if (!Array.isArray(before)) return REFUSED
      const others = before.filter((one) => one !== operation.member)
      return operation.op === 'discard' ? others : [...others, operation.member].sort()
    }
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
