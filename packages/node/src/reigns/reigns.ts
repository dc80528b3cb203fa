/**
 * When this node acts as primary of a slot: from the start, and whenever who is alive or who reigns has changed.
 *
 *                all configured peers greeted,                 every linked back-up has told
 *                or `peerWait` is over                          what it alone holds
 *   gathering ─────────────────────────────► recovering ─────────────────────────────────► serving   (per slot)
 *                                  ▲  begin      │                                            │
 *                                  │             ▼  end: a higher epoch, or handed over       ▼
 *                                  └───────── back-up ◄───────────────────────────────────────┘
 *
 * What to do about a slot is decided by one rule (`decide` in @understudy/cluster); here it is carried out. A node that
 * begins a reign must not serve emptiness, or less than was acknowledged, where others hold more, nor use a writer id
 * again. So it first hears all epochs, begins above them, and fetches what the others hold. An epoch is never shared:
 * back-ups refuse what another primary wrote in it.
 */
import { SLOT_COUNT, decide } from '@understudy/cluster'
import type { Epochs, Membership, Placement } from '@understudy/cluster'
import type { SlotMark } from '@understudy/protocol'
import type { SessionStore } from '@understudy/store'
import type { Environment } from '../environment.js'
import type { Log } from '../log.js'
import type { Peer } from '../peers/peer.js'
import { markOf } from '../sessions/replicated-sessions.js'
import { Completeness } from './completeness.js'
import { Doubt } from './doubt.js'
import { HandOvers } from './hand-overs.js'
import { HeardEpochs } from './heard-epochs.js'
import { MissingPeers } from './missing-peers.js'
import { OwnReigns } from './own-reigns.js'
import { Quorum } from './quorum.js'
import type { StandingExchange } from './standing-exchange.js'
import { Undecided } from './undecided.js'

/** What reigns need of their node. */
export interface ReignsOptions {
  readonly environment: Environment
  readonly log: Log
  readonly store: SessionStore
  readonly membership: Membership
  readonly exchange: StandingExchange
  readonly nonce: number
  /** Names of the peers to hear before beginning. */
  readonly awaited: readonly string[]
  /** ms to wait for them at most. */
  readonly peerWait: number
  readonly partition: 'available' | 'consistent'
  /** Peers that are known, with or without a link. */
  readonly peers: () => Iterable<Peer>
  /** Those with a link. */
  readonly open: () => readonly Peer[]
  readonly hears: (name: string) => boolean
  /** The reign over a slot is over: whoever waits for copies there is not answered by this node. */
  readonly ended: (slot: number) => void
  /** Others may be primary of some slots now, or this node may have lost the majority. */
  readonly moved: () => void
  /** Whether the slot's epoch is on disk, where there is one; `review` is called once it is. */
  readonly isEpochKept?: ((slot: number) => boolean) | undefined
}

/** The reigns of one node. */
export class Reigns {
  /** Who may write, and who may begin. */
  readonly quorum: Quorum
  readonly #options: ReignsOptions
  readonly #heard = new HeardEpochs()
  readonly #handOvers: HandOvers
  readonly #doubt: Doubt<Peer>
  readonly #own = new OwnReigns()
  readonly #missing: MissingPeers
  readonly #completeness: Completeness
  readonly #undecided: Undecided
  /** Slots that have lost a session, until they are compared. */
  readonly #lost = new Set<number>()
  #waiters: (() => void)[] = []
  #placed: Placement | undefined
  #begun = false
  /** Whether all slots of which this process began as primary have been served. */
  #recovered = false
  #deciding = false

  constructor(options: ReignsOptions) {
    const { environment, log, awaited, peerWait, open, hears, exchange, partition, membership } = options
    this.#options = options
    this.quorum = new Quorum({ partition, membership, isAlive: (name) => exchange.isAlive(name) })
    this.#missing = new MissingPeers({ environment, log, awaited, peerWait, waited: () => this.#waited(), released: () => this.review() })
    this.#completeness = new Completeness(options, this.quorum, this.#missing)
    this.#undecided = new Undecided(options.store.slots.map(({ number }) => number))
    this.#handOvers = new HandOvers({
      environment,
      peer: (name) => open().find((peer) => peer.name === name && exchange.isInformed(peer)),
      storing: (slot) => open().filter(({ name }) => this.#stores(name, slot)),
      serves: (slot) => this.#own.serves(slot),
      pause: (slot) => {
        options.store.flushTouches()
        this.#own.pause(slot)
      },
      resume: (slot) => this.#resumeService(slot),
      give: (slots, to) => this.#give(slots, to),
    })
    const members = (): Peer[] => Array.from(options.peers()).filter(({ greeting }) => greeting?.role === 'member')
    this.#doubt = new Doubt({ environment, members, hears, isInformed: (peer) => exchange.isInformed(peer) })
  }

  /** Epochs of the slots that this node is primary of, serving or not yet; the same table until one begins or ends. */
  get epochs(): Epochs {
    return this.#own.epochs
  }

  /** Whether every slot placed on this node is served. */
  get ready(): boolean {
    if (!this.#begun) return false
    for (const slot of this.#own.waiting) if (!this.#handOvers.isDraining(slot)) return false
    return true
  }

  /** Whether slots are on their way to other nodes. */
  get handingOver(): boolean {
    return this.#handOvers.any
  }

  /** Whether the slot is served by this node now. */
  serves(slot: number): boolean {
    return this.#own.serves(slot) && !this.#doubt.active
  }

  /** Whether this node has to find out first whether others took over from it. */
  get doubts(): boolean {
    return this.#doubt.active
  }

  /** Whether this node is the one to ask about the slot, now or shortly. */
  isPlacedHere(slot: number): boolean {
    const { membership, store, exchange } = this.#options
    if (store.slot(slot).reign !== undefined) return true
    return exchange.reignOf(slot) === undefined && membership.placement.primary(slot) === membership.self.name
  }

  /** Whether another node is the one to ask about the slot, and can be asked. */
  isElsewhere(slot: number): boolean {
    const { store, exchange } = this.#options
    return store.slot(slot).reign === undefined && exchange.reignOf(slot) !== undefined
  }

  /** Starts to wait for peers. */
  start(): void {
    this.#options.exchange.refresh()
    if (this.#missing.areMet) return this.#begin()
    this.#missing.start()
  }

  /** Resolves when something about which slots are served has changed, or the node closes. */
  change(): Promise<void> {
    return new Promise((resolve) => this.#waiters.push(resolve))
  }

  /** A peer greeted: its epochs count. What to do about them is decided when it has said where it stands. */
  linked(peer: Peer): void {
    this.#missing.met(peer.name)
    const newer = this.#heard.greeted(peer.greeting, this.#own.epochs)
    this.#undecided.addAll()
    // Somebody reigned after us: nothing is served before it is known who, and whether it still does.
    for (const slot of newer) this.#own.pause(slot)
    this.#options.exchange.linked(peer)
    this.reconsider()
  }

  /**
   * A link is lost. If the peer might hold what we lack, nobody is served emptiness: it is waited for as at the start. A
   * node that took over holds what it backed up: it waits only as long as the peer may live.
   */
  unlinked(peer: Peer): void {
    if (!this.#begun) this.#missing.unmeet(peer.name)
    else if (Array.from(this.#own.waiting).some((slot) => this.#stores(peer.name, slot))) this.#missing.owes(peer.name)
    this.reconsider()
  }

  /** A peer announces reigns: a higher one than ours ends ours at once. */
  announced(epochs: Epochs): void {
    const own = this.#own.epochs
    for (let slot = 0; slot < SLOT_COUNT; slot++) {
      const reigned = own[slot] ?? 0
      if (reigned > 0 && (epochs[slot] ?? 0) > reigned) this.#end(slot)
    }
    if (own !== this.#own.epochs) this.#options.exchange.refresh()
  }

  /** A peer gave slots to this node, which began its reign over them just before, when it heard that the peer's is over. */
  handedOver(marks: readonly SlotMark[]): void {
    const { store, partition } = this.#options
    // There most holders must have heard of the reign before it is used, and whoever gave the slot has not yet.
    if (partition === 'consistent') return this.review()
    for (const { slot, digest } of marks) {
      const own = store.slot(slot)
      const same = own.digest[0] === digest[0] && own.digest[1] === digest[1]
      if (same && this.#options.isEpochKept?.(slot) !== false) this.#own.serve(slot)
    }
    this.#wake()
  }

  /**
   * A session of the slot is lost here just now. It comes back from whoever holds it, perhaps without what this node alone
   * had; and no writer id is used twice. So the reign goes on in a higher epoch, of which the others hear first.
   */
  lost(slot: number): void {
    if (this.#options.store.slot(slot).reign === undefined) return
    this.#ascend(slot)
    this.#own.pause(slot)
    this.#lost.add(slot)
    for (const { primarySide } of this.#options.peers()) primarySide.announce()
  }

  /** Goes on after losses: as at any beginning nothing of their slots is served before all have told what they hold. */
  recover(): void {
    if (this.#lost.size === 0) return
    for (const slot of this.#lost) if (this.#options.store.slot(slot).reign !== undefined) this.#completeness.ask(slot, false)
    this.#lost.clear()
    this.reconsider()
  }

  /** Who is alive, who reigns or what is placed where may have changed. */
  reconsider(): void {
    // What is carried out here is told to all, which may call again.
    if (this.#deciding) return
    this.#deciding = true
    this.#options.exchange.refresh()
    if (this.#recovered) for (const name of this.#missing.owing) if (!this.#options.hears(name)) this.#missing.settle(name)
    if (this.#begun) this.#reign()
    else if (this.#hasGathered()) this.#begin()
    this.#deciding = false
    this.review()
    this.#options.moved()
    this.#wake()
  }

  /** A peer has told all, or is waited for no more: slots may be served now. */
  review(): void {
    // Who is in doubt serves nothing anyway, and may meet somebody who holds more before the doubt ends.
    if (!this.#begun || this.#doubt.active) return
    const before = this.#own.served
    // What is to be handed over is served until it drains, also if the reign over it has only begun.
    const open = this.#options.open()
    for (const slot of this.#own.waiting) if (!this.#handOvers.isDraining(slot) && this.#completeness.isReached(slot, open)) this.#own.serve(slot)
    this.#handOvers.step()
    if (this.ready) this.#recovered = true
    const { served } = this.#own
    if (served === before) return
    if (this.ready) this.#options.log.info({ slots: served }, `serving ${served} slots as primary`)
    this.#wake()
  }

  /** Goes on with what waits for the clock. Called every so often. */
  tick(): void {
    if (this.#doubt.tick()) {
      this.review()
      this.#wake()
    }
    this.#handOvers.step()
  }

  /** Lets go of everyone who waits: the node closes. */
  close(): void {
    this.#missing.close()
    this.#wake()
  }

  /** Peers that are awaited have come; or the cluster is at work, and has decided without those that are away. */
  #hasGathered(): boolean {
    const { exchange } = this.#options
    return exchange.isComplete && (this.#missing.areMet || exchange.isSettled)
  }

  /** Those never met were waited for long enough. */
  #waited(): void {
    if (this.#begun) return this.review()
    const missing = [...this.#missing.unmet].join(', ')
    this.#options.log.warn({ missing }, `begins without ${missing}: not reached in time; what they hold is merged when they come`)
    this.#begin()
  }

  #begin(): void {
    if (this.#begun) return
    this.#begun = true
    if (this.#deciding) this.#reign()
    else this.reconsider()
  }

  /** Carries out what the rule says of each slot, then lets replication begin with those that were waited for. */
  #reign(): void {
    const { open, exchange, membership } = this.#options
    const peers = open()
    const isInformed = exchange.isComplete
    const fresh = this.#placed === undefined
    let news = false
    for (const slot of exchange.takeChanged()) this.#undecided.add(slot)
    const circumstances = { living: exchange.living, placement: membership.placement, isInformed }
    for (const slot of this.#undecided.take(circumstances)) news = this.#decide(slot, isInformed, fresh) || news
    if (!fresh && this.#placed !== membership.placement) for (const peer of this.#options.peers()) this.#replace(peer)
    this.#placed = membership.placement
    exchange.refresh()
    // A back-up that follows a higher epoch would refuse what is about to be raised.
    const isAbove = this.#heard.areBelow(this.#own.epochs)
    for (const peer of peers) {
      if (isAbove && exchange.isInformed(peer)) this.#connect(peer)
      if (!news) continue
      peer.primarySide.announce()
      peer.pump()
    }
  }

  /** @returns whether back-ups must be told of it */
  #decide(slot: number, isInformed: boolean, fresh: boolean): boolean {
    const { store, membership, exchange, partition } = this.#options
    const { reign } = store.slot(slot)
    const self = membership.self.name
    const wanted = membership.placement.primary(slot)
    const other = exchange.reignOf(slot)
    const heard = isInformed ? this.#heard.of(slot) : 0
    // Asked only where it decides: of most slots it does not.
    const mayBegin = isInformed && wanted === self && reign === undefined && this.quorum.mayBegin(slot) && this.#completeness.isHolding(slot)
    const verdict = decide({ self, own: reign?.epoch, other, heard, wanted, mayBegin })
    if (verdict !== 'handOver') this.#handOvers.drop(slot)
    if (verdict === 'handOver' && wanted !== undefined) this.#handOvers.pursue(slot, wanted)
    if (verdict === 'end') this.#end(slot)
    if (verdict !== 'begin' && verdict !== 'raise') return false
    this.#ascend(slot)
    this.#completeness.ask(slot, fresh)
    if (verdict === 'raise' && (other !== undefined || partition === 'consistent')) this.#own.pause(slot)
    return true
  }

  /** The reign over the slot begins, or goes on, above every epoch that is known. */
  #ascend(slot: number): void {
    const { store, nonce, membership, exchange, environment } = this.#options
    const newest = Math.max(this.#heard.of(slot), store.slot(slot).epoch, exchange.known.epoch(slot), exchange.reignOf(slot)?.epoch ?? 0)
    const begun = membership.nextEpoch(newest)
    store.beginReign(slot, { epoch: begun, nonce }, environment.now())
    this.#own.begin(slot, begun)
    // What it should be next is another question, for the next time.
    this.#undecided.add(slot)
  }

  #end(slot: number): void {
    this.#own.end(slot)
    this.#undecided.add(slot)
    this.#options.store.endReign(slot)
    // Also of those that are away: what they lack of a reign that is over is for the next primary to find out.
    for (const peer of this.#options.peers()) peer.primarySide.forget(slot)
    this.#options.ended(slot)
  }

  /** The other hears first that our reigns are over, begins its own, and then that it has everything. */
  #give(slots: readonly number[], to: Peer): void {
    const { store, exchange, log } = this.#options
    const marks = slots.map((slot) => ({ ...markOf(store.slot(slot)), reigns: false }))
    for (const slot of slots) this.#end(slot)
    exchange.refresh()
    to.say({ type: 'handOver', slots: marks })
    log.info({ peer: to.name, slots: slots.length }, `handed ${slots.length} slots over to "${to.name}"`)
    this.#wake()
  }

  #resumeService(slot: number): void {
    if (this.#options.store.slot(slot).reign === undefined || !this.#completeness.isReached(slot, this.#options.open())) return
    this.#own.serve(slot)
    this.#wake()
  }

  /** Another set of members is alive: a peer may store more of our slots than before, or less. */
  #replace(peer: Peer): void {
    const { epochs } = this.#own
    for (let slot = 0; slot < SLOT_COUNT; slot++) {
      if (epochs[slot] === 0) continue
      const stored = this.#placed?.stores(slot, peer.name) ?? false
      const stores = this.#stores(peer.name, slot)
      if (stores && !stored) peer.primarySide.tookOver(slot)
      if (stored && !stores) peer.primarySide.forget(slot)
    }
    peer.pump()
  }

  #connect(peer: Peer): void {
    if (peer.greeting === undefined || peer.primarySide.open) return
    peer.primarySide.connected(peer.greeting.incarnation, peer.greeting.slots)
    peer.pump()
  }

  #stores(peer: string, slot: number): boolean {
    return this.#options.membership.placement.stores(slot, peer)
  }

  #wake(): void {
    const waiters = this.#waiters
    this.#waiters = []
    for (const resolve of waiters) resolve()
  }
}
