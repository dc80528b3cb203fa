/**
 * A session as the app holds it: reads from the local replica, writes that wait for `save`.
 *
 * Invariants: a read shows the replica plus this handle's own pending operations; values handed out by `get` are
 * decoded once, deeply frozen, and kept until the attribute changes; what `set` was given is copied at once.
 *
 * ```
 *  usable ──close──► closed        reads go on, everything else throws SESSION_CLOSED
 *     ├──ended────► ended          reads go on, everything else throws SESSION_DESTROYED
 *     └──store.close──► detached   reads go on, everything else throws STORE_CLOSED
 * ```
 */
import type { Value } from '@understudy/document'
import { checkName, encodeValue } from '@understudy/document'
import type { Operation, SessionKey } from '@understudy/session'
import { deepFreeze } from './deep-freeze.js'
import type { EndReason, SaveFate, WriteOptions, WriteResult } from './gateway.js'
import { Listeners } from './listeners.js'
import { checkWriteOptions, NO_WRITE_OPTIONS } from './options.js'
import type { Batch } from './pending-operations.js'
import { PendingOperations } from './pending-operations.js'
import type { OpenSession, OpenSessionHandle } from './open-session.js'
import type { UnderstudyErrorCode } from './understudy-error.js'
import { toUnderstudyError, UnderstudyError } from './understudy-error.js'

/** The events of a session handle and what their listeners get. */
export interface SessionEvents extends Record<string, readonly unknown[]> {
  /** Names of attributes that something other than this handle's unsaved operations changed: others, or a save. */
  readonly changed: readonly [names: readonly string[]]
  /** The session was destroyed or has expired. */
  readonly destroyed: readonly [reason: EndReason]
}

/** A session's handle; made by `store.open` and `store.find`. */
export class SessionHandle {
  /** The id under which it was opened. */
  readonly id: string
  readonly #open: OpenSession
  readonly #pending = new PendingOperations()
  /** Undefined: has to be decoded anew. Nothing is deleted: an emptied Map is made anew, which costs more than an entry. */
  readonly #values = new Map<string, Value | undefined>()
  readonly #listeners = new Listeners<SessionEvents>(['changed', 'destroyed'])
  readonly #inner: OpenSessionHandle
  #refusal: UnderstudyErrorCode | undefined
  /** Copies of the last save; the primary alone holds what nobody counted. */
  #copies = 1

  /** For the Store; apps call store.open(id). */
  constructor(id: string, session: OpenSession) {
    this.id = id
    this.#open = session
    this.#inner = {
      replicaChanged: (names) => this.#replicaChanged(names),
      sessionEnded: (reason) => this.#sessionEnded(reason),
      storeClosed: () => this.#refuse('STORE_CLOSED'),
    }
    if (session.end) this.#refusal = 'SESSION_DESTROYED'
    session.join(this.#inner)
  }

  /** The only form in which nodes know the session. */
  get key(): SessionKey {
    return this.#open.key
  }

  /** When the session expires if nobody uses it any more, ms since 1970; undefined: never. */
  get expiresAt(): number | undefined {
    return this.#open.replica.deadline()
  }

  /** Why the session is over; undefined while it is not. */
  get ended(): EndReason | undefined {
    return this.#open.end
  }

  /** Whether operations wait for the next save. */
  get hasUnsaved(): boolean {
    return this.#pending.hasUnsaved
  }

  /**
   * An attribute's value, or undefined. What it returns is read-only: to change an object, `set` a changed copy.
   */
  get(name: string): Value | undefined {
    const known = this.#values.get(name)
    if (known !== undefined) return known
    const value = this.#decode(name)
    if (value !== undefined) this.#values.set(name, deepFreeze(value))
    return value
  }

  /** Whether the attribute has a value. */
  has(name: string): boolean {
    return this.get(name) !== undefined
  }

  /** Whether the attribute can never change again, or will not after the next save. */
  isFrozen(name: string): boolean {
    return this.#open.replica.isFrozen(name) || this.#pending.freezes(name)
  }

  /** The names of all attributes that have a value, in no particular order. */
  names(): string[] {
    const names = new Set(this.#open.replica.names())
    for (const name of this.#pending.names()) {
      if (this.has(name)) names.add(name)
      else names.delete(name)
    }
    return [...names]
  }

  /** All attributes as a new object without prototype; unlike with `get`, it and all in it are the caller's own. */
  toJSON(): Record<string, Value> {
    const all: Record<string, Value> = Object.create(null)
    for (const name of this.names()) {
      const value = this.#decode(name)
      if (value !== undefined) all[name] = value
    }
    return all
  }

  /**
   * Gives an attribute a value. The value is copied now; the change travels with the next save.
   * @throws UnderstudyError NAME_INVALID, VALUE_NOT_STORABLE, ATTRIBUTE_FROZEN, SESSION_DESTROYED…; nothing changes then
   */
  set(name: string, value: unknown): this {
    this.#checkWritable(name)
    this.#add({ op: 'set', name, value: checked(name, () => encodeValue(value)) })
    // Text is read as it was set; other values are decoded, as they are on every replica.
    if (typeof value === 'string') this.#values.set(name, value)
    return this
  }

  /** Removes an attribute; without effect if it has no value. @throws UnderstudyError as `set` */
  remove(name: string): this {
    this.#checkWritable(name)
    this.#add({ op: 'remove', name })
    return this
  }

  /**
   * Makes an attribute's value final; without effect if it is already.
   * @throws UnderstudyError ATTRIBUTE_MISSING if it has no value, SESSION_DESTROYED…
   */
  freeze(name: string): this {
    this.#checkUsable()
    checked(name, () => checkName(name))
    if (this.isFrozen(name)) return this
    if (!this.has(name)) throw new UnderstudyError('ATTRIBUTE_MISSING', { attribute: name })
    this.#add({ op: 'freeze', name })
    return this
  }

  /**
   * Adds to a number; an attribute without value counts from 0. Increments by several clients add up.
   * @throws UnderstudyError ATTRIBUTE_NOT_A_NUMBER, NUMBER_OUT_OF_RANGE, or as `set`
   */
  increment(name: string, by = 1): this {
    this.#checkWritable(name)
    const value = this.get(name) ?? 0
    if (typeof value !== 'number') throw new UnderstudyError('ATTRIBUTE_NOT_A_NUMBER', { attribute: name })
    if (typeof by !== 'number' || !Number.isFinite(by) || !Number.isFinite(value + by)) {
      const message = `${JSON.stringify(name)} cannot be incremented by ${String(by)}. Use finite numbers.`
      throw new UnderstudyError('NUMBER_OUT_OF_RANGE', { attribute: name, message })
    }
    this.#add({ op: 'increment', name, by })
    return this
  }

  /**
   * Sends all pending operations as one atomic step. Resolves when the asked-for copies hold it (or the node gave up
   * waiting for them) and says how many do; with nothing pending it resolves without a round trip, unless more copies
   * are asked for than are known.
   *
   * Refused operations are dropped. After TIMEOUT they stay under way and are never applied twice: call save() again
   * to wait for them. After NOT_CONNECTED they wait for the next save.
   */
  save(options: WriteOptions = NO_WRITE_OPTIONS): Promise<WriteResult> {
    try {
      const checkedOptions = checkWriteOptions('save()', options)
      this.#checkUsable()
      const enough = this.#copies >= (checkedOptions.copies ?? 1)
      if (!this.#pending.hasUnsaved && !this.#pending.hasBatches && enough) return Promise.resolve({ copies: this.#copies })
      return this.#send(this.#pending.take(), checkedOptions)
    } catch (error) {
      return Promise.reject(toUnderstudyError(error))
    }
  }

  /** Notes that the session is in use, which moves `expiresAt`. @throws UnderstudyError SESSION_DESTROYED… */
  touch(): void {
    this.#checkUsable()
    this.#open.touch()
  }

  /** Ends the use of this handle; unsaved operations are lost, saves under way go on. */
  close(): void {
    this.#refuse('SESSION_CLOSED')
    this.#open.part(this.#inner)
  }

  /** Adds a listener; the function returned takes it away again. */
  on<Name extends 'changed' | 'destroyed'>(name: Name, listener: (...args: SessionEvents[Name]) => void): () => void {
    return this.#listeners.on(name, listener)
  }

  /** One promise beside the gateway's own: of the microseconds that a save takes, promises are a good part. */
  #send(batch: Batch, options: WriteOptions): Promise<WriteResult> {
    let known = false
    const fate = (outcome: SaveFate): void => {
      known = true
      this.#settle(batch, outcome)
    }
    return this.#open.save(batch.operations, { ...options, fate, origin: this }).then(
      ({ copies }) => {
        if (!known) this.#settle(batch, 'shown')
        this.#copies = copies
        return { copies }
      },
      (thrown: unknown) => {
        const error = toUnderstudyError(thrown)
        // What was made but does not count is waited for by the next save, also where that has nothing more to send.
        if (error.copies !== undefined) this.#copies = error.retryable ? 0 : error.copies
        const fateOfError = likelyFate(error)
        if (!known && fateOfError) this.#settle(batch, fateOfError)
        throw error
      },
    )
  }

  #settle(batch: Batch, fate: SaveFate): void {
    if (fate === 'withdrawn' && !this.#refusal) this.#pending.restore(batch)
    else this.#pending.settle(batch)
    for (const name of batch.byName.keys()) this.#forget(name)
  }

  #add(operation: Operation): void {
    this.#pending.add(operation)
    this.#forget(operation.name)
  }

  #forget(name: string): void {
    if (this.#values.has(name)) this.#values.set(name, undefined)
  }

  #decode(name: string): Value | undefined {
    const base = this.#open.replica.get(name)
    return this.#pending.concerns(name) ? this.#pending.valueOf(name, base) : base
  }

  #checkUsable(): void {
    if (this.#refusal) throw new UnderstudyError(this.#refusal)
  }

  #checkWritable(name: string): void {
    this.#checkUsable()
    checked(name, () => checkName(name))
    if (this.isFrozen(name)) throw new UnderstudyError('ATTRIBUTE_FROZEN', { attribute: name })
  }

  /** From now on everything but reads is refused; the first reason stays. */
  #refuse(code: UnderstudyErrorCode): void {
    this.#refusal ??= code
  }

  #replicaChanged(names: readonly string[]): void {
    for (const name of names) this.#forget(name)
    this.#listeners.emit('changed', names)
  }

  #sessionEnded(reason: EndReason): void {
    this.#refuse('SESSION_DESTROYED')
    this.#listeners.emit('destroyed', reason)
  }
}

/** What became of a save that was rejected, where the gateway did not say; undefined: it may still happen. */
function likelyFate({ code, retryable }: UnderstudyError): SaveFate | undefined {
  if (code === 'TIMEOUT' || code === 'STORE_CLOSED') return undefined
  if (code === 'TOO_FEW_COPIES') return 'shown'
  return retryable ? 'withdrawn' : 'refused'
}

/** Runs a check of the packages below; its error becomes an UnderstudyError that names the attribute. */
function checked<T>(attribute: unknown, check: () => T): T {
  try {
    return check()
  } catch (error) {
    throw toUnderstudyError(error, typeof attribute === 'string' ? attribute : undefined)
  }
}
