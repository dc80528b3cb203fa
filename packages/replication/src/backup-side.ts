/**
 * The back-up's side of one peer link, as a state machine: frames in, frames out; no sockets, timers, clock.
 *
 *   deltas ──► ⑥ merge ──► (⑦ the node flushes) ──► held(number) ──► ⑧ ack
 *
 * A delta that does not fit what the replica holds is not merged and not guessed at: the back-up answers with its own
 * benchmark *before* the acknowledgement of the frame, so that the primary never counts it as held.
 *
 * Invariants: a frame of a slot is merged only under the newest epoch known for it (fencing at the receiver);
 * a slot's position advances only when its digest equals the primary's.
 */
import { decodeBenchmark, encodeBenchmark } from '@understudy/differencing'
import type { Ack, Ask, BenchmarkEntry, Benchmarks, Compare, Deltas, Marks, Offer, PeerFrame, Reigns, SessionKey, SlotMark, Want, WholeSession } from '@understudy/protocol'
import { ReplicationError } from './replication-error.js'
import type { BackupSessions, ReplicatedSession } from './sessions.js'

/** Bytes of sessions in one offer at most. */
const OFFER_BYTES = 128 * 1024

const NO_WHOLES: readonly WholeSession[] = []

/** What one back-up does for one primary. */
export class BackupSide<S extends ReplicatedSession> {
  readonly #sessions: BackupSessions<S>
  readonly #slotOf: (key: SessionKey) => number
  /** Epoch of the peer's reign, by slot; absent where it does not reign. */
  readonly #reigns = new Map<number, number>()
  #merged = 0
  #held = 0
  #deltas = 0
  #remaining = 0
  #unequal = 0

  constructor(sessions: BackupSessions<S>, slotOf: (key: SessionKey) => number) {
    this.#sessions = sessions
    this.#slotOf = slotOf
  }

  /** Number of the last frame merged. */
  get merged(): number {
    return this.#merged
  }

  /** Deltas merged over this link. */
  get deltas(): number {
    return this.#deltas
  }

  /** Sessions that the primary still has to send, as of its last frame. */
  get remaining(): number {
    return this.#remaining
  }

  /** How often a slot's digest differed from the primary's. */
  get unequal(): number {
    return this.#unequal
  }

  /**
   * ⑥ merges a frame of deltas. A frame of which one delta may not be sent any more is refused whole.
   *
   * @returns the frame that tells what could not be merged, if anything
   * @throws ReplicationError EPOCH_STALE, NOT_PRIMARY, or the store's coded error for bad input; the link must end
   */
  merge(frame: Deltas): Benchmarks | undefined {
    const lacking: BenchmarkEntry[] = []
    const { wholes = NO_WHOLES } = frame
    for (const { key } of wholes) this.#epoch(this.#slotOf(key))
    const epochs = frame.entries.map(({ key }) => this.#epoch(this.#slotOf(key)))
    for (const { key, bytes } of wholes) {
      if (this.#sessions.take(key, bytes, this.#epoch(this.#slotOf(key))) === 'lacks') lacking.push(this.#holding(key))
      this.#deltas++
    }
    for (const [i, entry] of frame.entries.entries()) {
      const epoch = epochs[i] ?? 0
      if (this.#sessions.merge(entry, epoch) === 'lacks') lacking.push(this.#holding(entry.key))
      this.#deltas++
    }
    this.#merged = frame.number
    this.#remaining = frame.remaining
    return lacking.length === 0 ? undefined : { type: 'benchmarks', entries: lacking }
  }

  /** ⑦ everything merged so far is as safe as it was asked to be. Returns the acknowledgement ⑧, if one is due. */
  held(number: number): Ack | undefined {
    if (number <= this.#held) return undefined
    this.#held = number
    return { type: 'ack', number }
  }

  /**
   * The primary says which slots it reigns: from now on its deltas of them are merged.
   *
   * @throws ReplicationError EPOCH_STALE when a newer reign is known here
   */
  reigns({ epochs }: Reigns): void {
    for (let slot = 0; slot < epochs.length; slot++) {
      const epoch = epochs[slot] ?? 0
      if (epoch > 0) this.#follow(slot, epoch)
    }
  }

  /**
   * The primary says where its slots stand, for us to compare digests.
   *
   * @returns the slots in which we differ, as we see them
   * @throws ReplicationError EPOCH_STALE when a newer reign is known here
   */
  marks(frame: Marks): Marks | undefined {
    const unequal: SlotMark[] = []
    for (const mark of frame.slots) {
      if (!mark.reigns) continue
      this.#follow(mark.slot, mark.epoch)
      if (this.#sessions.agrees(mark)) this.#sessions.advance(mark.slot, mark.sequence)
      else unequal.push(this.#mark(mark.slot))
    }
    this.#unequal += unequal.length
    return unequal.length === 0 ? undefined : { type: 'marks', slots: unequal }
  }

  /** This node has lost a session of the slot: the frame that lets the primary find out which, if it is this peer. */
  lost(slot: number): Marks | undefined {
    if (!this.#reigns.has(slot)) return undefined
    return { type: 'marks', slots: [this.#mark(slot)] }
  }

  /** The primary asks for benchmarks (y-protocols calls this sync step 1). */
  ask(frame: Ask): Benchmarks {
    return { type: 'benchmarks', entries: frame.keys.map((key) => this.#holding(key)) }
  }

  /** Answers with what this node holds of everything in the range that differs from the primary's list. */
  compare(frame: Compare): Benchmarks {
    const theirs = new Map(frame.entries.map(({ key, fingerprint }) => [key, fingerprint]))
    const entries: BenchmarkEntry[] = []
    for (const session of this.#sessions.all(frame.slot)) {
      if (session.key < frame.from || (frame.to !== '' && session.key >= frame.to)) continue
      const fingerprint = theirs.get(session.key)
      theirs.delete(session.key)
      const own = this.#sessions.fingerprint(session)
      if (fingerprint === undefined || fingerprint[0] !== own[0] || fingerprint[1] !== own[1]) entries.push(this.#holding(session.key))
    }
    for (const key of theirs.keys()) entries.push(this.#holding(key))
    return { type: 'benchmarks', answers: frame.request, entries }
  }

  /** Hands over what the primary lacks, in frames of bounded size. */
  *want(frame: Want): Generator<Offer> {
    let entries: Offer['entries'][number][] = []
    let bytes = 0
    for (const { key, benchmark } of frame.entries) {
      const session = this.#sessions.find(key)
      if (session === undefined) continue
      const known = { benchmark: benchmark && decodeBenchmark(benchmark), since: 0 }
      const entry = this.#sessions.difference(session, known)?.entry
      if (entry === undefined) continue
      entries.push(entry)
      bytes += (entry.attributes?.length ?? 0) + (entry.frozen?.length ?? 0)
      if (bytes < OFFER_BYTES) continue
      yield { type: 'offer', request: frame.request, entries, done: false }
      entries = []
      bytes = 0
    }
    yield { type: 'offer', request: frame.request, entries, done: true }
  }

  #mark(slot: number): SlotMark {
    return { slot, ...this.#sessions.slot(slot), reigns: false }
  }

  #follow(slot: number, epoch: number): void {
    this.#fence(slot, epoch, this.#sessions.position(slot).epoch)
    this.#sessions.follow(slot, epoch)
    this.#reigns.set(slot, epoch)
  }

  #epoch(slot: number): number {
    const epoch = this.#reigns.get(slot)
    if (epoch === undefined) throw new ReplicationError('NOT_PRIMARY', `deltas of slot ${slot} came from a node that does not reign it`)
    this.#fence(slot, epoch, this.#sessions.position(slot).epoch)
    return epoch
  }

  #fence(slot: number, epoch: number, newest: number): void {
    if (epoch < newest) throw new ReplicationError('EPOCH_STALE', `slot ${slot} is in epoch ${newest}; a frame of epoch ${epoch} was refused`)
  }

  #holding(key: SessionKey): BenchmarkEntry {
    const session = this.#sessions.find(key)
    if (session === undefined) return { key, dead: false }
    const benchmark = this.#sessions.benchmark(session)
    return { key, dead: this.#sessions.isDead(session), ...(benchmark && { benchmark: encodeBenchmark(benchmark) }) }
  }
}

/** Frames that a primary's side sends and a back-up's side answers. */
export type ToBackup = Extract<PeerFrame, { type: 'deltas' | 'reigns' | 'marks' | 'ask' | 'compare' | 'want' }>
