/**
 * One other node, across all its links: what it lacks of ours (primary's side) and what it sends us (back-up's side).
 */
import { epochsOf, slotOf } from '@understudy/cluster'
import type { BenchmarkSource } from '@understudy/differencing'
import type { Epochs, Hello, LogoutEntry, PeerFrame, SlotMark, Standing, Welcome } from '@understudy/protocol'
import { BackupSide, PrimarySide } from '@understudy/replication'
import type { Held, PrimarySideOptions } from '@understudy/replication'
import type { SessionStore, StoredSession } from '@understudy/store'
import type { Environment } from '../environment.js'
import type { Log } from '../log.js'
import { ReplicatedSessions } from '../sessions/replicated-sessions.js'
import type { LinkTap } from './link-tap.js'
import type { PeerLink } from './peer-link.js'

/** What a peer needs of its node. */
export interface PeerContext {
  readonly environment: Environment
  readonly log: Log
  readonly store: SessionStore
  readonly sides: Omit<PrimarySideOptions, 'serves'>
  readonly source: BenchmarkSource | undefined
  /** Where those listen who watch deltas go by; absent where nobody ever does. */
  readonly tap?: LinkTap
  serves(slot: number, peer: string): boolean
  /** ⑦ resolves when all merged so far is as safe as it was asked to be; absent in memory, where that is at once. */
  safe?: (() => Promise<void> | undefined) | undefined
  /** ⑧ a peer holds sessions of ours. */
  held(peer: string, held: readonly Held<StoredSession>[]): void
  /** A peer says where it and others stand. */
  standings(peer: Peer, nodes: readonly Standing[]): void
  /** A peer announces reigns, before they are acted upon. */
  announced(peer: Peer, epochs: Epochs): void
  /** A peer gave up slots for this node. */
  handedOver(slots: readonly SlotMark[]): void
  /** A peer says who was logged out everywhere; absent where that is nobody's business. */
  loggedOut?: ((peer: Peer, entries: readonly LogoutEntry[]) => void) | undefined
  /** A peer has nothing (more) to tell about slots of ours. */
  settled(): void
}

/** Deltas that are worth a message of their own: what a message costs is then little beside what they cost. */
const MANY = 16

/** One other node. */
export class Peer {
  readonly name: string
  readonly primarySide: PrimarySide<StoredSession>
  #backupSide: BackupSide<StoredSession> | undefined
  #link: PeerLink | undefined
  #greeting: Hello | Welcome | undefined
  readonly #context: PeerContext
  #pumping = false
  /** Deltas that go out before the events at hand are dealt with: twice as many each time, so that messages stay few. */
  #many = MANY
  #acking = false
  #deltasSent = 0
  #frameTimes: { number: number; at: number }[] = []
  #lag: number | undefined
  /** Why there is no link, when there is none. */
  lastError: string | undefined

  constructor(name: string, context: PeerContext) {
    this.name = name
    this.#context = context
    const sessions = new ReplicatedSessions(context.store, 0, () => context.environment.now())
    this.primarySide = new PrimarySide(sessions, { ...context.sides, serves: (slot) => context.serves(slot, name) })
  }

  get link(): PeerLink | undefined {
    return this.#link
  }

  get backupSide(): BackupSide<StoredSession> | undefined {
    return this.#backupSide
  }

  /** What the peer said of itself when its present or last link began. */
  get greeting(): Hello | Welcome | undefined {
    return this.#greeting
  }

  /** Deltas sent to the peer so far. */
  get deltasSent(): number {
    return this.#deltasSent
  }

  /** ms between sending a frame of deltas and its acknowledgement, the latest one. */
  get lag(): number | undefined {
    return this.#lag
  }

  /** A link stands; replication may begin once `primarySide.connected` is called. */
  attach(link: PeerLink, greeting: Hello | Welcome): void {
    this.#link = link
    this.#greeting = greeting
    this.lastError = undefined
    const { store, environment } = this.#context
    store.differences.join()
    this.#backupSide = new BackupSide(new ReplicatedSessions(store, greeting.nonce, () => environment.now()), slotOf)
  }

  /** The link is gone. */
  detach(reason: string): void {
    this.#link = undefined
    this.#backupSide = undefined
    this.#frameTimes = []
    this.lastError = reason
    this.#context.store.differences.leave()
    this.primarySide.lost()
  }

  /**
   * ⑤ sends what there is to send, once the events at hand are dealt with: many deltas in one message. Where those events
   * make many, the first go out before the last are made, so that the back-up merges while this node goes on.
   *
   * @param hold nothing goes out before: what was made is of no use without what is made next
   */
  pump(hold = false): void {
    if (this.#link === undefined) return
    if (!hold && this.primarySide.sendable >= this.#many) {
      this.#many *= 2
      this.#sendAll()
    }
    if (this.#pumping) return
    this.#pumping = true
    this.#context.environment.soon(() => {
      this.#pumping = false
      this.#many = MANY
      this.#sendAll()
    })
  }

  #sendAll(): void {
    const now = this.#context.environment.now()
    for (let frame = this.primarySide.next(now); frame !== undefined; frame = this.primarySide.next(now)) this.#send(frame, now)
    this.#lookUp()
  }

  /** Tells the back-up how far it is, if everything was sent. */
  settle(): void {
    const marks = this.primarySide.settle()
    if (marks !== undefined) this.#link?.send(marks)
  }

  /**
   * Deals with a frame of an open link.
   *
   * @throws a coded error that must end the link
   */
  receive(frame: PeerFrame): void {
    const backupSide = this.#backupSide
    if (backupSide === undefined) return
    switch (frame.type) {
      case 'deltas':
        this.#reply(backupSide.merge(frame))
        return this.#acknowledge(backupSide)
      case 'reigns':
        this.#context.announced(this, frame.epochs)
        backupSide.reigns(frame)
        return this.pump()
      case 'marks':
        return this.#marks(backupSide, frame.slots)
      case 'ask':
        return this.#reply(backupSide.ask(frame))
      case 'compare':
        return this.#reply(backupSide.compare(frame))
      case 'want':
        for (const offer of backupSide.want(frame)) this.#reply(offer)
        return undefined
      case 'ack':
        this.#held(frame.number)
        return this.pump()
      case 'benchmarks':
        if (this.primarySide.benchmarks(frame).length > 0) this.#context.settled()
        return this.pump()
      case 'offer':
        if (this.primarySide.offer(frame).length > 0) this.#context.settled()
        return this.pump()
      case 'standings':
        return this.#context.standings(this, frame.nodes)
      case 'handOver':
        return this.#context.handedOver(frame.slots)
      case 'logouts':
        return this.#context.loggedOut?.(this, frame.entries)
      default:
        return undefined
    }
  }

  /** A session of the slot was lost here (its record is damaged): whichever side this node is on, it is fetched. */
  repair(slot: number): void {
    this.primarySide.compare(slot)
    this.#reply(this.#backupSide?.lost(slot))
    this.pump()
  }

  /** Sends a frame that belongs to no side. */
  say(frame: Extract<PeerFrame, { type: 'standings' | 'handOver' | 'logouts' }>): void {
    this.#link?.send(frame)
  }

  #marks(backupSide: BackupSide<StoredSession>, slots: readonly SlotMark[]): void {
    this.#context.announced(this, epochsOf(slots.filter(({ reigns }) => reigns)))
    this.#reply(backupSide.marks({ type: 'marks', slots }))
    for (const mark of slots) if (!mark.reigns) this.primarySide.stands(mark)
    this.pump()
  }

  /** ⑧ one acknowledgement for all that came in together. */
  #acknowledge(backupSide: BackupSide<StoredSession>): void {
    if (this.#acking) return
    this.#acking = true
    this.#context.environment.soon(() => {
      this.#acking = false
      const number = backupSide.merged
      const safe = this.#context.safe?.()
      if (safe === undefined) this.#saysHeld(backupSide, number)
      else void safe.then(() => this.#saysHeld(backupSide, number))
    })
  }

  #saysHeld(backupSide: BackupSide<StoredSession>, number: number): void {
    if (backupSide === this.#backupSide) this.#reply(backupSide.held(number))
  }

  #held(number: number): void {
    const held = this.primarySide.acknowledge(number)
    const now = this.#context.environment.now()
    while (this.#frameTimes[0] !== undefined && this.#frameTimes[0].number <= number) {
      this.#lag = now - this.#frameTimes[0].at
      this.#context.tap?.listener?.acknowledged(this.name, this.#frameTimes[0].number, this.#lag)
      this.#frameTimes.shift()
    }
    this.#context.held(this.name, held)
    const { source } = this.#context
    if (source === undefined) return
    const entries = held.flatMap(({ session, cut }) => (cut.benchmark === undefined ? [] : [{ key: session.key, benchmark: cut.benchmark }]))
    source.write(this.name, entries).catch((error: unknown) => this.#sourceFailed(error))
  }

  /** Benchmarks that live elsewhere are read before the deltas are made. */
  #lookUp(): void {
    const { source } = this.#context
    if (source === undefined) return
    const sessions = this.primarySide.lookups()
    if (sessions.length === 0) return
    const keys = sessions.map((session) => session.key)
    source.read(this.name, keys).then(
      (benchmarks) => {
        for (const [i, session] of sessions.entries()) this.primarySide.told(session, benchmarks[i])
        this.pump()
      },
      (error: unknown) => {
        // Without a benchmark the whole session is a delta too: slower, never wrong.
        for (const session of sessions) this.primarySide.told(session, undefined)
        this.#sourceFailed(error)
        this.pump()
      },
    )
  }

  #sourceFailed(error: unknown): void {
    this.#context.log.warn({ peer: this.name, error: String(error) }, 'the source of benchmarks failed; whole sessions are sent instead')
  }

  #send(frame: PeerFrame, now: number): void {
    if (frame.type === 'deltas') {
      this.#deltasSent += frame.entries.length + (frame.wholes?.length ?? 0)
      this.#frameTimes.push({ number: frame.number, at: now })
      this.#context.tap?.listener?.sent(this.name, frame)
    }
    this.#link?.send(frame)
  }

  #reply(frame: PeerFrame | undefined): void {
    if (frame !== undefined) this.#link?.send(frame)
  }
}

