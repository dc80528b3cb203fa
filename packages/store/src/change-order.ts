/** The sessions of one slot in the order of their latest change. */
import type { StoredSession } from './stored-session.js'

/** A doubly linked list through the stored sessions themselves: moving one to the end is O(1) and allocates nothing. */
export class ChangeOrder {
  #newest: StoredSession | undefined

  /** The session has just changed. */
  moveToEnd(stored: StoredSession): void {
    if (this.#newest === stored) return
    this.remove(stored)
    stored.older = this.#newest
    if (this.#newest !== undefined) this.#newest.newer = stored
    this.#newest = stored
  }

  /** The session leaves the slot. */
  remove(stored: StoredSession): void {
    if (this.#newest === stored) this.#newest = stored.older
    if (stored.older !== undefined) stored.older.newer = stored.newer
    if (stored.newer !== undefined) stored.newer.older = stored.older
    stored.older = undefined
    stored.newer = undefined
  }

  /** Sessions changed after the sequence, newest first, in time proportional to their number. */
  *since(sequence: number): Generator<StoredSession> {
    for (let stored = this.#newest; stored !== undefined && stored.sequence > sequence; stored = stored.older) yield stored
  }
}
