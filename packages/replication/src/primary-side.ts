/**
 * The primary's side of one peer link, as a state machine: events in, frames out; no sockets, timers, clock.
 * One exists for each peer that backs up slots of this node, and outlives the peer's links:
 *
 *           connected                     lost
 *   away ─────────────► open ─────────────────────► away
 *
 * It holds what etcd's raft calls a progress: how far the back-up is (window), what it lacks (backlog), and, after a
 * gap in the common history, how to find that out (reconciliation). While away, it goes on only where it retains
 * benchmarks and knew all; elsewhere the back-up's greeting tells where to begin (`#resume`).
 *
 * Invariants: benchmarks move by acknowledgements only, to the cut of the acknowledged frame; at most `window` bytes
 * are in flight; marks of a slot follow all deltas they speak of.
 */
import { decodeBenchmark } from '@understudy/differencing'
import { SLOT_COUNT } from '@understudy/protocol'
import type { Benchmarks, Epochs, Forgotten, Offer, PeerFrame, SessionKey, SlotMark } from '@understudy/protocol'
import { Backlog } from './backlog.js'
import type { Held, Stage } from './backlog.js'
import { nextDeltas } from './next-deltas.js'
import type { PrimarySideOptions, SyncProgress } from './primary-side-options.js'
import { Reconciliation } from './reconciliation.js'
import { NOTHING_HELD } from './sessions.js'
import type { Known, PrimarySessions, ReplicatedSession } from './sessions.js'
import { equalForgotten, isAt } from './slot-position.js'
import type { SlotPosition } from './slot-position.js'
import { Window } from './window.js'

/** Sessions asked about in one frame at most. */
const ASK_LIMIT = 1_000

/** What one primary does for one back-up. */
export class PrimarySide<S extends ReplicatedSession> {
  readonly #sessions: PrimarySessions<S>
  readonly #options: PrimarySideOptions
  readonly #backlog: Backlog<S>
  readonly #window: Window<S>
  readonly #reconciliation: Reconciliation<S>
  /** Position of each slot when the back-up was last told to check itself. */
  readonly #marked = new Map<number, SlotPosition>()
  /** What the back-up has forgotten of slots that are being compared. */
  readonly #forgotten = new Map<number, Forgotten>()
  /** Slots of which the backlog knows all that the back-up's present process lacks, link or no link, and where that stood when it greeted. */
  readonly #followed = new Map<number, SlotPosition>()
  #open = false
  #incarnation: number | undefined
  #syncTotal = 0
  #announce = false

  constructor(sessions: PrimarySessions<S>, options: PrimarySideOptions) {
    this.#sessions = sessions
    this.#options = options
    this.#backlog = new Backlog(options.keeping === 'retained' ? options.retainedLimit : Number.POSITIVE_INFINITY)
    this.#window = new Window(options.window)
    this.#reconciliation = new Reconciliation(sessions)
  }

  /** Whether a link to the back-up stands. */
  get open(): boolean {
    return this.#open
  }

  /** Sessions still to send. */
  get waiting(): number {
    return this.#backlog.waiting
  }

  /** Sessions whose deltas could go out now. */
  get sendable(): number {
    return this.#open && this.#window.open ? this.#backlog.dirty : 0
  }

  /** Bytes in flight. */
  get inFlight(): number {
    return this.#window.bytes
  }

  /** Sessions of which the back-up is not known to hold everything: still to send, or sent and not acknowledged. */
  get behind(): number {
    return this.#backlog.waiting + this.#backlog.sent
  }

  /** Number of the last frame of deltas that was sent over the present link. */
  get sent(): number {
    return this.#window.next - 1
  }

  /** Where a session stands with the back-up. */
  stageOf(session: S): Stage {
    return this.#backlog.stageOf(session)
  }

  /** Number of the last acknowledged frame of the present link. */
  get acknowledged(): number {
    return this.#window.acknowledged
  }

  /** Everything sent and acknowledged, and nothing left to find out. */
  get idle(): boolean {
    return this.#open && this.#backlog.waiting === 0 && this.#backlog.sent === 0 && this.#reconciliation.settled
  }

  /** Progress of the sync that began with the present link. */
  get progress(): SyncProgress {
    return { done: Math.max(0, this.#syncTotal - this.#backlog.waiting), total: this.#syncTotal }
  }

  /** Whether everything that the back-up alone might hold of the slot has been fetched. */
  isSettled(slot: number): boolean {
    return this.#open && this.#reconciliation.isSettled(slot)
  }

  /** Whether the back-up has been sent everything of the slot: it may lack what is in flight. */
  isCaughtUp(slot: number): boolean {
    return this.isSettled(slot) && this.#backlog.isSent(slot)
  }

  /** Whether the back-up holds everything of the slot, and said so. */
  isHeld(slot: number): boolean {
    return this.isSettled(slot) && this.#backlog.isHeld(slot)
  }

  /**
   * A link stands; the back-up said what it holds.
   *
   * @param incarnation of the back-up's process: the same as before means that it holds whatever it acknowledged
   * @param marks its slots as its hello lists them; slots that are not listed are empty there
   */
  connected(incarnation: number, marks: readonly SlotMark[]): void {
    const held: SlotMark[] = []
    for (const mark of marks) held[mark.slot] = mark
    // What another process held, this one may have forgotten.
    if (this.#incarnation !== incarnation) this.#forgetAll()
    this.#incarnation = incarnation
    this.#open = true
    this.#announce = true
    for (let slot = 0; slot < SLOT_COUNT; slot++) {
      const mark = held[slot] ?? emptyMark(slot)
      if (!this.#options.serves(slot) || this.#goesOn(slot, mark)) continue
      this.forget(slot)
      this.#resume(slot, mark)
    }
    this.#syncTotal = this.#backlog.waiting
  }

  /** The link is gone. What was in flight counts as not sent. */
  lost(): void {
    this.#open = false
    this.#backlog.lose()
    this.#window.reset()
    // A comparison that was broken off has to be made again; and only who retains benchmarks goes on from its backlog.
    for (const slot of this.#followed.keys()) {
      if (this.#options.keeping !== 'retained' || !this.#reconciliation.isSettled(slot)) this.#followed.delete(slot)
    }
    this.#reconciliation.reset()
    this.#marked.clear()
    this.#forgotten.clear()
  }

  /** ② a session of ours changed. `known` is what the back-up held if it was up to date before. */
  mark(session: S, known: Known): void {
    // Whatever is not followed is found when the back-up connects.
    if (!this.#open && !this.#followed.has(session.slot)) return
    if (!this.#reconciliation.isSettled(session.slot)) return this.#unsure(session, 0)
    if (this.#options.keeping === 'retained' || this.#options.keeping === 'none') this.#backlog.mark(session, known)
    else this.#backlog.markUnknown(session, known.since)
  }

  /**
   * Our reign over a slot began, or goes on, after another's: whatever each of us holds alone has to be found out. Of a
   * back-up that is away nothing is known any more; it is compared with when it connects.
   */
  tookOver(slot: number): void {
    this.forget(slot)
    if (!this.#open) return
    this.#followed.set(slot, emptyMark(slot))
    this.#reconciliation.check(slot)
    for (const session of this.#sessions.changedSince(slot, 1)) this.#unsure(session, 0)
  }

  /** The back-up must be told of our reigns: some are new, or go on under higher epochs. */
  announce(): void {
    this.#announce = true
  }

  /** The peer no longer backs up the slot, or we no longer reign it. */
  forget(slot: number): void {
    this.#backlog.forget(slot)
    this.#followed.delete(slot)
    this.#marked.delete(slot)
  }

  /** A session is here no more: its record turned out to be damaged. What the back-up has of it a comparison tells. */
  gone(session: S): void {
    this.#backlog.settle(session)
  }

  /** ⑤ the next frame to send, if there is one and the window allows it. Called until it gives none. */
  next(now: number): PeerFrame | undefined {
    if (!this.#open) return undefined
    if (this.#announce) {
      this.#announce = false
      return { type: 'reigns', epochs: this.#epochs() }
    }
    const checks = this.#reconciliation.takeChecks().filter((slot) => this.#options.serves(slot))
    if (checks.length > 0) return { type: 'marks', slots: checks.map((slot) => this.#mark(slot)) }
    const question = this.#reconciliation.next()
    if (question !== undefined) return question
    if (this.#options.keeping !== 'elsewhere') {
      const unknown = this.#backlog.takeUnknown(ASK_LIMIT)
      if (unknown.length > 0) return { type: 'ask', keys: unknown.map((session) => session.key) }
    }
    if (!this.#window.open) return undefined
    return nextDeltas({ sessions: this.#sessions, backlog: this.#backlog, window: this.#window }, now)
  }

  /** Sessions whose benchmarks must be read from where they are kept; answer with `told`. */
  lookups(): readonly S[] {
    return this.#open && this.#options.keeping === 'elsewhere' ? this.#backlog.takeUnknown(ASK_LIMIT) : []
  }

  /** Answer to `lookups`. */
  told(session: S, benchmark: Known['benchmark']): void {
    if (this.#open) this.#backlog.tell(session, { benchmark, since: 0 })
  }

  /**
   * What to tell a back-up that has everything: how far it is, and a digest to check itself by.
   *
   * @returns a marks frame for the slots that moved since the last one, or undefined
   */
  settle(): PeerFrame | undefined {
    if (!this.#open || this.#announce) return undefined
    const slots: SlotMark[] = []
    for (let slot = 0; slot < SLOT_COUNT; slot++) {
      const position = this.#sessions.position(slot)
      if (!this.#backlog.isSent(slot) || isAt(position, this.#marked.get(slot))) continue
      if (!this.#options.serves(slot) || !this.#reconciliation.isSettled(slot)) continue
      const { epoch, sequence, forgotten } = position
      this.#marked.set(slot, { epoch, sequence, ...(forgotten && { forgotten }) })
      slots.push(this.#mark(slot))
    }
    return slots.length === 0 ? undefined : { type: 'marks', slots }
  }

  /**
   * ⑧ the back-up holds all frames up to `number`.
   *
   * @returns the sessions it holds now, each with the sequence of the cut
   * @throws ReplicationError ACK_UNKNOWN
   */
  acknowledge(number: number): Held<S>[] {
    const held: Held<S>[] = []
    for (const frame of this.#window.acknowledge(number)) {
      for (const session of frame.sessions) {
        const one = this.#backlog.acknowledge(session, frame.number)
        if (one !== undefined) held.push(one)
      }
    }
    return held
  }

  /**
   * The back-up says what it holds: as asked, in answer to a comparison, or because a delta did not fit.
   *
   * @returns slots that this settles
   * @throws a coded error for a damaged benchmark
   */
  benchmarks(frame: Benchmarks): number[] {
    const known = frame.entries.map(({ key, benchmark, dead }) => ({ key, dead, benchmark: benchmark && decodeBenchmark(benchmark) }))
    const wanted: SessionKey[] = []
    for (const { key, dead, benchmark } of known) {
      const session = this.#sessions.find(key)
      if (session === undefined) {
        if (dead || benchmark !== undefined) wanted.push(key)
      } else if (this.#options.serves(session.slot)) {
        if (this.#lacks(session, dead, benchmark)) wanted.push(key)
        this.#backlog.tell(session, dead || benchmark !== undefined ? { benchmark, since: 0 } : NOTHING_HELD)
      }
    }
    this.#reconciliation.want(wanted)
    this.#syncTotal = Math.max(this.#syncTotal, this.#backlog.waiting)
    return frame.answers === undefined ? [] : this.#answered(frame.answers)
  }

  /** What the back-up alone held. Returns the slots that this settles. */
  offer(frame: Offer): number[] {
    for (const entry of frame.entries) {
      const unknown = this.#sessions.find(entry.key) === undefined
      this.#sessions.adopt(entry)
      const session = this.#sessions.find(entry.key)
      // What we had nothing of is now just what the back-up holds: adopting marked it dirty for no reason. Unless it is
      // dead, and the back-up does not know.
      const isSame = session !== undefined && this.#sessions.isDead(session) === (entry.death !== undefined)
      if (unknown && isSame) this.#backlog.settle(session)
    }
    return frame.done ? this.#answered(frame.request) : []
  }

  /** The back-up has merged all we sent and yet its digest is not ours: find out what differs, and repair it. */
  stands(mark: SlotMark): void {
    if (!this.#options.serves(mark.slot)) return
    if (mark.forgotten !== undefined) this.#forgotten.set(mark.slot, mark.forgotten)
    this.compare(mark.slot)
  }

  /** Something of the slot may differ: find out what, and repair it. */
  compare(slot: number): void {
    if (!this.#open || !this.#options.serves(slot)) return
    this.#reconciliation.compare(slot)
    // It must confirm the repair, even if nothing of ours changes by it.
    this.#marked.delete(slot)
  }

  /**
   * Whether nobody else can have told the back-up anything since it was followed: it has heard of our reign, or is where it
   * was. While this node did not run, another may have reigned, whose reign is over by its epoch and not by what it wrote.
   */
  #goesOn(slot: number, mark: SlotMark): boolean {
    const before = this.#followed.get(slot)
    if (before === undefined) return false
    return mark.epoch === this.#sessions.position(slot).epoch || (mark.epoch === before.epoch && mark.sequence === before.sequence)
  }

  /** Chooses the cheapest way to bring a slot of the back-up up to date. A position (epoch, sequence) is the best. */
  #resume(slot: number, mark: SlotMark): void {
    this.#followed.set(slot, mark)
    const own = this.#sessions.slot(slot)
    const equal = mark.count === own.count && mark.digest[0] === own.digest[0] && mark.digest[1] === own.digest[1]
    // Where only death markers were dropped since, the next mark tells which.
    const isPosition = mark.sequence < own.sequence || equal || (mark.sequence === own.sequence && !equalForgotten(mark.forgotten, own.forgotten))
    if (mark.epoch === own.epoch && mark.sequence > 0 && isPosition) {
      for (const session of this.#sessions.changedSince(slot, mark.sequence)) this.#unsure(session, mark.sequence)
    } else if (mark.count === 0) {
      this.#verify(slot, equal)
      for (const session of this.#sessions.all(slot)) this.#backlog.markLacking(session)
    } else {
      if (equal) this.#verify(slot, equal)
      else this.stands(mark)
      // Digests say nothing of plain fields: whatever was touched in this reign, which began with change 1, is sent.
      for (const session of this.#sessions.changedSince(slot, 1)) this.#unsure(session, 0)
    }
  }

  /** Whether equal or empty when it greeted: until it hears of our reign, the back-up may merge what another sends it. */
  #verify(slot: number, equal: boolean): void {
    if (this.#options.verifies !== true) return
    if (equal) this.#reconciliation.check(slot)
    else this.#reconciliation.confirm(slot)
  }

  /** @returns the slots that are settled by an answer: all is known of them that the back-up knew */
  #answered(request: number): number[] {
    if (!this.#reconciliation.awaits(request)) return []
    const settled = this.#reconciliation.answered()
    for (const slot of settled) {
      const forgotten = this.#forgotten.get(slot)
      if (forgotten !== undefined && this.#options.serves(slot)) this.#sessions.learn(slot, forgotten)
      this.#forgotten.delete(slot)
    }
    return settled
  }

  /** Changed since the back-up was here, and its benchmark is not retained. */
  #unsure(session: S, since: number): void {
    if (this.#options.keeping === 'none') this.#backlog.mark(session, { benchmark: undefined, since })
    else this.#backlog.markUnknown(session, since)
  }

  /** Whether the back-up holds something of the session that we lack. */
  #lacks(session: S, dead: boolean, benchmark: Known['benchmark']): boolean {
    const own = this.#sessions.benchmark(session)
    if (own === undefined) return false
    return dead || (benchmark !== undefined && !this.#sessions.covers(session, benchmark))
  }

  /** The epochs in which the back-up gets deltas, by slot. */
  #epochs(): Epochs {
    const epochs = new Float64Array(SLOT_COUNT)
    for (let slot = 0; slot < SLOT_COUNT; slot++) if (this.#options.serves(slot)) epochs[slot] = this.#sessions.position(slot).epoch
    return epochs
  }

  #mark(slot: number): SlotMark {
    return { slot, ...this.#sessions.slot(slot), reigns: true }
  }

  #forgetAll(): void {
    this.#backlog.clear()
    this.#followed.clear()
    this.#marked.clear()
  }
}

function emptyMark(slot: number): SlotMark {
  return { slot, epoch: 0, sequence: 0, count: 0, digest: [0, 0], reigns: false }
}
