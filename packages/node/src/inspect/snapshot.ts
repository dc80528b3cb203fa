/**
 * The sessions that one query found: their keys, in a fixed order, of which rows are drawn when somebody scrolls there. A
 * key takes 16 bytes, and what ends meanwhile stays in it as ended until the snapshot is given up.
 *
 * Made in slices between which the node does its work: a query over 100,000 sessions holds no save up.
 */
import type { SessionCount, SessionFilter, SessionRow } from '@understudy/protocol/inspect'
import type { SessionKey } from '@understudy/session'
import { KeyList } from '@understudy/store'
import type { SessionStore } from '@understudy/store'
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
  readonly #store: SessionStore
  readonly #keys: KeyList
  /** Sessions on disk alone that the filter could not judge. */
  readonly unread: number
  /** Whether there were more than a snapshot holds. */
  readonly isCut: boolean

  private constructor({ name, store }: InspectContext, keys: KeyList, unread: number, isCut: boolean) {
    this.#name = name
    this.#store = store
    this.#keys = keys
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
    const { environment, store } = context
    if (filter.user !== undefined && store.users === undefined) {
      throw new InspectFailure('NOT_OFFERED', 'these nodes do not know whose a session is: start them with --user-attribute NAME')
    }
    const match = new SessionMatch(filter, environment.now())
    const slice = match.isCostly ? SLICE.costly : SLICE.cheap
    const keys = new KeyList()
    let unread = 0
    let judged = 0
    for (const stored of store.places.all()) {
      if (judged++ % slice === slice - 1) await new Promise<void>((resolve) => environment.soon(resolve))
      if (given()) return undefined
      if (whose === 'primary' && store.slot(stored.slot).reign === undefined) continue
      if (keys.length === SNAPSHOT_LIMIT) return new Snapshot(context, keys, unread, true)
      const verdict = match.of(stored)
      if (verdict === 'yes') keys.push(stored.key)
      else if (verdict === 'unread') unread++
    }
    return new Snapshot(context, keys, unread, false)
  }

  /** What it found. */
  get count(): SessionCount {
    return { total: this.#keys.length, unread: this.unread, cut: this.isCut, missing: [] }
  }

  /** Rows from a place on, as they are now. */
  rows(offset: number, limit: number): SessionRow[] {
    return this.#keys.slice(offset, offset + limit).map((key) => rowOf(key, this.#store, this.#name))
  }
}

/** One session as a row. Nothing is read from disk for it. */
function rowOf(key: SessionKey, store: SessionStore, node: string): SessionRow {
  const stored = store.find(key)
  const slot = store.slotOf(key).number
  if (stored === undefined) return { key, node, slot, state: 'ended' }
  const { death } = stored
  const deadline = stored.deadline()
  const row = { key, node, slot, ...(deadline !== undefined && { deadline }) }
  if (death !== undefined) return { ...row, state: 'ended', endedAt: death.at }
  if (stored.isCold) return { ...row, state: 'cold' }
  const session = stored.look()
  if (session === undefined) return { ...row, state: 'ended' }
  const { terms, lastAccess, generation, byteLength: bytes, count: attributes } = session
  return { ...row, state: 'living', attributes, frozen: session.frozen.size, bytes, createdAt: terms.createdAt, lastAccess, generation }
}
