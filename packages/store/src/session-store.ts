/**
 * All sessions that one node holds, by slot: as primary of some slots and back-up of others. Pure: time comes in as an
 * argument, and network and disk are none of its business: what it needs of a disk it declares (persistence.ts).
 *
 * Invariants: a death marker always wins, over anything, in any order, and so does the memory of one that was dropped
 * (forgotten.ts); changes go by `#commit`, which keeps all counts true and tells the listeners (② mark) what was before.
 */
import type { Admit, Reign } from '@understudy/document'
import { joinDeaths } from '@understudy/session'
import type { Death, Operation, SaveId, Session, SessionKey, Terms } from '@understudy/session'
import { deathFingerprint, equalDeaths } from './death-marker.js'
import type { DeltaEntry } from './delta-entry.js'
import { differenceOf } from './difference.js'
import { ExpiryWheel } from './expiry-wheel.js'
import { hasExpired } from './expiry.js'
import { Forgetting } from './forgetting.js'
import { isOfForgotten, undropped } from './forgotten.js'
import { KeptSessions } from './kept-sessions.js'
import type { Logout } from './logouts.js'
import { Places } from './places.js'
import { beforeOf, cappedAt, equalFingerprints, freshSession, mergeUnlessGap, upTo } from './merging.js'
import { Slot } from './slot.js'
import { RestingSessions } from './resting-sessions.js'
import { Before, NOTHING_APPLIED, Written, type ChangeListener, type SessionStoreOptions } from './store-calls.js'
import { StoreError, destroyed } from './store-error.js'
import type { Brought } from './in-use.js'
import type { RecordHead } from './session-record.js'
import { SharedDifferences } from './shared-differences.js'
import { isLiving, type LivingPlace, type StoredSession } from './stored-session.js'
import { Users } from './users.js'
import { WholeSessions } from './whole-sessions.js'

const NOTHING: readonly string[] = []
/** What a holder of everything knew of a session that was not there. */
const NEW = new Before(undefined, 0)

/** The sessions of one node. */
export class SessionStore {
  readonly slots: readonly Slot[]
  /** All that is stored, by row. */
  readonly places: Places
  /** Whose session is whose, where an attribute says so. */
  readonly users: Users | undefined
  /** Which death markers are dropped. */
  readonly forgetting: Forgetting
  /** Sessions that are sent, and come, as they rest. */
  readonly wholes: WholeSessions
  /** What back-ups are sent. */
  readonly differences: SharedDifferences
  readonly #options: SessionStoreOptions
  readonly #listeners = new Set<ChangeListener>()
  /** Rows of sessions that were touched and did not change since. */
  readonly #touched = new Set<number>()
  readonly #wheel: ExpiryWheel
  /** The sessions on disk, where there is one. */
  readonly #kept: KeptSessions | undefined
  readonly #resting: RestingSessions
  #living = 0

  constructor(options: SessionStoreOptions) {
    this.#options = options
    this.differences = new SharedDifferences(options.mode)
    const { persistence, userAttribute, restBeyond } = options
    const places = new Places(options, { readCold: (stored) => this.#kept?.read(stored), filedUnder: (row) => this.users?.filedUnder(row) })
    this.places = places
    this.#wheel = new ExpiryWheel(places.lists())
    this.#resting = new RestingSessions(places, restBeyond)
    this.slots = Array.from({ length: 256 }, (_, number) => new Slot(number, places, persistence))
    this.users = userAttribute && new Users(userAttribute, places, {
      noted: (user, logouts) => this.#kept?.noteLogout(user, logouts),
      read: (stored) => this.#kept?.changed(stored),
      end: (stored, at) => this.slot(stored.slot).reign !== undefined && this.#bury(stored, { at, reason: 'destroyed' }),
    })
    const restoreLogout = (logout: Logout): unknown => this.users?.logouts.note(logout)
    const restored = (stored: StoredSession, { filed }: RecordHead): void => {
      if (stored.isLiving) this.#count(stored, 1)
      this.users?.restored(stored, filed)
      this.#wheel.file(stored.row, stored.deadline())
    }
    this.#kept = persistence && new KeptSessions({ ...options, persistence, places, restored, restoreLogout, lost: (stored) => this.#lost(stored) })
    this.forgetting = new Forgetting(options, {
      slot: (number) => this.slot(number),
      dropped: (stored) => this.#kept?.drop(stored),
      restate: (stored, death) => this.#bury(stored, death),
    })
    this.wholes = new WholeSessions(options, {
      slotOf: (key) => this.slotOf(key),
      find: (key) => this.find(key),
      arrived: (stored, deadline, names) => this.#arrived(stored, deadline, names),
      merge: (entry, admit) => this.#merge(entry, admit),
    })
    this.#kept?.restore(this.slots)
  }

  /** Living sessions held. */
  get size(): number {
    return this.#living
  }

  /** Death markers held. */
  get deaths(): number {
    return this.slots.reduce((sum, { deathCount }) => sum + deathCount, 0)
  }

  /** Sessions whose records were damaged and that nobody has handed over yet. */
  get damaged(): number {
    return this.#kept?.damaged ?? 0
  }

  /** Calls the listener after every change, until the returned function is called. */
  observe(listener: ChangeListener): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** The slot of this number. */
  slot(number: number): Slot {
    const slot = this.slots[number]
    if (slot === undefined) throw new RangeError(`there is no slot ${number}`)
    return slot
  }

  /** The slot of a key. */
  slotOf(key: SessionKey): Slot {
    return this.slot(this.#options.slotOf(key))
  }

  /** What is stored under a key, living or dead. */
  find(key: SessionKey): StoredSession | undefined {
    return this.places.find(key)
  }

  /**
   * The living session of a key. One whose deadline has passed is ended here and now if this node is its primary.
   *
   * @param now ms since 1970
   * @throws StoreError SESSION_DESTROYED, SESSION_DAMAGED
   */
  living(key: SessionKey, now: number): LivingPlace | undefined {
    const stored = this.find(key)
    if (stored?.isLiving && this.slot(stored.slot).reign !== undefined) this.#expire(stored, now)
    if (stored?.death !== undefined) throw destroyed(stored.death)
    if (stored !== undefined && isLiving(stored)) return stored
    this.#kept?.refuseDamaged(key)
    return undefined
  }

  /** Whether the session of a key has ended, as `living` would find. */
  isDead(key: SessionKey, now: number): boolean {
    const stored = this.find(key)
    if (stored === undefined) return false
    if (stored.isLiving && this.slot(stored.slot).reign !== undefined) this.#expire(stored, now)
    return stored.death !== undefined
  }

  /**
   * Becomes primary of a slot, or goes on under a higher epoch. From now on changes here take sequence numbers.
   *
   * @param now ms since 1970: what was touched before was by another clock, perhaps; 0 where all have one clock
   */
  beginReign(slot: number, reign: Reign, now = 0): void {
    if (!this.slot(slot).begin(reign, now)) return
    for (const stored of this.slot(slot).all()) this.#wheel.file(stored.row, stored.deadline())
    this.users?.reigns(slot)
  }

  /** Stops being primary of a slot; what is held stays. */
  endReign(slot: number): void {
    this.slot(slot).end()
  }

  /**
   * ① makes an empty session.
   *
   * @throws StoreError SESSION_DESTROYED, SESSION_DAMAGED, NO_REIGN
   */
  create(key: SessionKey, terms: Terms, now: number): LivingPlace {
    const slot = this.slotOf(key)
    slot.requireReign()
    const living = this.living(key, now)
    if (living !== undefined) return living
    const stored: StoredSession = slot.place(key)
    stored.live(freshSession(this.#options, terms, now))
    this.#count(stored, 1)
    this.#commit(stored, NEW, NOTHING, { terms: true })
    this.#wheel.file(stored.row, stored.deadline())
    return stored
  }

  /**
   * ① applies operations as one step: all or none.
   *
   * @throws StoreError SESSION_UNKNOWN, SESSION_DESTROYED, NO_REIGN; SessionError for what the session refuses
   */
  apply(key: SessionKey, operations: readonly Operation[], now: number, operation?: SaveId): Written {
    const slot = this.slotOf(key)
    const reign = slot.requireReign()
    const stored = this.living(key, now)
    if (stored === undefined) throw new StoreError('SESSION_UNKNOWN', 'no such session is stored; open it first')
    // Nothing to apply: the caller only wants to know who holds what there is.
    if (operations.length === 0) return new Written(NOTHING_APPLIED, stored)
    const before = beforeOf(this.#options, stored)
    const applied = stored.session.apply(operations, { reign, now, operation })
    if (applied.duplicate) return new Written(applied, stored)
    const frozen = operations.some(({ op }) => op === 'freeze')
    const isNewLogin = this.users?.loggedIn(stored, applied.changed, now) ?? false
    this.#commit(stored, before, applied.changed, { frozen, operation, terms: applied.terms || isNewLogin })
    if (applied.terms) this.#wheel.file(stored.row, stored.deadline())
    return new Written(applied, stored)
  }

  /**
   * ① ends a session for good, also one that is not known here: something might still bring it.
   *
   * @throws StoreError NO_REIGN
   */
  destroy(key: SessionKey, death: Death): StoredSession {
    const slot = this.slotOf(key)
    slot.requireReign()
    const stored = slot.place(key)
    return stored.death === undefined ? this.#bury(stored, death) : stored
  }

  /**
   * A reading request: moves the idle deadline. Travels with the next `flushTouches`, many in one. Nobody waits for
   * an answer, so nothing is said where there is no such session, or no longer one.
   */
  touch(key: SessionKey, now: number): void {
    if (this.isDead(key, now)) return
    const stored = this.find(key)
    if (stored?.session?.touch(now) === true) this.#touched.add(stored.row)
  }

  /** Lets a session, or its death marker, travel once more as it is, so that those who hold it say so again. */
  restate(stored: StoredSession): void {
    if (!stored.isGone && this.slot(stored.slot).reign !== undefined) this.#commit(stored, beforeOf(this.#options, stored), NOTHING)
  }

  /** Makes all touches since the last call a change each, for back-ups to hear of. */
  flushTouches(): void {
    for (const stored of this.places.each(this.#touched)) {
      if (stored.isLiving && this.slot(stored.slot).reign !== undefined) this.#commit(stored, beforeOf(this.#options, stored), NOTHING)
    }
    this.#touched.clear()
  }

  /** Ends sessions whose deadline has passed, and gives back the memory of those that nobody uses. */
  sweep(now: number): void {
    for (const stored of this.places.each(this.#wheel.due(now))) {
      if (stored.isLiving && this.slot(stored.slot).reign !== undefined && !this.#expire(stored, now)) this.#wheel.file(stored.row, stored.deadline())
    }
    this.#kept?.cool(this.#touched)
    this.users?.logouts.forget(now - this.#options.deathRetention)
  }

  /** Puts sessions to rest that nobody used for a while; to be called ten times a second. */
  letRest(): void {
    this.#resting.look(this.#living)
  }

  /**
   * ⑥ merges the delta of a primary.
   *
   * @param writers the reign under which it was sent: later writers, and others of the same epoch, are forged
   * @param now ms since 1970; an access much later is none
   * @returns `lacks` when the delta does not fit what is held here: the primary must be told what is
   * @throws DocumentError, SessionError for damaged or forged input; nothing was changed
   */
  merge(entry: DeltaEntry, writers: Reign, now = Infinity): 'merged' | 'lacks' {
    return this.#merge(cappedAt(entry, now), upTo(writers))
  }

  /**
   * As primary, merges what a back-up alone held: it becomes a change of ours, and what a newer generation does not
   * cover is written again.
   *
   * @throws as `merge`; StoreError NO_REIGN
   */
  adopt(entry: DeltaEntry, now = 0): void {
    this.#merge(cappedAt(entry, now || Infinity), upTo(this.slotOf(entry.key).requireReign()), true)
    const stored = this.find(entry.key)
    // A copy of what expired long ago, perhaps, and the marker is gone: nobody may see it.
    if (stored?.isLiving) this.#expire(stored, now)
    if (stored?.isLiving) this.users?.adopted(stored)
  }

  /** ③④ what brings a holder of `known` to the present state, and the cut it is made at. Followers are always served by benchmark. */
  difference(stored: StoredSession, known: Before, mode = this.#options.mode): { readonly entry: DeltaEntry; readonly cut: Before } {
    return differenceOf(stored, known, mode)
  }

  #merge(entry: DeltaEntry, admit: Admit, adopts = false): 'merged' | 'lacks' {
    const slot = this.slotOf(entry.key)
    if (entry.death !== undefined) {
      this.#bury(slot.place(entry.key), entry.death)
      return 'merged'
    }
    const known = this.#whole(entry.key)
    if (known === undefined && this.#wasForgotten(slot, entry)) this.#bury(slot.place(entry.key), { at: slot.forgotten.destroyed + 1, reason: 'destroyed' })
    // The sender does not know that the session is dead: our marker must reach it.
    if (this.find(entry.key)?.death !== undefined) return 'lacks'
    const session = known?.session ?? (entry.terms && freshSession(this.#options, entry.terms, entry.lastAccess ?? entry.terms.createdAt))
    if (session === undefined) return 'lacks'
    const before = known === undefined ? NEW : beforeOf(this.#options, known)
    const { terms, lastAccess, operations } = session
    // Asked now: a record that turned out to be damaged has raised the reign.
    const merged = mergeUnlessGap(session, entry, admit, adopts ? slot.reign : undefined)
    if (merged === undefined || merged.kept) return 'lacks'
    const same = session.terms === terms && session.lastAccess === lastAccess && session.operations === operations
    // A delta that brings nothing is no change: it must not travel on.
    const isNews = known === undefined || !same || !equalFingerprints(session.fingerprint(entry.key), known.fingerprint)
    if (isNews) this.#place(entry, session, before, merged.changed)
    return merged.lacksFrozen ? 'lacks' : 'merged'
  }

  /** A merge brought something: the session has its place, and what came is dated. */
  #place(entry: DeltaEntry, session: Session, before: Before, changed: readonly string[]): void {
    const stored: StoredSession = this.slotOf(entry.key).place(entry.key)
    if (!stored.isLiving) {
      stored.live(session)
      this.#count(stored, 1)
      this.#wheel.file(stored.row, stored.deadline())
    }
    const { terms, frozen, operations } = entry
    // Other terms may end it sooner than it was filed for.
    if (terms !== undefined) this.#wheel.file(stored.row, stored.deadline())
    this.#commit(stored, before, changed, { terms: terms !== undefined, frozen: frozen !== undefined, operations })
  }

  /** What is stored under a key; nothing where its record turns out to be damaged. */
  #whole(key: SessionKey): StoredSession | undefined {
    const stored = this.find(key)
    return stored?.death === undefined && stored?.session === undefined ? undefined : stored
  }

  /** Whether the death marker of a session that is not known here was dropped. What was damaged here is not known either. */
  #wasForgotten(slot: Slot, { key, terms }: DeltaEntry): boolean {
    return terms !== undefined && isOfForgotten(terms.createdAt, slot.forgotten) && this.#kept?.isDamaged(key) !== true
  }

  /** A place becomes a death marker. Of two the primary takes the join; back-ups take its word, so that all agree. */
  #bury(place: StoredSession, death: Death): StoredSession {
    const slot = this.slot(place.slot)
    const joined = place.death === undefined ? death : joinDeaths(place.death, death)
    const word = slot.reign === undefined ? death : undropped(joined, slot.forgotten)
    if (place.death !== undefined && equalDeaths(place.death, word)) return place
    const before = beforeOf(this.#options, place)
    // Its record may turn out to be damaged by that look: the death then has another place.
    const stored = place.isGone ? slot.place(place.key) : place
    if (stored.isLiving) this.#count(stored, -1)
    stored.die(word)
    this.#commit(stored, before, NOTHING)
    return stored
  }

  /** Ends the session if its deadline has passed. */
  #expire(stored: StoredSession, now: number): boolean {
    if (!hasExpired(stored, now, this.slot(stored.slot).begunAt)) return false
    this.#bury(stored, { at: now, reason: 'expired' })
    return true
  }

  /** The record of a session is damaged: its place is given up, so that digests differ and another node hands it over. */
  #lost(stored: StoredSession): void {
    this.#count(stored, -1)
    this.users?.gone(stored)
    this.#touched.delete(stored.row)
    this.#options.lost?.(stored)
    this.slot(stored.slot).drop(stored)
  }

  #commit(stored: StoredSession, before: Before, names: readonly string[], brought?: Brought): void {
    // Whatever travels carries the last access: no touch need follow.
    this.#touched.delete(stored.row)
    const fingerprint = stored.session?.fingerprint(stored.key) ?? deathFingerprint(stored.key, stored.death)
    this.slot(stored.slot).record(stored, fingerprint)
    if (brought !== undefined) stored.date(brought)
    this.#tell(stored, before, names)
  }

  #tell(stored: StoredSession, before: Before, names: readonly string[]): void {
    this.users?.changed(stored, names)
    this.#kept?.changed(stored)
    for (const listener of this.#listeners) listener(stored, before, names)
  }

  #arrived(stored: StoredSession, deadline: number | undefined, names: readonly string[]): void {
    this.#count(stored, 1)
    this.#wheel.file(stored.row, deadline)
    this.#tell(stored, NEW, names)
  }

  /** A session came to life here, or is here no more. */
  #count(stored: StoredSession, by: 1 | -1): void {
    this.#living += by
    this.slot(stored.slot).living += by
  }
}
