/**
 * The sessions of a store that has a disk: every change goes there, what is there comes back at the start, and what
 * nobody has changed for long is there alone.
 *
 *            restore                 asked for                    changed
 *   on disk ─────────► cold (head) ─────────────► warm (whole) ─────────────► warm, waiting for the disk
 *                        ▲                          │ too many              ◄─────────────── written
 *                        └──────────────────────────┘
 *
 * Invariants: only what is on disk as it is in memory turns cold; where a record was damaged there is no place at all
 * (so that digests differ and back-ups hand the session over), and nothing new is made under its key.
 */
import type { LiveDocuments } from '@understudy/document'
import { Session, isSessionKey, isUserKey } from '@understudy/session'
import type { SessionKey, SessionLimits, UserKey } from '@understudy/session'
import type { Logout, Logouts } from './logouts.js'
import type { Persistence } from './persistence.js'
import type { Places } from './places.js'
import type { RowLists } from './row-lists.js'
import { SEQUENCE } from './rows.js'
import { decodeHead, decodeLogout, decodeState, encodeLogout } from './session-record.js'
import type { RecordHead } from './session-record.js'
import type { Slot } from './slot.js'
import { StoreError } from './store-error.js'
import type { StoredSession } from './stored-session.js'

/** The list of those in memory. */
const WARM = 1

/** What the sessions on disk need of their store. */
export interface KeptSessionsOptions {
  readonly persistence: Persistence
  readonly places: Places
  readonly live: LiveDocuments
  readonly limits?: SessionLimits
  readonly slotOf: (key: SessionKey) => number
  /** Living sessions kept in memory at most; undefined: all that were ever asked for. */
  readonly warmSessions?: number | undefined
  /** Hears of every session and death marker on disk. */
  readonly restored: (stored: StoredSession, head: RecordHead) => void
  /** Hears of every user's logout that is on disk. */
  readonly restoreLogout?: ((logout: Logout) => void) | undefined
  /** The record of a session turned out to be damaged when it was read. */
  readonly lost: (stored: StoredSession) => void
}

/** The disk's side of a store. */
export class KeptSessions {
  readonly #options: KeptSessionsOptions
  readonly #damaged = new Set<SessionKey>()
  /** Sessions in memory, oldest change first: one list. */
  readonly #warm: RowLists

  constructor(options: KeptSessionsOptions) {
    this.#options = options
    this.#warm = options.places.lists()
  }

  /** Sessions whose records were damaged and that nobody has handed over yet. */
  get damaged(): number {
    return this.#damaged.size
  }

  /** Fills empty slots with what the disk holds; sessions are not read before they are asked for. */
  restore(slots: readonly Slot[]): void {
    const { persistence, slotOf, restored, places: { rows } } = this.#options
    const found = slots.map((): number[] => [])
    for (const { key, bytes } of persistence.records()) {
      try {
        const logout = decodeLogout(bytes)
        if (logout !== undefined) {
          if (isUserKey(key)) this.#options.restoreLogout?.({ user: key, at: logout })
          continue
        }
        if (!isSessionKey(key)) throw new StoreError('SESSION_DAMAGED', 'its key is none of a session')
        const head = decodeHead(bytes)
        const number = slotOf(key)
        const stored = slots[number]?.place(key)
        if (stored === undefined) throw new RangeError(`there is no slot ${number}`)
        stored.restore(head)
        found[number]?.push(stored.row)
        restored(stored, head)
      } catch (error) {
        persistence.setAside(key, String(error))
      }
    }
    for (const key of persistence.setAsides()) if (isSessionKey(key)) this.#damaged.add(key)
    const positions = new Map(Array.from(persistence.positions(), (position) => [position.slot, position]))
    for (const [number, held] of found.entries()) {
      slots[number]?.restore(positions.get(number), held.sort((a, b) => rows.number(a, SEQUENCE) - rows.number(b, SEQUENCE)))
    }
  }

  /** Whether the session's record is damaged, and nobody has handed the session over yet. */
  isDamaged(key: SessionKey): boolean {
    return this.#damaged.has(key)
  }

  /**
   * Nothing blank may take the place of a damaged session.
   *
   * @throws StoreError SESSION_DAMAGED
   */
  refuseDamaged(key: SessionKey): void {
    if (this.#damaged.has(key)) throw damaged()
  }

  /** A place changed: its record is written with all others of this turn. */
  changed(stored: StoredSession): void {
    this.#options.persistence.put(stored)
    this.#damaged.delete(stored.key)
    if (stored.isLiving) this.#warm.append(WARM, stored.row)
    else this.#warm.remove(stored.row)
  }

  /** A user's logout is known, or known no more. */
  noteLogout(user: UserKey, logouts: Pick<Logouts, 'of'>): void {
    const bytes = (): Uint8Array | undefined => {
      const at = logouts.of(user)
      return at === undefined ? undefined : encodeLogout(at)
    }
    this.#options.persistence.put({ key: user, bytes })
  }

  /** A death marker has served its time. */
  drop({ key }: StoredSession): void {
    this.#options.persistence.put({ key, bytes: () => undefined })
  }

  /**
   * Gives back the memory of sessions that changed longest ago.
   *
   * @param except rows of sessions of which memory knows more than the disk
   */
  cool(except: ReadonlySet<number>): void {
    const { persistence, places, warmSessions } = this.#options
    if (warmSessions === undefined) return
    let spare = this.#warm.size - warmSessions
    for (const row of this.#warm.rows(WARM)) {
      if (spare <= 0) return
      const stored = places.at(row)
      if (except.has(row) || persistence.isWaiting(stored.key)) continue
      this.#warm.remove(row)
      stored.cool()
      spare--
    }
  }

  /** Reads a cold session. A record that cannot be read is no reason to invent one: its place is given up. */
  read(stored: StoredSession): Session | undefined {
    const { persistence, live, limits, lost } = this.#options
    const { key, row } = stored
    const bytes = persistence.get(key)
    try {
      if (bytes === undefined) throw damaged()
      const session = Session.load(decodeState(bytes), { live, ...(limits && { limits }) })
      this.#warm.append(WARM, row)
      return session
    } catch (error) {
      persistence.setAside(key, String(error))
      this.#damaged.add(key)
      lost(stored)
      return undefined
    }
  }
}

function damaged(): StoreError {
  const message = 'the session is damaged on this node’s disk, and no other node has handed it over yet; bring back one that holds it, or destroy the session'
  return new StoreError('SESSION_DAMAGED', message)
}
