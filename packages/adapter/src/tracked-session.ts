/**
 * A session object of a framework, and what is known of it in the store.
 *
 * ```
 *  new ──save: all of it──► stored ──save: what differs from the reading──► stored
 *                             └──────save finds it has ended──► over: nothing is written any more
 * ```
 * Invariants: what is saved is worked out at the call, whatever the app does to the object afterwards; saves of one
 * object reach the store in the order of the calls.
 */
import type { Value } from '@understudy/client'
import type { AppSessions, Outcome } from './app-sessions.js'
import type { Expiry } from './expiry.js'
import type { Working } from './form.js'
import type { Reading } from './reading.js'

const WRITTEN: Promise<Outcome> = Promise.resolve('written')

/** What a session object was made of. */
export interface Origin {
  readonly id: string
  /** What was read; undefined of a new session. */
  readonly reading: Reading | undefined
  readonly working: Pick<Working, 'stored'>
}

/** One session object. */
export class TrackedSession {
  /** The id under which it is stored. */
  readonly id: string
  readonly #sessions: AppSessions
  readonly #reading: Reading
  readonly #working: Pick<Working, 'stored'>
  #isStored: boolean
  #savedAt: string | undefined
  #tail: Promise<unknown> = Promise.resolve()

  constructor(sessions: AppSessions, { id, reading, working }: Origin) {
    this.id = id
    this.#sessions = sessions
    this.#reading = reading ?? sessions.newReading()
    this.#working = working
    this.#isStored = reading !== undefined
  }

  /** Whether nothing of it is stored yet, as far as this request knows. */
  get isNew(): boolean {
    return !this.#isStored
  }

  /** The moment of its last save, of those that had something to write; undefined before. */
  get savedAt(): string | undefined {
    return this.#savedAt
  }

  /** The object does not show these attributes: that they are missing in it does not mean that they were removed. */
  ignore(names: Iterable<string>): void {
    for (const name of names) this.#reading.forget(name)
  }

  /**
   * Saves what the object now is.
   *
   * @param attributes the app's, in its own form
   * @param own the adapter's, as stored
   * @throws UnderstudyError
   */
  save(attributes: Iterable<readonly [string, unknown]>, own: ReadonlyMap<string, Value>, expiry: Expiry): Promise<Outcome> {
    const values = new Map([...this.#working.stored(attributes), ...own])
    return this.#write(values, this.#reading.changes(values), expiry)
  }

  /**
   * Notes that the session is in use; of attributes it saves the adapter's own, where they changed.
   * @throws UnderstudyError
   */
  touch(own: ReadonlyMap<string, Value>, expiry: Expiry): Promise<Outcome> {
    if (!this.#isStored) return Promise.resolve('over')
    const changes = this.#reading.changesAmong(own)
    if (changes.length === 0 && this.#sessions.noteUse(this.id, expiry)) return WRITTEN
    return this.#write(own, changes, expiry)
  }

  #write(values: ReadonlyMap<string, Value>, changes: ReturnType<Reading['changes']>, expiry: Expiry): Promise<Outcome> {
    this.#reading.written(changes, values)
    const saved = (at: string): void => void (this.#savedAt = at)
    const outcome = this.#tail.then(async () => {
      if (this.#isStored) return this.#sessions.change(this.id, changes, expiry, saved)
      const replaced = await this.#sessions.replace(this.id, values, expiry, saved)
      this.#isStored = true
      return replaced
    })
    this.#tail = outcome.catch(() => this.#reading.unwritten(changes))
    return outcome
  }
}
