/**
 * Tells the other nodes who was logged out everywhere: each logout at once, and all that are kept when a link begins. A
 * logout goes on to further nodes as long as it is news, and before the deaths that it caused.
 */
import type { LogoutEntry } from '@understudy/protocol'
import type { UserKey } from '@understudy/session'
import type { SessionStore } from '@understudy/store'
import type { Peer } from './peer.js'

/** The version of the protocol from which on nodes speak of logouts. */
const SINCE = 3

/** What the exchange needs of its node. */
export interface LogoutExchangeOptions {
  readonly store: SessionStore
  /** Peers with a link. */
  readonly open: () => Iterable<Peer>
}

/** The logouts that one node tells and hears of. */
export class LogoutExchange {
  readonly #options: LogoutExchangeOptions

  constructor(options: LogoutExchangeOptions) {
    this.#options = options
  }

  /** A user was logged out here. */
  logOut(user: UserKey, at: number): void {
    this.#take([{ user, at }], undefined)
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
    for (const logout of news) store.logOut(logout)
  }
}

function tell(peer: Peer, entries: readonly LogoutEntry[]): void {
  if (peer.version >= SINCE) peer.say({ type: 'logouts', entries })
}
