/**
 * Who was logged out everywhere, and when. A mark outlives the sessions that it ended: it ends those that turn up later,
 * from the other side of a split.
 *
 * Invariants: of two marks of one user the later stands, so marks join in any order to the same; a mark is kept as long
 * as a death marker would be, and there are at most 65,536, of which the oldest goes first.
 */
import type { UserKey } from '@understudy/session'

/** Marks kept at most. */
const MOST = 65_536

/** One user's logout. */
export interface Logout {
  readonly user: UserKey
  /** Sessions of before this are no more, ms since 1970. */
  readonly at: number
}

/** The logouts that one node knows. */
export class Logouts {
  /** By user; the mark that was set last is the last. */
  readonly #marks = new Map<UserKey, number>()
  readonly #changed: (user: UserKey) => void

  /** @param changed called for each user whose mark is another than before, or gone */
  constructor(changed: (user: UserKey) => void) {
    this.#changed = changed
  }

  /** Marks kept. */
  get size(): number {
    return this.#marks.size
  }

  /** All marks. */
  *all(): Generator<Logout> {
    for (const [user, at] of this.#marks) yield { user, at }
  }

  /** When the user was last logged out everywhere, as far as that is still known. */
  of(user: UserKey): number | undefined {
    return this.#marks.get(user)
  }

  /** Takes up a mark. @returns whether it is news */
  note({ user, at }: Logout): boolean {
    if ((this.#marks.get(user) ?? -1) >= at) return false
    this.#marks.delete(user)
    this.#marks.set(user, at)
    this.#changed(user)
    if (this.#marks.size > MOST) {
      const [oldest] = this.#marks.keys()
      if (oldest !== undefined) this.#drop(oldest)
    }
    return true
  }

  /** Forgets marks of before a time, ms since 1970. */
  forget(before: number): void {
    for (const [user, at] of this.#marks) if (at < before) this.#drop(user)
  }

  #drop(user: UserKey): void {
    this.#marks.delete(user)
    this.#changed(user)
  }
}
