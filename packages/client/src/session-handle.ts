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
import { momentOf } from '@understudy/session'
import type { Operation, SessionKey } from '@understudy/session'
import { deepFreeze } from './deep-freeze.js'
import type { EndReason, SaveFate, SaveResult, WriteOptions } from './gateway.js'
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

/** What a handle asks of its store. */
export interface HandleHome {
  /** The key of an id. @throws UnderstudyError SESSION_ID_INVALID, STORE_CLOSED */
  keyOf(id: string): SessionKey
  /** Follows the session that an open one has become. @throws UnderstudyError when it cannot be opened */
  succeed(open: OpenSession, to: SessionKey): Promise<OpenSession>
}

/** A session's handle; made by `store.open` and `store.find`. */
export class SessionHandle {
  readonly #home: HandleHome
  #id: string
  #open: OpenSession
  readonly #pending = new PendingOperations()
  /** Undefined: has to be decoded anew. Nothing is deleted: an emptied Map is made anew, which costs more than an entry. */
  readonly #values = new Map<string, Value | undefined>()
  readonly #listeners = new Listeners<SessionEvents>(['changed', 'destroyed'])
  readonly #inner: OpenSessionHandle
  #refusal: UnderstudyErrorCode | undefined
  /** Copies of the last save; the primary alone holds what nobody counted. */
  #copies = 1
  /** Saves on their way. */
  #sending = 0
  /** Called when none is any more. */
  #allSent: (() => void) | undefined
  /** A rotation under way; never rejects. */
  #rotation: Promise<unknown> | undefined
  /** The session ended while it was rotated: by that, if that succeeds. */
  #endMeanwhile: EndReason | undefined

  /** For the Store; apps call store.open(id). */
  constructor(id: string, session: OpenSession, home: HandleHome) {
    this.#id = id
    this.#open = session
    this.#home = home
    this.#inner = {
      replicaChanged: (names) => this.#replicaChanged(names),
      sessionEnded: (reason) => this.#sessionEnded(reason),
      storeClosed: () => this.#refuse('STORE_CLOSED'),
    }
    if (session.end) this.#refusal = 'SESSION_DESTROYED'
    session.join(this.#inner)
  }

  /** The id under which it was opened, or to which it was rotated. */
  get id(): string {
    return this.#id
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
  save(options: WriteOptions = NO_WRITE_OPTIONS): Promise<SaveResult> {
    try {
      const checkedOptions = checkWriteOptions('save()', options)
      this.#checkUsable()
      if (this.#rotation !== undefined) return this.#rotated().then(() => this.save(checkedOptions))
      const enough = this.#copies >= (checkedOptions.copies ?? 1)
      if (!this.#pending.hasUnsaved && !this.#pending.hasBatches && enough) return Promise.resolve(this.#result(this.#copies))
      return this.#send(this.#pending.take(), checkedOptions)
    } catch (error) {
      return Promise.reject(toUnderstudyError(error))
    }
  }

  /**
   * Lets the session go on under a new id: the old one is dead at once, on all nodes and for ever. This handle goes on
   * with the new one, unsaved operations included; all other handles of the old id end. After an error whether or not it
   * was done may be unknown: rotate to the same new id again, which comes to the same.
   * @throws UnderstudyError SESSION_ID_TAKEN, SESSION_ID_INVALID, SESSION_DESTROYED, TIMEOUT…
   */
  async rotate(newId: string, options: WriteOptions = NO_WRITE_OPTIONS): Promise<SaveResult> {
    const checkedOptions = checkWriteOptions('rotate()', options)
    this.#checkUsable()
    const to = this.#home.keyOf(newId)
    while (this.#rotation !== undefined) await this.#rotated()
    const rotation = this.#rotate(newId, to, checkedOptions)
    this.#rotation = rotation.catch(() => undefined)
    try {
      this.#copies = await rotation
      return this.#result(this.#copies)
    } finally {
      this.#rotation = undefined
    }
  }

  /** One more handle of the same session, with unsaved operations of its own. @throws UnderstudyError SESSION_DESTROYED… */
  another(): SessionHandle {
    this.#checkUsable()
    return new SessionHandle(this.#id, this.#open, this.#home)
  }

  /** Notes that the session is in use, which moves `expiresAt`. @throws UnderstudyError SESSION_DESTROYED… */
  touch(): void {
    this.#checkUsable()
    this.#open.touch()
  }

  /** Ends the use of this handle; unsaved operations are lost, saves under way go on. */
  close(): void {
    this.#refuse('SESSION_CLOSED')
    this.#part()
  }

  /** Adds a listener; the function returned takes it away again. */
  on<Name extends 'changed' | 'destroyed'>(name: Name, listener: (...args: SessionEvents[Name]) => void): () => void {
    return this.#listeners.on(name, listener)
  }

  /** What a save resolves with says is in the replica: so it is followed as long as one is under way. */
  #part(): void {
    if (this.#sending === 0) this.#open.part(this.#inner)
  }

  #result(copies: number): SaveResult {
    return { copies, at: momentOf(this.#open.replica, this.key) }
  }

  /** Waits for a rotation under way. @throws UnderstudyError if the handle is of no use any more */
  async #rotated(): Promise<void> {
    await this.#rotation
    this.#checkUsable()
  }

  async #rotate(newId: string, to: SessionKey, options: WriteOptions): Promise<number> {
    await new Promise<void>((resolve) => (this.#sending === 0 ? resolve() : void (this.#allSent = resolve)))
    const old = this.#open
    let copies: number
    try {
      ;({ copies } = await old.rotate(to, options))
    } catch (thrown) {
      this.#rotation = undefined
      if (this.#endMeanwhile !== undefined) this.#sessionEnded(this.#endMeanwhile)
      throw toUnderstudyError(thrown)
    }
    old.part(this.#inner)
    try {
      this.#open = await this.#home.succeed(old, to)
    } catch (thrown) {
      this.#refuse('SESSION_CLOSED')
      throw toUnderstudyError(thrown)
    }
    this.#id = newId
    this.#endMeanwhile = undefined
    this.#values.clear()
    this.#open.join(this.#inner)
    if (this.#open.end !== undefined) this.#sessionEnded(this.#open.end)
    return copies
  }

  /** One promise beside the gateway's own: of the microseconds that a save takes, promises are a good part. */
  #send(batch: Batch, options: WriteOptions): Promise<SaveResult> {
    let known = false
    const fate = (outcome: SaveFate): void => {
      known = true
      this.#settle(batch, outcome)
    }
    const saving = this.#open.save(batch.operations, { ...options, fate, origin: this })
    this.#sending++
    return saving.then(
      ({ copies }) => {
        if (!known) this.#settle(batch, 'shown')
        this.#copies = copies
        const result = this.#result(copies)
        this.#over()
        return result
      },
      (thrown: unknown) => {
        const error = toUnderstudyError(thrown)
        // What was made but does not count is waited for by the next save, also where that has nothing more to send.
        if (error.copies !== undefined) this.#copies = error.retryable ? 0 : error.copies
        const fateOfError = likelyFate(error)
        if (!known && fateOfError) this.#settle(batch, fateOfError)
        this.#over()
        throw error
      },
    )
  }

  /** A save has its last word. */
  #over(): void {
    this.#sending--
    if (this.#refusal === 'SESSION_CLOSED') this.#part()
    if (this.#sending === 0) this.#allSent?.()
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
    if (this.#rotation !== undefined) return void (this.#endMeanwhile = reason)
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
