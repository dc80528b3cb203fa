/**
 * Says to all peers where this node stands, passes on what they say, and keeps membership true to it: who is alive,
 * and thereby who should be primary of what.
 */
import { NO_REIGNS, Standings, isNoReign } from '@understudy/cluster'
import type { Epochs, LiveReign, Membership, Rank, Standing } from '@understudy/cluster'
import type { Environment } from '../environment.js'
import type { Peer } from '../peers/peer.js'
import type { PeerLink } from '../peers/peer-link.js'
import { KnownReigns } from './known-reigns.js'

/** What the exchange needs of its node. */
export interface StandingExchangeOptions {
  readonly environment: Environment
  readonly membership: Membership
  readonly incarnation: number
  /** Whether who is not alive loses its slots to others. */
  readonly takeOver: boolean
  readonly url: () => string
  /** Peers with a link. */
  readonly open: () => readonly Peer[]
  /** Names of the peers that this node hears itself. */
  readonly hears: () => readonly string[]
  /** What this node reigns; the same table until that changes. */
  readonly reigns: () => Epochs
}

/** The standings of a cluster as one node knows them. */
export class StandingExchange {
  /** The newest reigns ever heard of. */
  readonly known = new KnownReigns()
  readonly #options: StandingExchangeOptions
  readonly #standings: Standings
  #living: ReadonlySet<string>
  /** Links over which the peer has said where it stands. What it said over an earlier one may be long over. */
  readonly #informed = new WeakSet<PeerLink>()
  #rank: Rank = 'share'
  #hasSpoken = false
  /** Of the standings from which it was found out who is alive. */
  #revision = -1

  constructor(options: StandingExchangeOptions) {
    const { membership, incarnation, environment } = options
    const { name, role } = membership.self
    this.#options = options
    this.#standings = new Standings({ name, role, url: '', incarnation, number: environment.now(), rank: 'share', hears: [], reigns: NO_REIGNS })
    this.#living = this.#standings.living()
  }

  /** Where this node stands among the candidates. */
  get rank(): Rank {
    return this.#rank
  }

  set rank(rank: Rank) {
    this.#rank = rank
    this.refresh()
  }

  /** Whether the node is alive, as far as anyone knows that is. */
  isAlive(name: string): boolean {
    return this.#living.has(name)
  }

  /** What every node that is known said last of itself, this one's first. */
  get all(): readonly Standing[] {
    return this.#standings.all
  }

  /** Whether the peer has said where it stands since it was linked. */
  isInformed(peer: Peer): boolean {
    return peer.link !== undefined && this.#informed.has(peer.link)
  }

  /** Whether everyone that is alive has said where it stands, and so have all that are linked. */
  get isComplete(): boolean {
    for (const name of this.#living) if (this.#standings.of(name) === undefined) return false
    return this.#options.open().every((peer) => this.isInformed(peer))
  }

  /** Who is alive; the same set until that changes. */
  get living(): ReadonlySet<string> {
    return this.#living
  }

  /** The slots over which reigns of others have begun or ended since the last call. */
  takeChanged(): ReadonlySet<number> {
    return this.#standings.takeChanged()
  }

  /** The highest reign over a slot of another node that is alive. */
  reignOf(slot: number): LiveReign | undefined {
    return this.#standings.reignOf(slot, this.#living)
  }

  /** Whether any other node that is alive reigns anything. */
  get isSettled(): boolean {
    return this.#standings.all.some(({ name, reigns }) => name !== this.#standings.own.name && this.#living.has(name) && !isNoReign(reigns))
  }

  /**
   * A link stands: the peer is told all that is known, before anything else is said. With our own word alone, as
   * `refresh` would tell it, it would take itself for informed, and what it knew of others before for true.
   */
  linked(peer: Peer): void {
    this.#standings.met(peer.name, peer.greeting?.incarnation ?? 0)
    peer.say({ type: 'standings', nodes: [...this.#standings.all] })
    this.refresh()
  }

  /**
   * A peer passes on standings. What is news goes on to the others; in a cluster where all are linked half of it is none.
   *
   * @returns whether anything is known now that was not
   */
  received(from: Peer, nodes: readonly Standing[]): boolean {
    const { link, greeting } = from
    const isOwnWord = ({ name, incarnation }: Standing): boolean => name === from.name && incarnation === greeting?.incarnation
    const informs = link !== undefined && !this.#informed.has(link) && nodes.some(isOwnWord)
    if (informs) this.#informed.add(link)
    const news = nodes.filter((standing) => this.#standings.hear(standing))
    if (news.length === 0) return informs
    for (const { name, reigns } of news) this.known.note(name, reigns)
    this.refresh()
    this.#tell(news, from)
    return true
  }

  /** Says what has changed with this node, and finds out anew who is alive. */
  refresh(): void {
    const { environment, membership, hears, reigns, url, takeOver } = this.#options
    const news = { rank: this.#rank, hears: hears(), reigns: reigns(), url: url() }
    if (!this.#hasSpoken || !isSame(news, this.#standings.own)) {
      this.#hasSpoken = true
      this.known.note(membership.self.name, news.reigns)
      this.#tell([this.#standings.say(news, environment.now())])
    }
    if (this.#revision === this.#standings.revision) return
    this.#revision = this.#standings.revision
    const living = this.#standings.living()
    if (!isEqual(living, this.#living)) this.#living = living
    membership.live(new Map(Array.from(this.#living, (name) => [name, this.#standings.of(name)])), takeOver)
  }

  #tell(nodes: readonly Standing[], except?: Peer): void {
    if (nodes.length === 0) return
    for (const peer of this.#options.open()) if (peer !== except) peer.say({ type: 'standings', nodes })
  }
}

/** Whether a node says what it said before. The table of reigns is another one as soon as one of them is. */
function isSame(news: Pick<Standing, 'rank' | 'hears' | 'reigns' | 'url'>, said: Standing): boolean {
  if (news.reigns !== said.reigns || news.rank !== said.rank || news.url !== said.url) return false
  return news.hears.length === said.hears.length && news.hears.every((name, index) => name === said.hears[index])
}

function isEqual(one: ReadonlySet<string>, other: ReadonlySet<string>): boolean {
  if (one.size !== other.size) return false
  for (const name of one) if (!other.has(name)) return false
  return true
}
