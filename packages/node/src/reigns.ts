/**
 * From start to serving: when this node may act as primary of the slots placed on it.
 *
 *                all configured peers greeted,                 every linked back-up has told
 *                or `peerWait` is over                          what it alone holds
 *   gathering ─────────────────────────────► recovering ─────────────────────────────────► serving   (per slot)
 *
 * A node that starts with nothing (its memory is gone) must not serve emptiness where back-ups hold sessions, nor use
 * a writer id again. So it first hears all epochs, begins its reigns above them, and fetches what back-ups hold. One
 * whose link breaks while it tells is given `peerWait` to come back.
 * Later arrivals raise the reign again if they know of another's reign of the same epoch or a higher one; nothing else
 * does. An epoch is never shared: back-ups refuse what another primary wrote in it.
 */
import type { Membership } from '@understudy/cluster'
import type { SlotMark } from '@understudy/protocol'
import type { SessionStore } from '@understudy/store'
import type { Environment } from './environment.js'
import type { Log } from './log.js'
import type { Peer } from './peers/peer.js'

/** What reigns need of their node. */
export interface ReignsOptions {
  readonly environment: Environment
  readonly log: Log
  readonly store: SessionStore
  readonly membership: Membership
  readonly nonce: number
  /** Names of the peers to hear before beginning. */
  readonly awaited: readonly string[]
  /** ms to wait for them at most. */
  readonly peerWait: number
  readonly open: () => Iterable<Peer>
}

/** The reigns of one node. */
export class Reigns {
  readonly #options: ReignsOptions
  /** Highest epoch by slot in which another primary reigned, as far as was heard: an earlier run of this node is one. */
  readonly #epochs = new Int32Array(256)
  /** Peers that know of our reigns: what they say of our own epochs they have from us. */
  readonly #told = new Set<string>()
  readonly #serving = new Set<number>()
  readonly #awaited: Set<string>
  readonly #marks = new Map<string, readonly SlotMark[]>()
  /** Peers that went away before all slots were served, and are given time to come back; each with its time limit. */
  readonly #missed = new Map<string, () => void>()
  #waiters: (() => void)[] = []
  #begun = false
  #cancelWait: () => void = () => {}

  constructor(options: ReignsOptions) {
    this.#options = options
    this.#awaited = new Set(options.awaited)
  }

  /** Slots this node is primary of, serving or not yet. */
  get slots(): number[] {
    return this.#options.store.slots.flatMap((slot) => (slot.reign === undefined ? [] : [slot.number]))
  }

  /** Whether every slot placed on this node is served. */
  get ready(): boolean {
    return this.#begun && this.#serving.size === this.slots.length
  }

  /** Whether the slot is served by this node now. */
  serves(slot: number): boolean {
    return this.#serving.has(slot)
  }

  /** Whether the slot is placed on this node, served or not yet. */
  isPlacedHere(slot: number): boolean {
    const { membership } = this.#options
    return membership.placement.primary(slot) === membership.self.name
  }

  /** Starts to wait for peers. */
  start(): void {
    if (this.#awaited.size === 0) return this.#begin()
    this.#cancelWait = this.#options.environment.after(this.#options.peerWait, () => {
      const missing = [...this.#awaited].join(', ')
      this.#options.log.warn({ missing }, `begins without ${missing}: not reached in time; what they hold is merged when they come`)
      this.#begin()
    })
  }

  /** Resolves when something about which slots are served has changed, or the node closes. */
  change(): Promise<void> {
    return new Promise((resolve) => this.#waiters.push(resolve))
  }

  /** A peer greeted: its epochs count, and replication to it begins as soon as reigns have. */
  linked(peer: Peer): void {
    const marks = peer.greeting?.slots ?? []
    this.#marks.set(peer.name, marks)
    this.#awaited.delete(peer.name)
    this.#found(peer.name)
    for (const mark of marks) this.#hear(peer, mark)
    if (!this.#begun) {
      if (this.#awaited.size === 0) this.#begin()
      return
    }
    this.#reign()
    this.#connect(peer)
    this.review()
  }

  /** A peer is gone. Whether it had told all it holds is not asked: it may come back at once, and then tells. */
  unlinked(peer: Peer): void {
    if (!this.#begun || this.ready) return
    this.#found(peer.name)
    const late = (): void => {
      this.#missed.delete(peer.name)
      this.review()
    }
    this.#missed.set(peer.name, this.#options.environment.after(this.#options.peerWait, late))
  }

  /** A peer has told all, or nobody waits for it any longer: slots may be served now. */
  review(): void {
    if (!this.#begun) return
    const before = this.#serving.size
    const peers = [...this.#options.open()]
    for (const slot of this.slots) {
      if (this.#serving.has(slot)) continue
      const told = peers.every((peer) => !this.#backs(peer.name, slot) || peer.primarySide.isSettled(slot))
      const missed = Array.from(this.#missed.keys()).some((name) => this.#backs(name, slot))
      if (told && !missed) this.#serving.add(slot)
    }
    if (this.#serving.size === before) return
    if (this.ready) this.#options.log.info({ slots: this.#serving.size }, `serving ${this.#serving.size} slots as primary`)
    this.#wake()
  }

  /** Lets go of everyone who waits: the node closes. */
  close(): void {
    this.#cancelWait()
    for (const name of this.#missed.keys()) this.#found(name)
    this.#wake()
  }

  #found(name: string): void {
    this.#missed.get(name)?.()
    this.#missed.delete(name)
  }

  #begin(): void {
    if (this.#begun) return
    this.#begun = true
    this.#cancelWait()
    this.#reign()
    for (const peer of this.#options.open()) this.#connect(peer)
    this.review()
    this.#wake()
  }

  #hear(peer: Peer, { slot, epoch }: SlotMark): void {
    const own = this.#options.store.slot(slot).reign?.epoch
    if (epoch === own && this.#told.has(peer.name)) return
    this.#epochs[slot] = Math.max(this.#epochs[slot] ?? 0, epoch)
  }

  /** Begins, raises and ends reigns as placement and the epochs heard demand. */
  #reign(): void {
    const { store, nonce } = this.#options
    let news = false
    for (const slot of store.slots) {
      const heard = this.#epochs[slot.number] ?? 0
      if (!this.isPlacedHere(slot.number)) {
        if (slot.reign !== undefined) this.#end(slot.number)
      } else if (slot.reign === undefined) {
        store.beginReign(slot.number, { epoch: Math.max(heard, slot.epoch) + 1, nonce })
        this.#resume(slot.number)
        news = true
      } else if (heard >= slot.reign.epoch) {
        store.beginReign(slot.number, { epoch: heard + 1, nonce })
        news = true
      }
    }
    if (!news) return
    for (const peer of this.#options.open()) {
      peer.primarySide.announce()
      peer.pump()
    }
  }

  #end(slot: number): void {
    this.#options.store.endReign(slot)
    this.#serving.delete(slot)
    for (const peer of this.#options.open()) peer.primarySide.forget(slot)
  }

  /** Every open peer is brought up to date from where it stood when it greeted. */
  #resume(slot: number): void {
    for (const peer of this.#options.open()) {
      peer.primarySide.begun(slot, this.#marks.get(peer.name)?.find((one) => one.slot === slot))
    }
  }

  #connect(peer: Peer): void {
    if (peer.greeting === undefined || peer.primarySide.open) return
    this.#told.add(peer.name)
    peer.primarySide.connected(peer.greeting.incarnation, peer.greeting.slots)
    peer.pump()
  }

  #backs(peer: string, slot: number): boolean {
    return this.#options.membership.placement.isBackup(slot, peer)
  }

  #wake(): void {
    const waiters = this.#waiters
    this.#waiters = []
    for (const resolve of waiters) resolve()
  }
}
