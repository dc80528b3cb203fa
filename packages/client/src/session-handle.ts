/**
 * A session as the app holds it: reads from the local replica, writes that wait for `save`.
 *
 * Invariants: a read shows the replica plus this handle's own pending operations; values handed out by `get` are
 * decoded once, deeply frozen, and kept until the attribute changes; what `set` was given is copied at once.
 *
 * ```
 *  usable ──close──► closed        reads go on, everything else throws SESSION_CLOSED
 *     ├──ended────► ended          reads go on, everything else throws SESSION_DESTROYED, or SESSION_UNKNOWN
 *     └──store.close──► detached   reads go on, everything else throws STORE_CLOSED
 * ```
 */
import type { Value } from '@understudy/document'
import type { AttributeOperation, Member, Path, SessionKey, Terms } from '@understudy/session'
import { isMember } from '@understudy/session'
import { deepFreeze } from './deep-freeze.js'
import type { Change } from './difference.js'
import type { FrozenNames } from './frozen-names.js'
import { NO_FROZEN_NAMES } from './frozen-names.js'
import type { CreateTerms, SaveResult, WriteOptions } from './gateway.js'
import type { EndReason } from './end-reason.js'
import { refusalOf } from './end-reason.js'
import { Listeners } from './listeners.js'
import type { SaveOptions } from './options.js'
import { checkSaveOptions, checkTerms, checkWriteOptions, NO_WRITE_OPTIONS } from './options.js'
import { PendingOperations } from './pending-operations.js'
import type { Hearing, OpenSession } from './open-session.js'
import { Reading } from './reading.js'
import { Saved, Saves } from './saves.js'
import { SESSION_EVENTS } from './session-events.js'
import type { SessionEvents } from './session-events.js'
import type { UnderstudyErrorCode } from './understudy-error.js'
import { toUnderstudyError, UnderstudyError } from './understudy-error.js'
import { checked, Writing } from './writing.js'

/** What a handle asks of its store. */
export interface HandleHome {
  /** The key of an id. @throws UnderstudyError SESSION_ID_INVALID, STORE_CLOSED */
  keyOf(id: string): SessionKey
  /** Follows the session that an open one has become. @throws UnderstudyError when it cannot be opened */
  succeed(open: OpenSession<SessionHandle>, to: SessionKey): Promise<OpenSession<SessionHandle>>
}

const NO_CONDITIONS: readonly AttributeOperation[] = []

/** A session's handle; made by `store.open` and `store.find`. */
export class SessionHandle {
  /** For the Store: how open sessions tell their handles. */
  static readonly hearing: Hearing<SessionHandle> = {
    replicaChanged: (handle, names) => handle.#replicaChanged(names),
    sessionEnded: (handle, reason) => handle.#sessionEnded(reason),
    storeClosed: (handle) => handle.#refuse('STORE_CLOSED'),
  }

  readonly #home: HandleHome
  #id: string
  #open: OpenSession<SessionHandle>
  readonly #pending = new PendingOperations()
  readonly #reading: Reading
  /** The reading's: attributes that were asked for and have not changed since. */
  readonly #values: ReadonlyMap<string, Value | undefined>
  readonly #writing: Writing
  readonly #saves: Saves
  readonly #frozenNames: FrozenNames
  /** Made for the first. */
  #listeners: Listeners<SessionEvents> | undefined
  #refusal: UnderstudyErrorCode | undefined
  /** A rotation under way; never rejects. */
  #rotation: Promise<unknown> | undefined
  /** The session ended while it was rotated: by that, if that succeeds. */
  #endMeanwhile: EndReason | undefined

  /** For the Store; apps call store.open(id). */
  constructor(id: string, session: OpenSession<SessionHandle>, home: HandleHome, frozenNames: FrozenNames = NO_FROZEN_NAMES) {
    this.#id = id
    this.#open = session
    this.#home = home
    this.#frozenNames = frozenNames
    this.#reading = new Reading(session, this.#pending)
    this.#values = this.#reading.values
    this.#writing = new Writing(this.#pending, this.#reading)
    this.#saves = new Saves(this.#pending, this.#reading)
    if (session.end) this.#refuse(refusalOf(session.end))
    session.join(this)
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

  /** The session's time-outs, as saved. */
  get terms(): Readonly<Pick<Terms, 'createdAt' | 'idleTimeout' | 'absoluteDeadline'>> {
    return this.#open.replica.terms
  }

  /** Why the session is over; undefined while it is not. */
  get ended(): EndReason | undefined {
    return this.#open.end
  }

  /** Whether it hears what others change: not from the loss of a link until its next primary has opened it. */
  get isFollowed(): boolean {
    return this.#open.isFollowed
  }

  /** Whether operations wait for the next save, or an attribute was changed in place. */
  get hasUnsaved(): boolean {
    this.#writing.collect()
    return this.#pending.hasUnsaved
  }

  /**
   * The value of an attribute, or of a part of it by its path, or undefined. What it returns is read-only: to change an
   * object, `set` a part of it or a changed copy, or `edit` it.
   */
  get(path: string | Path): Value | undefined {
    const known = typeof path === 'string' ? this.#values.get(path) : undefined
    return known === undefined ? this.#writing.read(path) : known
  }

  /** Whether the attribute, or the part of it, has a value. */
  has(path: string | Path): boolean {
    return this.get(path) !== undefined
  }

  /** The members of a set; none where there is no set. Read-only, as it is now. */
  members(path: string | Path): ReadonlySet<Member> {
    const value = this.get(path)
    return new Set(Array.isArray(value) ? value.filter((one): one is Member => isMember(one)) : [])
  }

  /** Whether the attribute can never change again, or will not after the next save. */
  isFrozen(name: string): boolean {
    return this.#writing.isFrozen(name)
  }

  /** The names of all attributes that have a value, in no particular order. */
  names(): string[] {
    this.#writing.collect()
    return this.#reading.names()
  }

  /** All attributes as a new object without prototype; unlike with `get`, it and all in it are the caller's own. */
  toJSON(): Record<string, Value> {
    this.#writing.collect()
    return Object.assign(Object.create(null), Object.fromEntries(this.#reading.all()))
  }

  /** All attributes by name, as they are now. Values are read-only, as with `get`, but decoded anew at each call. */
  entries(): ReadonlyMap<string, Value> {
    this.#writing.collect()
    const all = this.#reading.all()
    for (const value of all.values()) deepFreeze(value)
    return all
  }

  /**
   * Gives an attribute, or a part of it by its path, a value, which is copied now; the change travels with the next
   * save. Of a plain object only what differs from what this handle showed last is written, leaf by leaf: what others
   * changed in it meanwhile stays.
   * @throws UnderstudyError NAME_INVALID, VALUE_NOT_STORABLE, ATTRIBUTE_FROZEN, ATTRIBUTE_NOT_AN_OBJECT (what the path
   *   leads through), SESSION_DESTROYED…; nothing changes then
   */
  set(path: string | Path, value: unknown): this {
    this.#checkUsable()
    this.#writing.set(path, value)
    return this
  }

  /** Removes an attribute, or a part of it by its path; without effect if it has no value. @throws UnderstudyError as `set` */
  remove(path: string | Path): this {
    this.#checkUsable()
    this.#writing.remove(path)
    return this
  }

  /**
   * Makes changes that `difference` found: of what this session's attributes were to what they shall be.
   * @throws UnderstudyError as `set`; nothing changes then
   */
  change(changes: readonly Change[]): this {
    this.#checkUsable()
    this.#writing.change(changes)
    return this
  }

  /**
   * An attribute's array or object, to be changed in place: what changed is found at the next save, leaf by leaf, and in
   * every read until then. The same one is returned until the attribute is set or removed. Undefined where there is no
   * value, unless `initial` is given, which is then set.
   * @throws UnderstudyError ATTRIBUTE_NOT_AN_OBJECT, or as `set`
   */
  edit(name: string, initial?: object): Value | undefined {
    this.#checkUsable()
    return this.#writing.edit(name, initial)
  }

  /** Makes an attribute's value final, if it is not. @throws UnderstudyError ATTRIBUTE_MISSING if it has none, SESSION_DESTROYED… */
  freeze(name: string): this {
    this.#checkUsable()
    this.#writing.freeze(name)
    return this
  }

  /**
   * Adds to a number; one without value counts from 0. Increments by several clients add up, on both sides of a split.
   * @throws UnderstudyError ATTRIBUTE_NOT_A_NUMBER, NUMBER_OUT_OF_RANGE, or as `set`
   */
  increment(path: string | Path, by = 1): this {
    this.#checkUsable()
    this.#writing.increment(path, by)
    return this
  }

  /**
   * Puts a member into a set, which is made where there is none; an array of members becomes a set. What several put in
   * is all in it, on both sides of a split. A set is read as an array, or by `members`.
   * @throws UnderstudyError ATTRIBUTE_NOT_A_SET, VALUE_NOT_STORABLE for what is no text, number, bigint, boolean or null,
   *   or as `set`
   */
  add(path: string | Path, member: Member): this {
    this.#checkUsable()
    this.#writing.changeSet('add', path, member)
    return this
  }

  /** Takes a member out of a set; without effect if it is not in it. @throws UnderstudyError as `add` */
  discard(path: string | Path, member: Member): this {
    this.#checkUsable()
    this.#writing.changeSet('discard', path, member)
    return this
  }

  /**
   * Gives the session other time-outs with the next save, from which the absolute one then counts; one that is not
   * named no longer applies.
   * @throws UnderstudyError OPTION_INVALID, SESSION_DESTROYED…
   */
  setTerms(terms: CreateTerms): this {
    this.#checkUsable()
    this.#pending.add({ op: 'terms', ...checkTerms('setTerms()', terms) })
    return this
  }

  /**
   * Sends all pending operations as one atomic step. Resolves when the asked-for copies hold it (or the node gave up
   * waiting for them) and says how many do; with nothing pending it resolves without a round trip, unless more copies
   * are asked for than are known.
   *
   * With `ifUnchanged`, nothing of it is done unless what it names is at the primary still what this handle read last;
   * else ATTRIBUTE_CHANGED.
   *
   * Refused operations are dropped. After TIMEOUT they stay under way and are never applied twice: call save() again
   * to wait for them. After NOT_CONNECTED they wait for the next save.
   */
  save(options: SaveOptions = NO_WRITE_OPTIONS): Promise<SaveResult> {
    try {
      const checkedOptions = checkSaveOptions('save()', options)
      this.#checkUsable()
      return this.#save(checkedOptions)
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
      this.#saves.copies = await rotation
      return this.#result()
    } finally {
      this.#rotation = undefined
    }
  }

  /** One more handle of the same session, with unsaved operations of its own. @throws UnderstudyError SESSION_DESTROYED… */
  another(): SessionHandle {
    this.#checkUsable()
    return new SessionHandle(this.#id, this.#open, this.#home, this.#frozenNames)
  }

  /** Brings it to all that its primary holds: every save that was answered before. @throws UnderstudyError SESSION_CLOSED, also when it was closed meanwhile… */
  async refresh(): Promise<void> {
    this.#checkUsable()
    await this.#open.refresh()
    this.#checkUsable()
  }

  /** Notes that the session is in use, which moves `expiresAt`. @throws UnderstudyError SESSION_DESTROYED… */
  touch(): void {
    this.#checkUsable()
    this.#open.touch()
  }

  /** Ends the use of this handle; unsaved operations are lost, saves under way go on. */
  close(): void {
    this.#refuse('SESSION_CLOSED')
    // What a save resolves with says is in the replica: so it is followed as long as one is under way.
    this.#saves.whenOver(() => this.#open.part(this))
  }

  /** Adds a listener; the function returned takes it away again. */
  on<Name extends 'changed' | 'destroyed'>(name: Name, listener: (...args: SessionEvents[Name]) => void): () => void {
    this.#listeners ??= new Listeners<SessionEvents>(SESSION_EVENTS)
    return this.#listeners.on(name, listener)
  }

  #save(options: SaveOptions): Promise<SaveResult> {
    if (this.#rotation !== undefined) return this.#rotated().then(() => this.#save(options))
    this.#writing.collect()
    const conditions = options.ifUnchanged?.map((path) => checked(() => this.#reading.expectation(path))) ?? NO_CONDITIONS
    this.#writing.freezeByName(this.#frozenNames)
    const enough = this.#saves.copies >= (options.copies ?? 1)
    const isIdle = !this.#pending.hasUnsaved && !this.#pending.hasBatches && !this.#saves.areUnderWay && conditions.length === 0
    if (isIdle && enough) return Promise.resolve(this.#result())
    return this.#saves.send(this.#open, conditions, options)
  }

  /** What the last save came to. */
  #result(): SaveResult {
    return new Saved(this.#saves.copies, this.#open.moment())
  }

  /** Waits for a rotation under way. @throws UnderstudyError if the handle is of no use any more */
  async #rotated(): Promise<void> {
    await this.#rotation
    this.#checkUsable()
  }

  async #rotate(newId: string, to: SessionKey, options: WriteOptions): Promise<number> {
    await new Promise<void>((resolve) => this.#saves.whenOver(resolve))
    const old = this.#open
    let copies: number
    try {
      ;({ copies } = await old.rotate(to, options))
    } catch (thrown) {
      this.#rotation = undefined
      if (this.#endMeanwhile !== undefined) this.#sessionEnded(this.#endMeanwhile)
      throw toUnderstudyError(thrown)
    }
    old.part(this)
    try {
      this.#open = await this.#home.succeed(old, to)
    } catch (thrown) {
      this.#refuse('SESSION_CLOSED')
      throw toUnderstudyError(thrown)
    }
    this.#id = newId
    this.#endMeanwhile = undefined
    this.#reading.turnTo(this.#open)
    this.#open.join(this)
    if (this.#open.end !== undefined) this.#sessionEnded(this.#open.end)
    return copies
  }

  #checkUsable(): void {
    if (this.#refusal) throw new UnderstudyError(this.#refusal)
  }

  /** From now on everything but reads is refused; the first reason stays. */
  #refuse(code: UnderstudyErrorCode): void {
    this.#refusal ??= code
    this.#saves.restores = false
  }

  #replicaChanged(names: readonly string[]): void {
    this.#reading.changed(names)
    this.#listeners?.emit('changed', names)
  }

  #sessionEnded(reason: EndReason): void {
    if (this.#rotation !== undefined) return void (this.#endMeanwhile = reason)
    this.#refuse(refusalOf(reason))
    this.#listeners?.emit('destroyed', reason)
  }
}
