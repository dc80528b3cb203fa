/**
 * A node without sockets, timers and doors: the store, the reigns and the peers of production, wired as in
 * `packages/node`, driven by hand.
 */
import { Membership, slotOf } from '@understudy/cluster'
import type { BenchmarkSource } from '@understudy/differencing'
import { LiveDocuments } from '@understudy/document'
import type { ByteSocket } from '@understudy/node'
import { PROTOCOL_VERSION } from '@understudy/protocol'
import type { Greeting, Hello, Welcome } from '@understudy/protocol'
import type { Held, Keeping } from '@understudy/replication'
import { SessionStore } from '@understudy/store'
import type { StoredSession } from '@understudy/store'
import { incarnationOf, slotMarks } from '../../packages/node/src/peers/introduction.js'
import { PeerLink } from '../../packages/node/src/peers/peer-link.js'
import type { LinkEnd } from '../../packages/node/src/peers/peer-link.js'
import { Peer } from '../../packages/node/src/peers/peer.js'
import { Reigns } from '../../packages/node/src/reigns/reigns.js'
import { StandingExchange } from '../../packages/node/src/reigns/standing-exchange.js'
import { ManualEnvironment } from './manual-environment.js'
import type { SharedClock } from './manual-environment.js'

/** How replication is set up. */
export interface Setting {
  readonly keeping: Keeping
  readonly retainedLimit: number
  /** Bytes in flight at most. */
  readonly window: number
}

/** What one node is. */
export interface StoreNodeOptions {
  readonly name: string
  readonly role: 'member' | 'backup'
  /** Tells runs of processes apart: no two nodes of a test share it. */
  readonly run: number
  readonly clock: SharedClock
  readonly setting: Setting
  readonly source: BenchmarkSource
  /** Peers to hear before reigning. */
  readonly awaited: readonly string[]
  readonly held: (peer: string, held: readonly Held<StoredSession>[]) => void
  /** A link ended otherwise than by being cut. */
  readonly failed: (end: LinkEnd) => void
}

const nothing = (): void => {}
const SILENT = { debug: nothing, info: nothing, warn: nothing, error: nothing }
const VERSIONS = { version: PROTOCOL_VERSION, minVersion: PROTOCOL_VERSION }

/** One node under test. */
export class StoreNode {
  readonly environment: ManualEnvironment
  readonly store: SessionStore
  readonly reigns: Reigns
  readonly peers = new Map<string, Peer>()
  readonly #options: StoreNodeOptions
  readonly #membership: Membership
  readonly #exchange: StandingExchange

  constructor(options: StoreNodeOptions) {
    const { name, role, run, clock, awaited } = options
    this.#options = options
    this.environment = new ManualEnvironment(clock)
    this.store = new SessionStore({ mode: this.#mode, live: new LiveDocuments({ limit: 8 }), deathRetention: 1e12, slotOf })
    this.#membership = new Membership({ name, role, url: '' }, {}, 2)
    const { environment, store } = this
    const membership = this.#membership
    const open = (): Peer[] => Array.from(this.peers.values()).filter((peer) => peer.link !== undefined)
    const hears = (): string[] => Array.from(open(), (peer) => peer.name)
    this.#exchange = new StandingExchange({ environment, membership, incarnation: incarnationOf(run, run), takeOver: false, url: () => '', open, hears, reigns: () => this.reigns.epochs })
    this.reigns = new Reigns({
      environment,
      log: SILENT,
      store,
      membership,
      exchange: this.#exchange,
      nonce: run,
      awaited,
      peerWait: 1,
      partition: 'available',
      peers: () => this.peers.values(),
      open,
      hears: (other) => hears().includes(other),
      ended: nothing,
      moved: nothing,
    })
    store.observe((stored, before) => {
      for (const peer of this.peers.values()) {
        if (!this.#feeds(peer.name, stored.slot)) continue
        peer.primarySide.mark(stored, before)
        peer.pump()
      }
    })
    if (role === 'member') this.reigns.start()
  }

  /** The peer of a name, made when first asked for. */
  peer(name: string): Peer {
    const known = this.peers.get(name)
    if (known !== undefined) return known
    const { setting, source, held } = this.#options
    const { environment, store } = this
    const peer = new Peer(name, {
      environment,
      store,
      log: SILENT,
      sides: setting,
      source: setting.keeping === 'elsewhere' ? source : undefined,
      serves: (slot, other) => this.#feeds(other, slot),
      held,
      settled: () => this.reigns.review(),
      standings: (from, nodes) => {
        this.#exchange.received(from, nodes)
        this.reigns.reconsider()
      },
      announced: (_, epochs) => this.reigns.announced(epochs),
      handedOver: (slots) => this.reigns.handedOver(slots),
    })
    this.peers.set(name, peer)
    return peer
  }

  /** A connection stands; the dialling side greets first. */
  connect(socket: ByteSocket, dialled: boolean): void {
    let peer: Peer | undefined
    const link = new PeerLink(socket, dialled, this.environment, {
      greeted: (_, greeting) => {
        peer = this.#greeted(link, greeting)
      },
      frame: (_, frame) => peer?.receive(frame),
      closed: (_, end) => {
        if (end.code !== 'CLOSED') this.#options.failed(end)
        peer?.detach(end.code)
        if (peer !== undefined) this.reigns.unlinked(peer)
      },
    })
    if (dialled) link.send({ type: 'hello', ...this.#greeting() })
  }

  #greeted(link: PeerLink, greeting: Hello | Welcome): Peer {
    if (!link.dialled) link.send({ type: 'welcome', ...this.#greeting() })
    const { name, role, url } = greeting
    this.#membership.admit({ name, role, url })
    const peer = this.peer(name)
    link.accept('slow')
    peer.attach(link, greeting)
    this.reigns.linked(peer)
    peer.pump()
    return peer
  }

  #greeting(): Greeting {
    const { name, role, run, clock } = this.#options
    return { ...VERSIONS, name, role, incarnation: incarnationOf(run, run), nonce: run, mode: this.#mode, url: '', time: clock.now, slots: slotMarks(this.store) }
  }

  get #mode(): 'benchmark' | 'immutable' {
    return this.#options.setting.keeping === 'none' ? 'immutable' : 'benchmark'
  }

  #feeds(peer: string, slot: number): boolean {
    return this.store.slot(slot).reign !== undefined && this.#membership.placement.stores(slot, peer)
  }
}
