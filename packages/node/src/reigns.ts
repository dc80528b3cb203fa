/**
 * From start to serving: when this node may act as primary of the slots placed on it.
 *
 *                all configured peers greeted,                 every linked back-up has told
 *                or `peerWait` is over                          what it alone holds
 *   gathering ─────────────────────────────► recovering ─────────────────────────────────► serving   (per slot)
 *
 * A node that starts with nothing (its memory is gone) must not serve emptiness where back-ups hold sessions, nor use
 * a writer id again. So it first hears all epochs, begins its reigns above them, and fetches what back-ups hold.
 * Later arrivals that know an epoch as high as ours, and not from us, raise the reign again; nothing else does. An
 * epoch is never shared: back-ups refuse what another primary wrote in it.
 */
import type { Membership } from '@understudy/cluster'
import type { SlotMark } from '@understudy/protocol'
import type { SessionStore } from '@understudy/store'
import type { Environment } from './environment.js'
import type { Log } from './log.js'
import { lifeOf } from './peers/introduction.js'
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
  /** Whether the slot's epoch is on disk, where there is one; `review` is called once it is. */
  readonly isEpochKept?: ((slot: number) => boolean) | undefined
}

/** The reigns of one node. */
export class Reigns {
  readonly #options: ReignsOptions
  /** Highest epoch of each slot that is known and was not begun here. */
  readonly #foreign = new Int32Array(256)
  /** Lives of peers (of their memory, or of their disk) that have been linked to this process. */
  readonly #met = new Set<number>()
  /** Peers whose link was lost before they had told what they alone hold, with what ends the wait for them. */
  readonly #owing = new Map<string, () => void>()
  readonly #serving = new Set<number>()
  readonly #awaited: Set<string>
  readonly #marks = new Map<string, readonly SlotMark[]>()
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
    this.#hear(marks, peer.greeting?.incarnation)
    this.#owing.get(peer.name)?.()
    this.#owing.delete(peer.name)
    if (!this.#begun) {
      if (this.#awaited.size === 0) this.#begin()
      return
    }
    this.#reign()
    this.#connect(peer)
    this.review()
  }

  /** A link is lost. If the peer might hold what we lack, nobody is served emptiness: it is waited for as at the start. */
  unlinked(peer: Peer): void {
    const { environment, log, peerWait } = this.#options
    const owes = this.#begun && !this.#owing.has(peer.name) && this.slots.some((slot) => !this.#serving.has(slot) && this.#backs(peer.name, slot))
    if (owes) {
      const cancel = environment.after(peerWait, () => {
        this.#owing.delete(peer.name)
        log.warn({ peer: peer.name }, `serves without "${peer.name}": it did not return in time; what it holds is merged when it comes`)
        this.review()
      })
      this.#owing.set(peer.name, cancel)
    }
    this.review()
  }

  /** A peer has told all, or is waited for no more: slots may be served now. */
  review(): void {
    if (!this.#begun) return
    const before = this.#serving.size
    const peers = [...this.#options.open()]
    for (const slot of this.slots) {
      if (this.#serving.has(slot)) continue
      const settled = peers.every((peer) => !this.#backs(peer.name, slot) || peer.primarySide.isSettled(slot))
      const complete = settled && ![...this.#owing.keys()].some((name) => this.#backs(name, slot))
      if (complete && this.#options.isEpochKept?.(slot) !== false) this.#serving.add(slot)
    }
    if (this.#serving.size === before) return
    if (this.ready) this.#options.log.info({ slots: this.#serving.size }, `serving ${this.#serving.size} slots as primary`)
    this.#wake()
  }

  /** Lets go of everyone who waits: the node closes. */
  close(): void {
    this.#cancelWait()
    for (const cancel of this.#owing.values()) cancel()
    this.#wake()
  }

  /** An epoch that was known before we ever met is not ours, even if it has the same number. */
  #hear(marks: readonly SlotMark[], incarnation: number | undefined): void {
    const life = incarnation === undefined ? undefined : lifeOf(incarnation)
    const stranger = life === undefined || !this.#met.has(life)
    if (life !== undefined) this.#met.add(life)
    for (const { slot, epoch } of marks) {
      const own = this.#options.store.slot(slot).reign?.epoch ?? 0
      if (stranger || epoch > own) this.#foreign[slot] = Math.max(this.#foreign[slot] ?? 0, epoch)
    }
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

  /** Begins, raises and ends reigns as placement and the epochs heard demand. */
  #reign(): void {
    const { store, nonce } = this.#options
    let news = false
    for (const slot of store.slots) {
      const heard = this.#foreign[slot.number] ?? 0
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
