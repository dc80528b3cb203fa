/**
 * Tells the other nodes who was logged out everywhere: each logout at once, and all that are kept when a link begins. A
 * logout goes on to further nodes as long as it is news, and before the deaths that it caused.
 */
import type { LogoutEntry } from '@understudy/protocol'
import type { UserKey } from '@understudy/session'
import type { SessionStore, StoredSession } from '@understudy/store'
import type { Peer } from './peer.js'

/** Logouts of which it is remembered what they ended. */
const REMEMBERED = 1_000

/** What the exchange needs of its node. */
export interface LogoutExchangeOptions {
  readonly store: SessionStore
  /** Peers with a link. */
  readonly open: () => Iterable<Peer>
}

/** The logouts that one node tells and hears of. */
export class LogoutExchange {
  readonly #options: LogoutExchangeOptions
  /** What the latest logouts ended here, by user. */
  readonly #ended = new Map<UserKey, { readonly at: number; readonly sessions: readonly StoredSession[] }>()

  constructor(options: LogoutExchangeOptions) {
    this.#options = options
  }

  /**
   * A user is logged out.
   *
   * @returns what that ended here, now or when a peer told of it, which may be quicker than who asks for it
   */
  logOut(user: UserKey, at: number): readonly StoredSession[] {
    this.#take([{ user, at }], undefined)
    const ended = this.#ended.get(user)
    return ended !== undefined && ended.at >= at ? ended.sessions : []
  }

  /** A peer tells of logouts. */
  received(peer: Peer, entries: readonly LogoutEntry[]): void {
    this.#take(entries, peer)
  }

  /** A link begins: either side tells the other all it knows. */
  linked(peer: Peer): void {
    const { users } = this.#options.store
    if (users !== undefined && users.logouts.size > 0) tell(peer, [...users.logouts.all()])
  }

  #take(entries: readonly LogoutEntry[], from: Peer | undefined): void {
    const { store, open } = this.#options
    // Before anything ends: frames keep their order, so whoever holds a death has heard of the logout.
    const news = entries.filter(({ user, at }) => store.users !== undefined && (store.users.logouts.of(user) ?? -1) < at)
    if (news.length > 0) for (const peer of open()) if (peer !== from) tell(peer, news)
    for (const { user, at } of news) this.#remember(user, at, store.users?.logOut({ user, at }) ?? [])
  }

  #remember(user: UserKey, at: number, sessions: readonly StoredSession[]): void {
    this.#ended.delete(user)
    if (sessions.length > 0) this.#ended.set(user, { at, sessions })
    const [oldest] = this.#ended.keys()
    if (oldest !== undefined && this.#ended.size > REMEMBERED) this.#ended.delete(oldest)
  }
}

function tell(peer: Peer, entries: readonly LogoutEntry[]): void {
  peer.say({ type: 'logouts', entries })
}
