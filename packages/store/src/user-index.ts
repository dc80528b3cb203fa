/**
 * Whose session is whose: all sessions of a user that this node holds, living ones only.
 *
 * A list of rows a user: filing one, and taking it out, are O(1). Invariant: a session is in the list of the user that its
 * attribute names, and in no other; what is dead is in none. So nothing is left of a user whose sessions have all ended.
 */
import type { UserKey } from '@understudy/session'
import type { Places } from './places.js'
import type { RowLists } from './row-lists.js'
import type { FiledUnder } from './session-record.js'
import type { StoredSession } from './stored-session.js'

/** The list of sessions that are nobody's. */
const NOBODY = 1

/** The sessions of every user. */
export class UserIndex {
  readonly #places: Places
  readonly #attribute: number
  readonly #lists: RowLists
  /** The list of each user with a session. */
  readonly #listOf = new Map<UserKey, number>()
  /** Whose list it is, by number: a list that nobody has is nobody's. */
  readonly #users: (UserKey | undefined)[] = [undefined, undefined]
  /** Numbers of lists that nobody has. */
  readonly #free: number[] = []

  /** @param attribute mark of the attribute that names users */
  constructor(attribute: number, places: Places) {
    this.#attribute = attribute
    this.#places = places
    this.#lists = places.lists()
  }

  /** Users with a session. */
  get size(): number {
    return this.#listOf.size
  }

  /** Living sessions of a user, in no order. Do not file meanwhile. */
  of(user: UserKey): Iterable<StoredSession> {
    const list = this.#listOf.get(user)
    return list === undefined ? [] : this.#places.each(this.#lists.rows(list))
  }

  /** How a session is filed; undefined: it is not, so nobody knows whose it is. */
  filedUnder(row: number): FiledUnder | undefined {
    const list = this.#lists.listOf(row)
    return list === 0 ? undefined : { attribute: this.#attribute, user: this.#users[list] }
  }

  /** Files a session under its user, or as nobody's; it leaves where it was filed before. */
  file({ row }: StoredSession, user: UserKey | undefined): void {
    const former = this.#lists.listOf(row)
    if (former !== 0 && this.#users[former] === user) return
    this.#lists.append(user === undefined ? NOBODY : this.#list(user), row)
    this.#tidy(former)
  }

  /** The session is dead, or its place given up. */
  remove({ row }: StoredSession): void {
    const former = this.#lists.listOf(row)
    this.#lists.remove(row)
    this.#tidy(former)
  }

  #list(user: UserKey): number {
    const known = this.#listOf.get(user)
    if (known !== undefined) return known
    const list = this.#free.pop() ?? this.#users.length
    this.#users[list] = user
    this.#listOf.set(user, list)
    return list
  }

  /** A user without sessions has no list. */
  #tidy(list: number): void {
    const user = this.#users[list]
    if (user === undefined || this.#lists.lists.has(list)) return
    this.#listOf.delete(user)
    this.#users[list] = undefined
    this.#free.push(list)
  }
}
