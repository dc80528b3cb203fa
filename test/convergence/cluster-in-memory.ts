/**
 * One primary and its back-ups in one process, over links that are flushed by hand: what travels, travels as bytes,
 * and is lost when a link is cut. Nothing runs by itself: no sockets, no timers, no clock.
 */
import { MemoryBenchmarkSource } from '@understudy/differencing'
import type { SessionKey } from '@understudy/session'
import type { LinkEnd } from '../../packages/node/src/peers/peer-link.js'
import { MemoryLink } from './memory-link.js'
import { StoreNode } from './store-node.js'
import type { Setting } from './store-node.js'

/** A back-up and its link to the primary, if there is one. */
interface Backup {
  node: StoreNode
  link: MemoryLink | undefined
}

/** Rounds after which a cluster that is left alone must have come to rest. */
const MOST_ROUNDS = 200

/** The cluster. */
export class ClusterInMemory {
  readonly clock = { now: 1_000_000 }
  readonly backups: Backup[] = []
  primary: StoreNode
  /** Slot sequence up to which each back-up's present memory is acknowledged to hold a session of this reign. */
  readonly acknowledged = new Map<string, Map<SessionKey, number>>()
  /** Whether an acknowledgement counts: not while a primary that lost its memory is gathering what there is. */
  counts: (key: SessionKey) => boolean = () => true
  /** Links that ended although nobody cut them. */
  readonly failures: LinkEnd[] = []
  readonly #setting: Setting
  readonly #source = new MemoryBenchmarkSource()
  #runs = 0

  constructor(setting: Setting, backups: number) {
    this.#setting = setting
    this.primary = this.#node('p', 'member', [])
    for (let i = 0; i < backups; i++) this.backups.push({ node: this.#node(`b${i}`, 'backup', []), link: undefined })
  }

  /** All nodes, the primary first. */
  get nodes(): StoreNode[] {
    return [this.primary, ...this.backups.map(({ node }) => node)]
  }

  /** Links a back-up and the primary; the one who dials greets first. */
  connect(index: number, primaryDials = false): void {
    const backup = this.#backup(index)
    if (backup.link?.standing) return
    const link = new MemoryLink()
    backup.link = link
    this.primary.connect(link.primary, primaryDials)
    backup.node.connect(link.backup, !primaryDials)
  }

  /** The link breaks, with all that is on its way. */
  cut(index: number): void {
    this.#backup(index).link?.cut()
  }

  /** Hands over the next messages of a link in one direction. */
  deliver(index: number, to: 'primary' | 'backup', count: number): void {
    this.#backup(index).link?.deliver(to, count)
  }

  /** A back-up's process ends and begins again with nothing. */
  forgetBackup(index: number): void {
    const backup = this.#backup(index)
    const name = `b${index % this.backups.length}`
    backup.link?.cut()
    this.acknowledged.delete(name)
    backup.node = this.#node(name, 'backup', [])
  }

  /** The primary's process ends and begins again with nothing; it waits for these back-ups before it reigns. */
  forgetPrimary(awaited: readonly number[]): void {
    for (const { link } of this.backups) link?.cut()
    this.primary = this.#node('p', 'member', awaited.map((index) => `b${index}`))
  }

  /** One turn of every node's event loop, and of all promises that are due. */
  async turn(): Promise<void> {
    for (const { environment } of this.nodes) environment.turn()
    for (let i = 0; i < 4; i++) await Promise.resolve()
  }

  /** Lets everything happen that can. */
  async rest(): Promise<void> {
    for (let round = 0; round < MOST_ROUNDS; round++) {
      await this.turn()
      for (let i = 0; i < this.backups.length; i++) {
        this.deliver(i, 'backup', Number.POSITIVE_INFINITY)
        this.deliver(i, 'primary', Number.POSITIVE_INFINITY)
      }
      if (!this.#moves) return
    }
    throw new Error(`the cluster still talks after ${MOST_ROUNDS} rounds`)
  }

  /** Everyone is linked, and all that can be found out and repaired has been. */
  async settle(): Promise<void> {
    this.primary.environment.elapse()
    for (let i = 0; i < this.backups.length; i++) this.connect(i)
    await this.rest()
    for (let round = 0; round < MOST_ROUNDS; round++) {
      this.primary.store.flushTouches()
      for (const peer of this.primary.peers.values()) peer.settle()
      if (!this.#moves) return
      await this.rest()
    }
    throw new Error(`the back-ups still differ after ${MOST_ROUNDS} comparisons`)
  }

  get #moves(): boolean {
    return this.nodes.some(({ environment }) => environment.busy) || this.backups.some(({ link }) => (link?.inFlight ?? 0) > 0)
  }

  #backup(index: number): Backup {
    const backup = this.backups[index % this.backups.length]
    if (backup === undefined) throw new Error('there is no back-up')
    return backup
  }

  #node(name: string, role: 'member' | 'backup', awaited: readonly string[]): StoreNode {
    return new StoreNode({
      name,
      role,
      run: ++this.#runs,
      clock: this.clock,
      setting: this.#setting,
      source: this.#source,
      awaited,
      failed: (end) => {
        // A greeting that nobody delivered in time is no failure of anyone.
        if (end.code !== 'GREETING_LATE') this.failures.push(end)
      },
      held: (peer, held) => {
        const sequences = this.acknowledged.get(peer) ?? new Map<SessionKey, number>()
        for (const { session, sequence } of held) if (this.counts(session.key)) sequences.set(session.key, sequence)
        this.acknowledged.set(peer, sequences)
      },
    })
  }
}
