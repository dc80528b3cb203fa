/**
 * The sessions that one query found: places in the store, in a fixed order, of which rows are drawn when somebody scrolls
 * there. A place takes eight bytes, and what ends meanwhile stays in it as ended until the snapshot is given up.
 *
 * Made in slices between which the node does its work: a query over 100,000 sessions holds no save up.
 */
import type { SessionCount, SessionFilter, SessionRow } from '@understudy/protocol/inspect'
import type { StoredSession } from '@understudy/store'
import type { InspectContext } from './inspect-context.js'
import { InspectFailure } from './inspect-failure.js'
import { SessionMatch } from './session-match.js'

/** Sessions judged a slice: some 0.2 ms either way. */
const SLICE = { cheap: 2_000, costly: 100 } as const
/** Rows in a snapshot at most. */
export const SNAPSHOT_LIMIT = 1_000_000

/** The sessions that a query found on this node. */
export class Snapshot {
  readonly #name: string
  readonly #places: readonly StoredSession[]
  /** Sessions on disk alone that the filter could not judge. */
  readonly unread: number
  /** Whether there were more than a snapshot holds. */
  readonly isCut: boolean

  private constructor(name: string, places: readonly StoredSession[], unread: number, isCut: boolean) {
    this.#name = name
    this.#places = places
    this.unread = unread
    this.isCut = isCut
  }

  /**
   * Looks through the store.
   *
   * @param whose `primary`: sessions of slots that this node reigns; `all`: whatever it holds
   * @param given asked between slices: whether the query was given up
   * @returns undefined when it was
   * @throws InspectFailure NOT_OFFERED for sessions of a user, where users are not kept
   */
  static async take(filter: SessionFilter, whose: 'primary' | 'all', context: InspectContext, given: () => boolean): Promise<Snapshot | undefined> {
    const { environment, store, name } = context
    if (filter.user !== undefined && store.users === undefined) {
      throw new InspectFailure('NOT_OFFERED', 'these nodes do not know whose a session is: start them with --user-attribute NAME')
    }
    const match = new SessionMatch(filter, environment.now())
    const slice = match.isCostly ? SLICE.costly : SLICE.cheap
    const places: StoredSession[] = []
    let unread = 0
    let judged = 0
    for (const slot of store.slots) {
      if (whose === 'primary' && slot.reign === undefined) continue
      for (const stored of slot.sessions.values()) {
        if (places.length === SNAPSHOT_LIMIT) return new Snapshot(name, places, unread, true)
        const verdict = match.of(stored)
        if (verdict === 'yes') places.push(stored)
        else if (verdict === 'unread') unread++
        if (++judged % slice > 0) continue
        await new Promise<void>((resolve) => environment.soon(resolve))
        if (given()) return undefined
      }
    }
    return new Snapshot(name, places, unread, false)
  }

  /** What it found. */
  get count(): SessionCount {
    return { total: this.#places.length, unread: this.unread, cut: this.isCut, missing: [] }
  }

  /** Rows from a place on, as they are now. */
  rows(offset: number, limit: number): SessionRow[] {
    return this.#places.slice(offset, offset + limit).map((stored) => rowOf(stored, this.#name))
  }
}

/** One session as a row. Nothing is read from disk for it. */
function rowOf(stored: StoredSession, node: string): SessionRow {
  const { key, slot, death } = stored
  const deadline = stored.deadline()
  const row = { key, node, slot, ...(deadline !== undefined && { deadline }) }
  if (death !== undefined) return { ...row, state: 'ended', endedAt: death.at }
  if (stored.isCold) return { ...row, state: 'cold' }
  const session = stored.look()
  if (session === undefined) return { ...row, state: 'ended' }
  const { terms, lastAccess, generation, byteLength: bytes, count: attributes } = session
  return { ...row, state: 'living', attributes, frozen: session.frozen.size, bytes, createdAt: terms.createdAt, lastAccess, generation }
}
