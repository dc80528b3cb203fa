/**
 * The session as a request of Hono has it: `c.var.session`.
 *
 * Invariants: what `get` gives is the request's own and may be changed in place; attributes that were not asked for are
 * neither copied nor compared; nothing is saved before the handlers are done, but by `save`.
 */
import { drawId, plainForm, plainValue, Reading, TrackedSession, workingCopy } from '@understudy/adapter'
import type { AppSessions, Expiry, Found, Outcome } from '@understudy/adapter'
import type { Value } from '@understudy/client'

/** What a session needs of its app. */
export interface RequestSessionOptions {
  readonly sessions: AppSessions
  readonly expiry: Expiry
}

/** A request's session. */
export class RequestSession {
  readonly #options: RequestSessionOptions
  #stored: ReadonlyMap<string, Value>
  /** What the handlers have in their hands; undefined: removed. */
  readonly #touched = new Map<string, unknown>()
  #tracked: TrackedSession | undefined
  #id: string
  #state: 'new' | 'stored' | 'ended'

  /** @param found what the store has under the id that the request brought */
  constructor(options: RequestSessionOptions, id: string | undefined, found: Found | undefined) {
    this.#options = options
    this.#stored = found?.values ?? new Map()
    this.#id = found === undefined || id === undefined ? drawId() : id
    this.#state = found === undefined ? 'new' : 'stored'
    if (found !== undefined) this.#tracked = new TrackedSession(options.sessions, { id: this.#id, reading: found.reading, working: plainForm.fresh })
  }

  /** The id: another after `regenerate()`. */
  get id(): string {
    return this.#id
  }

  /** Whether there was no session, and none has been saved yet. */
  get isNew(): boolean {
    return this.#state === 'new'
  }

  /** Whether it was destroyed, here or elsewhere while this request ran; nothing of it is saved then. */
  get isEnded(): boolean {
    return this.#state === 'ended'
  }

  /** An attribute, or undefined. Objects and lists may be changed in place. */
  get(name: string): unknown {
    if (this.#touched.has(name)) return this.#touched.get(name)
    const stored = this.#stored.get(name)
    if (stored === undefined) return undefined
    const value = workingCopy(stored)
    if (typeof value === 'object') this.#touched.set(name, value)
    return value
  }

  /** Whether an attribute has a value. */
  has(name: string): boolean {
    return this.get(name) !== undefined
  }

  /** Gives an attribute a value. It is stored as JSON keeps it. */
  set(name: string, value: unknown): this {
    this.#touched.set(name, value)
    return this
  }

  /** Removes an attribute. */
  remove(name: string): this {
    this.#touched.set(name, undefined)
    return this
  }

  /** All attributes, a copy. */
  toJSON(): Record<string, unknown> {
    return Object.fromEntries([...this.#values()].map(([name, value]) => [name, workingCopy(value)]))
  }

  /**
   * Saves what was changed. The middleware does it when the handlers are done.
   *
   * @returns whether it is saved; false where the session ended meanwhile
   * @throws UnderstudyError VALUE_NOT_STORABLE, TIMEOUT…
   */
  async save(): Promise<boolean> {
    if (this.#state === 'ended') return false
    const values = this.#values()
    if (this.#state === 'new' && values.size === 0) return true
    this.#tracked ??= new TrackedSession(this.#options.sessions, { id: this.#id, reading: undefined, working: plainForm.fresh })
    const outcome: Outcome = await this.#tracked.save([], values, this.#options.expiry)
    this.#state = outcome === 'over' ? 'ended' : 'stored'
    this.#stored = values
    return outcome !== 'over'
  }

  /**
   * Gives the session another id, and ends the old one for ever: at every login, so that nobody who knew the old id is
   * logged in as well. What the session holds stays.
   * @throws UnderstudyError
   */
  async regenerate(): Promise<void> {
    if (this.#state === 'ended') return
    const id = drawId()
    if (this.#state === 'stored') {
      // What is not saved yet goes with it, so that nothing is known to both ids.
      if (!(await this.save())) return
      const outcome = await this.#options.sessions.rotate(this.#id, id)
      if (outcome === 'over') return void (this.#state = 'ended')
      this.#tracked = new TrackedSession(this.#options.sessions, { id, reading: new Reading(this.#stored), working: plainForm.fresh })
    }
    this.#id = id
  }

  /**
   * Ends the session for ever, on all nodes. What is set afterwards is not saved.
   * @throws UnderstudyError
   */
  async destroy(): Promise<void> {
    if (this.#state === 'stored') await this.#options.sessions.destroy(this.#id)
    this.#state = 'ended'
    this.#stored = new Map()
    this.#touched.clear()
  }

  /** All attributes as they would be stored. */
  #values(): Map<string, Value> {
    const values = new Map(this.#stored)
    for (const [name, value] of this.#touched) {
      const plain = plainValue(name, value)
      if (plain === undefined) values.delete(name)
      else values.set(name, plain)
    }
    return values
  }
}
