/**
 * The sessions of one app, as the adapters for its framework use them.
 *
 * ```
 *  request ── read ──► Reading (what it was)  …handler…  change(what differs) ──► a save of just that
 *                                                         └─ nothing differs ──► a touch, coalesced with others
 * ```
 * Invariants: every call settles within the time limit, and at once where no node could be reached for longer; a session
 * that has ended is never written or made again by a request that had read it; a read shows every write that this process
 * began before, and every one that any process had an answer to, unless the app prefers not to ask; an id leaves this
 * process only as its key.
 */
import type { Change, CreateTerms, Session, SessionKey, UnderstudyErrorCode, Value } from '@understudy/client'
import { UnderstudyError } from '@understudy/client'
import type { AdapterSettings, Client } from './adapter-options.js'
import { isExpiryOf, termsOf } from './expiry.js'
import type { Expiry } from './expiry.js'
import { FollowedSessions } from './followed-sessions.js'
import type { FollowedSession } from './followed-sessions.js'
import { Outage } from './outage.js'
import { Reading } from './reading.js'
import { SEALED_ID } from './sealed-id.js'
import type { IdSeal } from './sealed-id.js'
import { within } from './time-limit.js'
import { WritesUnderWay } from './writes-under-way.js'

/** A session as a request finds it. */
export interface Found {
  /** The attributes as stored: frozen values. */
  readonly values: ReadonlyMap<string, Value>
  /** For the comparison when the request is done. */
  readonly reading: Reading
  /** When it ends if nobody uses it any more, ms since 1970. */
  readonly expiresAt: number | undefined
}

/** A session as a listing finds it. */
export interface Listed extends Omit<Found, 'reading'> {
  readonly id: string
  readonly key: SessionKey
}

/** What became of a write: `over` where the session had ended meanwhile, so that nothing was written. */
export type Outcome = 'written' | 'over'

/** Hears the moment of a save: what `find` takes as `atLeast`. */
export type SavedListener = (at: string) => void

/** An end that is yet to come. */
type Coming = Exclude<Expiry, { kind: 'past' }>

/** The sessions of an app. */
export class AppSessions {
  readonly #settings: AdapterSettings
  readonly #followed: FollowedSessions
  readonly #writes = new WritesUnderWay()
  readonly #opaque: ReadonlySet<string>
  readonly #outage: Outage
  #client: Client | undefined
  #arriving: Promise<void> | undefined

  /** @param opaque attributes that are written as a whole, though they are objects */
  constructor(settings: AdapterSettings, opaque: Iterable<string> = []) {
    this.#settings = settings
    this.#opaque = new Set(opaque)
    this.#followed = new FollowedSessions(settings.replicas)
    this.#outage = new Outage(settings.timeLimit)
    if (settings.isConnecting) this.#outage.begin()
    // One that cannot be had says why to whoever asks for a session.
    void settings.client.then((client) => this.#connect(client), () => this.#outage.end())
  }

  /**
   * Finds a session.
   * @param atLeast a moment that suffices to have reached; one of another session, or that its primary does not have, has no effect
   * @returns undefined where there is none
   * @throws UnderstudyError
   */
  async read(id: string, atLeast?: string): Promise<Found | undefined> {
    // Where nothing has to be waited for, no clock need be set.
    if (this.#writes.hasAny(id)) await this.#within(() => this.#writes.ofAll(id))
    const isLocal = atLeast === undefined && this.#settings.reads === 'replica'
    // Who asks the primary anyway has what arrives meanwhile with its answer.
    if (isLocal || atLeast !== undefined) await this.#arrivals()
    const followed = atLeast === undefined ? this.#followed.get(id) : undefined
    if (followed?.session.isFollowed === true && isLocal) return this.#found(followed.session, followed.values)
    return this.#within(() => (followed === undefined ? this.#readAnew(id, atLeast) : this.#readFollowed(id, followed)))
  }

  /** The reading of a session that is new. */
  newReading(): Reading {
    return new Reading(new Map(), this.#opaque)
  }

  /**
   * Writes what a request changed of a session that it had read; notes its use where there is nothing to write.
   * @param saved hears the moment of the save, if there is one
   * @throws UnderstudyError
   */
  change(id: string, changes: readonly Change[], expiry: Expiry, saved?: SavedListener): Promise<Outcome> {
    if (expiry.kind === 'past') return this.#destroyed(id)
    return this.#write(id, async () => {
      if (changes.length === 0 && this.noteUse(id, expiry)) return 'written'
      return this.#change(id, changes, expiry, saved)
    })
  }

  /** Notes the use of a session that is followed and ends like that already; false where that is not all there is to do. */
  noteUse(id: string, expiry: Expiry): boolean {
    const session = this.#followed.get(id)?.session
    if (session === undefined || session.ended !== undefined || expiry.kind === 'past' || !isExpiryOf(session.terms, expiry)) return false
    session.touch()
    return true
  }

  /**
   * Makes a session of these attributes and no others, whether or not there is one.
   * @param saved hears the moment of the save
   * @throws UnderstudyError SESSION_DESTROYED for an id that was used up…
   */
  replace(id: string, values: ReadonlyMap<string, Value>, expiry: Expiry, saved?: SavedListener): Promise<Outcome> {
    if (expiry.kind === 'past') return this.#destroyed(id)
    return this.#write(id, () => this.#replace(id, values, expiry, saved))
  }

  /** Notes that a session which was just read is in use; without effect where none is followed. */
  touch(id: string): void {
    const session = this.#followed.get(id)?.session
    if (session?.ended === undefined) session?.touch()
  }

  /**
   * Ends a session for ever.
   * @throws UnderstudyError
   */
  async destroy(id: string): Promise<void> {
    await this.#write(id, async () => (await this.#connected()).destroy(this.#settings.prefix + id))
    this.#followed.drop(id)
  }

  /**
   * Lets a session go on under another id; the old one is dead at once.
   * @throws UnderstudyError SESSION_ID_TAKEN…
   */
  rotate(id: string, newId: string): Promise<Outcome> {
    return this.#write(id, async () => {
      const session = await this.#find(id)
      if (session === undefined) return 'over'
      try {
        await session.rotate(this.#settings.prefix + newId)
      } catch (error) {
        session.close()
        if (isOver(error)) return 'over'
        throw error
      }
      this.#followed.drop(id)
      this.#followed.keep(newId, session)
      return 'written'
    })
  }

  /** All sessions of the app that carry their id, of all instances. @throws UnderstudyError SLOTS_UNREACHABLE… */
  async *list(seal: IdSeal): AsyncGenerator<Listed, void, void> {
    for await (const { key, attributes, expiresAt } of (await this.#connected()).sessions()) {
      const id = seal.open(key, attributes[SEALED_ID])
      if (id !== undefined) yield { id, key, values: new Map(Object.entries(attributes)), expiresAt }
    }
  }

  /** Ends a listed session for ever. @throws UnderstudyError */
  async end({ id, key }: Pick<Listed, 'id' | 'key'>): Promise<void> {
    await (await this.#connected()).destroyKey(key)
    this.#followed.drop(id)
  }

  /** Asks the primary for what the replica lacks; a handle that is over or closed by then says nothing of the session. */
  async #readFollowed(id: string, followed: FollowedSession): Promise<Found | undefined> {
    try {
      await followed.session.refresh()
    } catch (error) {
      if (isOver(error) || isError(error, 'SESSION_CLOSED')) return this.#readAnew(id)
      throw error
    }
    return this.#found(followed.session, followed.values)
  }

  async #readAnew(id: string, atLeast?: string): Promise<Found | undefined> {
    const session = await this.#findAsOf(id, atLeast)
    if (session === undefined || session.ended !== undefined) return undefined
    const found = this.#found(session)
    this.#followed.keep(id, session, found.values)
    return found
  }

  /** Stops following; the client stays open. */
  close(): void {
    this.#followed.dropAll()
  }

  /** Resolves when what arrived together with the requests at hand has been taken in: they read after that. */
  #arrivals(): Promise<void> {
    this.#arriving ??= new Promise((resolve) => {
      setImmediate(() => {
        this.#arriving = undefined
        resolve()
      })
    })
    return this.#arriving
  }

  #connect(client: Client): void {
    this.#client = client
    const look = (): void => {
      if (client.isConnected) this.#outage.end()
      else this.#outage.begin()
    }
    look()
    client.on('connected', look)
    client.on('disconnected', () => {
      this.#followed.dropLost()
      look()
    })
  }

  async #destroyed(id: string): Promise<Outcome> {
    await this.destroy(id)
    return 'written'
  }

  async #change(id: string, changes: readonly Change[], expiry: Coming, saved?: SavedListener): Promise<Outcome> {
    const followed = this.#followed.get(id)?.session
    const session = followed !== undefined && followed.ended === undefined ? followed.another() : await this.#find(id)
    if (session === undefined) return 'over'
    return this.#save(id, session, expiry, changes, saved)
  }

  async #replace(id: string, values: ReadonlyMap<string, Value>, expiry: Coming, saved?: SavedListener): Promise<Outcome> {
    const session = await this.#open(id, termsOf(expiry, Date.now()))
    return this.#save(id, session, expiry, this.#found(session).reading.changes(values), saved)
  }

  /** Saves with a handle of the write's own, so that what fails is gone with it. */
  async #save(id: string, session: Session, expiry: Coming, changes: readonly Change[], saved?: SavedListener): Promise<Outcome> {
    try {
      session.change(changes)
      this.#freeze(session, changes)
      if (!isExpiryOf(session.terms, expiry)) session.setTerms(termsOf(expiry, Date.now()))
      if (session.hasUnsaved) {
        const { at } = await session.save()
        saved?.(at)
      } else session.touch()
    } catch (error) {
      session.close()
      if (isOver(error)) return 'over'
      throw error
    }
    this.#followed.keep(id, session)
    return 'written'
  }

  /** Freezes what the rules name and this save gives a value. */
  #freeze(session: Session, changes: readonly Change[]): void {
    const { frozen } = this.#settings
    if (frozen.isEmpty) return
    for (const { path: [name = ''] } of changes) if (frozen.has(name) && session.has(name)) session.freeze(name)
  }

  #found(session: Session, values = session.entries()): Found {
    return { values, reading: new Reading(values, this.#opaque), expiresAt: session.expiresAt }
  }

  /** Visitors send what they like as a moment: one that tells nothing of the session is as none. */
  async #findAsOf(id: string, atLeast: string | undefined): Promise<Session | undefined> {
    const otherwise = this.#settings.reads === 'current' ? 'now' : undefined
    try {
      return await this.#find(id, atLeast ?? otherwise)
    } catch (error) {
      if (atLeast !== undefined && (isError(error, 'MOMENT_INVALID') || isError(error, 'BEHIND'))) return this.#find(id, otherwise)
      throw error
    }
  }

  async #find(id: string, atLeast?: string): Promise<Session | undefined> {
    try {
      return await (await this.#connected()).find(this.#settings.prefix + id, atLeast === undefined ? {} : { atLeast })
    } catch (error) {
      // Visitors send what they like: there is no session under what is no id.
      if (isError(error, 'SESSION_ID_INVALID')) return undefined
      throw error
    }
  }

  async #open(id: string, terms: CreateTerms): Promise<Session> {
    return (await this.#connected()).open(this.#settings.prefix + id, terms)
  }

  async #connected(): Promise<Client> {
    return this.#client ?? (await this.#settings.client)
  }

  #write<T>(id: string, operation: () => Promise<T>): Promise<T> {
    return this.#writes.add(id, this.#within(operation))
  }

  async #within<T>(operation: () => Promise<T>): Promise<T> {
    this.#outage.check()
    return within(this.#settings.timeLimit, operation())
  }
}

/** Whether there is no such session any more, whatever became of it. */
function isOver(error: unknown): boolean {
  return isError(error, 'SESSION_DESTROYED') || isError(error, 'SESSION_UNKNOWN')
}

function isError(error: unknown, code: UnderstudyErrorCode): boolean {
  return error instanceof UnderstudyError && error.code === code
}
