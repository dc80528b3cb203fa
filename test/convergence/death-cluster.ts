/**
 * Three stores with disks and clocks of their own, in one or two sides of a split, each with a primary; and sessions
 * that are made, used and destroyed on any side. Replication is that of production, frame by frame, with every link
 * flushed to the end. A disk can be put back to what it was earlier, as somebody does who restores a copy of it.
 *
 * Who knows of a death is written down: a node that ended the session, or was in sync with one that knew. From then on
 * that node must never show the session again, whatever becomes of the marker.
 */
import { LiveDocuments, encodeValue } from '@understudy/document'
import { BackupSide, PrimarySide } from '@understudy/replication'
import type { SessionKey } from '@understudy/session'
import { MemoryDisk, MemoryStorage } from '@understudy/storage'
import { SessionStore, StoreError } from '@understudy/store'
import type { StoredSession } from '@understudy/store'
import { slotMarks } from '../../packages/node/src/peers/introduction.js'
import { ReplicatedSessions } from '../../packages/node/src/sessions/replicated-sessions.js'

const SLOT = 0
/** Frames that a link carries at most before both sides must be quiet. */
const MOST_FRAMES = 1_000

/** How the cluster is set up. */
export interface DeathSetting {
  /** ms by which each node's clock is ahead; the number of nodes. */
  readonly skews: readonly number[]
  readonly deathRetention: number
  readonly deathLimit: number
}

interface DeathNode {
  readonly index: number
  readonly skew: number
  disk: MemoryDisk
  store: SessionStore
  /** Keys of sessions that it knows to be dead. */
  knows: Set<SessionKey>
}

/** A disk as it once was. */
interface Copy {
  readonly disk: MemoryDisk
  readonly knows: ReadonlySet<SessionKey>
}

/** The cluster. */
export class DeathCluster {
  readonly nodes: DeathNode[]
  /** By node, which side of a split it is on. */
  sides: number[]
  now = 1_800_000_000_000
  /** Slots compared because digests differed. */
  comparisons = 0
  readonly #setting: DeathSetting
  readonly #copies = new Map<number, Copy>()
  #epoch = 0
  #run = 0

  constructor(setting: DeathSetting) {
    this.#setting = setting
    this.sides = setting.skews.map(() => 0)
    this.nodes = setting.skews.map((skew, index) => {
      const disk = new MemoryDisk()
      return { index, skew, disk, store: this.#open(disk), knows: new Set<SessionKey>() }
    })
  }

  /** ms since 1970 by a node's clock. */
  clockOf({ skew }: { readonly skew: number }): number {
    return this.now + skew
  }

  /** The primary of the side that a node is on, made so if nobody is. */
  primaryOf(side: number): DeathNode {
    const nodes = this.#on(side)
    const reigning = nodes.filter(({ store }) => store.slot(SLOT).reign !== undefined)
    const [first] = reigning.toSorted((a, b) => b.store.slot(SLOT).epoch - a.store.slot(SLOT).epoch)
    for (const { store } of reigning) if (store !== first?.store) store.endReign(SLOT)
    const primary = first ?? nodes[0]
    if (primary === undefined) throw new RangeError(`nobody is on side ${side}`)
    // Somebody here has seen a later reign than this one.
    const newest = Math.max(...nodes.map(({ store }) => store.slot(SLOT).epoch))
    if (first === undefined || newest > first.store.slot(SLOT).epoch) primary.store.beginReign(SLOT, { epoch: ++this.#epoch, nonce: ++this.#run }, this.clockOf(primary))
    return primary
  }

  /** The side's primary hands its slot to another node of the side. */
  move(index: number): void {
    const node = this.#node(index)
    const side = this.sides[node.index] ?? 0
    this.sync(side)
    this.primaryOf(side).store.endReign(SLOT)
    node.store.beginReign(SLOT, { epoch: ++this.#epoch, nonce: ++this.#run }, this.clockOf(node))
    this.sync(side)
  }

  /** An app uses a session on a side: opens it, making it if need be, and saves something. */
  use(side: number, key: SessionKey, terms: { readonly idleTimeout?: number; readonly absoluteDeadline?: number }): void {
    const { store, skew } = this.primaryOf(side)
    const now = this.clockOf({ skew })
    // Ids are never used twice: where nothing is known of one any more, nobody makes another session of it.
    if (store.find(key) === undefined && this.nodes.some(({ knows }) => knows.has(key))) return
    try {
      store.create(key, { createdAt: now, stamp: 1, ...terms }, now)
      store.apply(key, [{ op: 'set', name: 'at', value: encodeValue(now) }], now)
    } catch (error) {
      if (!(error instanceof StoreError && error.code === 'SESSION_DESTROYED')) throw error
    }
  }

  /** An app gives a session, if it lives on a side, another time-out: none where it is undefined. */
  retime(side: number, key: SessionKey, idleTimeout: number | undefined): void {
    const primary = this.primaryOf(side)
    const now = this.clockOf(primary)
    if (primary.store.isDead(key, now) || primary.store.find(key)?.session === undefined) return
    primary.store.apply(key, [{ op: 'terms', ...(idleTimeout !== undefined && { idleTimeout }) }], now)
  }

  /** An app ends a session on a side. */
  destroy(side: number, key: SessionKey): void {
    const primary = this.primaryOf(side)
    primary.store.destroy(key, { at: this.clockOf(primary), reason: 'destroyed' })
    this.#learn(primary)
  }

  /** Replication on a side comes to rest; and time ends what it ends. */
  sync(side: number): void {
    const primary = this.primaryOf(side)
    const others = this.#on(side).filter((node) => node !== primary)
    for (let round = 0; round < 10; round++) {
      primary.store.sweep(this.clockOf(primary))
      this.#learn(primary)
      const frames = others.reduce((sum, other) => sum + this.#replicate(primary, other), 0)
      for (const other of others) for (const key of other.knows) primary.knows.add(key)
      for (const other of others) other.knows = new Set(primary.knows)
      if (frames === 0) return
    }
    throw new Error('the side does not come to rest')
  }

  /** Primaries drop the death markers that they may. */
  forget(): void {
    for (const side of new Set(this.sides)) {
      const primary = this.primaryOf(side)
      this.sync(side)
      const isHeld = this.#on(side).length === this.nodes.length
      const expired = Array.from(primary.store.slot(SLOT).deaths).filter(({ death }) => death?.reason === 'expired')
      primary.store.forgetting.forget(SLOT, this.clockOf(primary), isHeld)
      // What expired here, and was dropped before it was known everywhere, may go on where it is in use: the rule says so.
      const given = isHeld ? [] : expired.filter(({ key }) => primary.store.find(key) === undefined)
      for (const { key } of given) for (const { knows } of this.nodes) knows.delete(key)
    }
  }

  /** Somebody copies a node's disk. */
  async copy(index: number): Promise<void> {
    const node = this.#node(index)
    this.#copies.set(node.index, { disk: await this.#copyOf(node.disk), knows: new Set(node.knows) })
  }

  /** A node begins again, on its disk as it is or as it was when it was copied. */
  async restart(index: number, isStale: boolean): Promise<void> {
    const node = this.#node(index)
    const copy = isStale ? this.#copies.get(node.index) : undefined
    node.disk = await this.#copyOf(copy?.disk ?? node.disk)
    if (copy !== undefined) node.knows = new Set(copy.knows)
    node.store = this.#open(node.disk)
  }

  /** A node begins again with nothing. */
  blank(index: number): void {
    const node = this.#node(index)
    node.disk = new MemoryDisk()
    node.store = this.#open(node.disk)
    node.knows = new Set()
  }

  /** Death markers that a node holds. */
  markers(index: number): number {
    return this.#node(index).store.deaths
  }

  /** Whether a node would show a session to an app. */
  shows(index: number, key: SessionKey): boolean {
    const { store, skew } = this.#node(index)
    return store.find(key)?.session !== undefined && !store.isDead(key, this.clockOf({ skew }))
  }

  /** @returns frames of substance that it took */
  #replicate(primary: DeathNode, other: DeathNode): number {
    const { reign } = primary.store.slot(SLOT)
    if (reign === undefined) throw new Error('the primary does not reign')
    const sessions = new ReplicatedSessions(primary.store, 0, () => this.clockOf(primary))
    const side = new PrimarySide<StoredSession>(sessions, { keeping: 'asked', window: 1e6, retainedLimit: 1e6, serves: (slot) => slot === SLOT })
    const stop = primary.store.observe((stored, before) => side.mark(stored, before))
    const backup = new BackupSide<StoredSession>(new ReplicatedSessions(other.store, reign.nonce, () => this.clockOf(other)), () => SLOT)
    side.connected(++this.#run, slotMarks(other.store))
    let frames = 0
    for (let settled = false; !settled; ) {
      const frame = side.next(this.now) ?? side.settle()
      settled = frame === undefined
      if (frame?.type === 'compare') this.comparisons++
      if (frame !== undefined && frame.type !== 'marks' && frame.type !== 'reigns') frames++
      if (frames > MOST_FRAMES) throw new Error('two nodes never agree')
      if (frame?.type === 'deltas') {
        const lacking = backup.merge(frame)
        if (lacking !== undefined) side.benchmarks(lacking)
        side.acknowledge(frame.number)
      } else if (frame?.type === 'marks') {
        for (const mark of backup.marks(frame)?.slots ?? []) side.stands(mark)
      } else if (frame?.type === 'reigns') backup.reigns(frame)
      else if (frame?.type === 'ask') side.benchmarks(backup.ask(frame))
      else if (frame?.type === 'compare') side.benchmarks(backup.compare(frame))
      else if (frame?.type === 'want') for (const offer of backup.want(frame)) side.offer(offer)
    }
    stop()
    return frames
  }

  #learn(node: DeathNode): void {
    for (const { key } of node.store.slot(SLOT).deaths) node.knows.add(key)
  }

  #open(disk: MemoryDisk): SessionStore {
    const { deathRetention, deathLimit } = this.#setting
    const persistence = MemoryStorage.open(disk, { name: 'n', scheduler: { soon: (callback) => callback(), after: () => () => {} } })
    // All sessions are in one of 256 slots, and so is a 256th of the limit.
    return new SessionStore({ mode: 'benchmark', live: new LiveDocuments({ limit: 8 }), deathRetention, deathLimit: deathLimit * 256, slotOf: () => SLOT, persistence })
  }

  async #copyOf(disk: MemoryDisk): Promise<MemoryDisk> {
    // What is under way on the disk is finished first.
    for (let i = 0; i < 8; i++) await Promise.resolve()
    return disk.copy()
  }

  #on(side: number): DeathNode[] {
    return this.nodes.filter(({ index }) => this.sides[index] === side)
  }

  #node(index: number): DeathNode {
    const node = this.nodes[index % this.nodes.length]
    if (node === undefined) throw new RangeError(`there is no node ${index}`)
    return node
  }
}
