/**
 * ② What one back-up still lacks. A session stands in at most one place:
 *
 *            mark                 take                 acknowledge
 *   clean ──────────► dirty ──────────────► sent ──────────────────► clean
 *     │                 ▲  ▲                  │ marked meanwhile, or the back-up said otherwise
 *     │ mark, benchmark │  └──────────────────┘
 *     ▼ not retained    │ told
 *   unknown ──ask──► asked
 *
 * A clean session needs no entry: its benchmark is its own state. A stalled back-up therefore costs a set of sessions,
 * never a queue of deltas; and beyond `retainedLimit` not even their benchmarks, which are then asked for when it returns.
 *
 * Invariant: `known` of a dirty session is what the back-up acknowledged or said itself, never what was merely sent.
 */
import { SLOT_COUNT } from '@understudy/protocol'
import { attach, attachmentOf, detach } from './attachment.js'
import { Progress, type Place } from './progress.js'
import { Queue } from './queue.js'
import { NOTHING_HELD } from './sessions.js'
import type { Known, ReplicatedSession } from './sessions.js'

/** A session that a back-up now holds up to a sequence. */
export interface Held<S> {
  readonly session: S
  readonly sequence: number
  readonly cut: Known
}

/** Where a session stands with one back-up, and what that is known to hold of it; undefined where nobody knows yet. */
export interface Stage {
  readonly stage: 'clean' | 'dirty' | 'sent' | 'asked' | 'unknown'
  readonly known: Known | undefined
}

/** The sessions of which one back-up lacks something, and what it is known to hold of them. */
export class Backlog<S extends ReplicatedSession> {
  readonly #retainedLimit: number
  /**
   * Who came to each place, oldest first. Whoever has left since is passed over when its turn comes; one who left and
   * came back stands there twice, which is harmless.
   */
  readonly #queues = { dirty: new Queue<Progress<S>>(), unknown: new Queue<Progress<S>>(), asked: new Queue<Progress<S>>(), sent: new Queue<Progress<S>>() }
  readonly #counts = { dirty: 0, unknown: 0, asked: 0, sent: 0 }
  /** Sessions a slot that are still to be sent (sent ones that must be sent again included), */
  readonly #waiting = new Int32Array(SLOT_COUNT)
  /** and those on their way. */
  readonly #sent = new Int32Array(SLOT_COUNT)

  /** @param retainedLimit how many benchmarks are kept at most; further sessions are asked about instead */
  constructor(retainedLimit: number) {
    this.#retainedLimit = retainedLimit
  }

  /** Sessions still to send. */
  get waiting(): number {
    const { dirty, unknown, asked } = this.#counts
    return dirty + unknown + asked
  }

  /** Sessions of which a delta can be made now. */
  get dirty(): number {
    return this.#counts.dirty
  }

  /** Sessions on their way. */
  get sent(): number {
    return this.#counts.sent
  }

  /** Where a session stands. `known` of a clean one is undefined, too: it is the session's own state. */
  stageOf(session: S): Stage {
    const progress = this.#find(session)
    if (progress === undefined) return { stage: 'clean', known: undefined }
    const { place, known, again, refused } = progress
    if (place === 'sent') return { stage: place, known: refused ? again : known }
    return { stage: place, known: place === 'dirty' ? known : undefined }
  }

  /** Whether everything of the slot has been sent, acknowledged or not. */
  isSent(slot: number): boolean {
    return this.#waiting[slot] === 0
  }

  /** Whether everything of the slot has been sent and acknowledged. */
  isHeld(slot: number): boolean {
    return this.#waiting[slot] === 0 && this.#sent[slot] === 0
  }

  /** The session changed; `known` is what the back-up holds if it stood clean. */
  mark(session: S, known: Known): void {
    const progress = this.#find(session)
    if (progress !== undefined) return this.#markAgain(progress)
    if (this.#counts.dirty < this.#retainedLimit) this.#begin(session, 'dirty').known = known
    else this.#begin(session, 'unknown').since = known.since
  }

  /** The back-up holds nothing of the session; to know that costs nothing, so there is no limit. */
  markLacking(session: S): void {
    const progress = this.#find(session)
    if (progress === undefined) this.#begin(session, 'dirty').known = NOTHING_HELD
    else this.#markAgain(progress)
  }

  /** The session must be sent, and what the back-up holds of it has to be learnt first. */
  markUnknown(session: S, since: number): void {
    const progress = this.#find(session)
    if (progress !== undefined) this.#markAgain(progress)
    else this.#begin(session, 'unknown').since = since
  }

  /** The back-up, or the keeper of its benchmarks, says what it holds; that overrides whatever was believed. */
  tell(session: S, known: Known): void {
    const progress = this.#find(session)
    if (progress?.place === 'sent') {
      progress.refused = true
      return this.#again(progress, known)
    }
    if (progress === undefined) {
      this.#begin(session, 'dirty').known = known
      return
    }
    progress.known = progress.place === 'dirty' || known === NOTHING_HELD ? known : { ...known, since: progress.since }
    this.#move(progress, 'dirty')
    this.#front('asked')
  }

  /** The back-up holds the session as it is; nothing need be sent. */
  settle(session: S): void {
    const progress = this.#find(session)
    if (progress !== undefined && progress.place !== 'sent') this.#end(progress)
  }

  /** Moves up to `limit` sessions of unknown benchmark to `asked`, oldest first. */
  takeUnknown(limit: number): S[] {
    const taken: S[] = []
    while (taken.length < limit) {
      const progress = this.#front('unknown')
      if (progress === undefined) break
      this.#move(progress, 'asked')
      taken.push(progress.session)
    }
    return taken
  }

  /** The dirty session that has waited longest. */
  oldest(): readonly [S, Known] | undefined {
    const progress = this.#front('dirty')
    return progress?.known === undefined ? undefined : [progress.session, progress.known]
  }

  /** ⑤ the session's delta goes out in a frame. */
  send(session: S, frame: number, known: Known, cut: Known): void {
    const progress = this.#find(session) ?? this.#begin(session, 'dirty')
    progress.frame = frame
    progress.known = known
    progress.cut = cut
    progress.again = undefined
    progress.refused = false
    this.#move(progress, 'sent')
  }

  /** ⑧ the frame that carried the session is held: the benchmark advances to the frame's cut, and only there. */
  acknowledge(session: S, frame: number): Held<S> | undefined {
    const progress = this.#find(session)
    if (progress?.place !== 'sent' || progress.frame !== frame) return undefined
    const { cut, again, refused } = progress
    if (again === undefined) this.#end(progress)
    else {
      progress.known = again
      // It has been counted among those that wait since it was marked again.
      this.#count(this.#waiting, session, -1)
      this.#move(progress, 'dirty')
    }
    this.#front('sent')
    return refused || cut === undefined ? undefined : { session, sequence: cut.since, cut }
  }

  /**
   * The link is lost: what was sent and not acknowledged must be sent again, from what was known before, or from what
   * the back-up has said since.
   */
  lose(): void {
    for (const progress of this.#queues.sent) {
      if (progress.place !== 'sent') continue
      const { again, refused } = progress
      if (again !== undefined) this.#count(this.#waiting, progress.session, -1)
      if (refused && again !== undefined) progress.known = again
      this.#move(progress, 'dirty')
    }
    this.#queues.sent.clear()
    for (const progress of this.#queues.asked) if (progress.place === 'asked') this.#move(progress, 'unknown')
    this.#queues.asked.clear()
  }

  /** Forgets everything about one slot: the peer no longer backs it up, or must be compared with anew. */
  forget(slot: number): void {
    // Of many slots at once, as a rule, of which few have anything on its way.
    if (this.isHeld(slot)) return
    for (const queue of Object.values(this.#queues)) {
      for (const progress of queue) if (progress.session.slot === slot && progress.place !== 'clean') this.#end(progress)
    }
    this.#waiting[slot] = 0
  }

  /** Forgets everything: the back-up is another process now. */
  clear(): void {
    for (const queue of Object.values(this.#queues)) {
      for (const progress of queue) if (progress.place !== 'clean') this.#end(progress)
      queue.clear()
    }
    this.#waiting.fill(0)
  }

  #find(session: S): Progress<S> | undefined {
    const attached = attachmentOf(session, this)
    return attached instanceof Progress ? attached : undefined
  }

  /** A session that stood clean comes to a place. */
  #begin(session: S, place: Exclude<Place, 'clean'>): Progress<S> {
    const progress = new Progress(this, session)
    attach(session, progress)
    this.#move(progress, place)
    return progress
  }

  #move(progress: Progress<S>, place: Exclude<Place, 'clean'>): void {
    if (progress.place === place) return
    this.#leave(progress)
    progress.place = place
    this.#counts[place]++
    this.#queues[place].push(progress)
    this.#count(place === 'sent' ? this.#sent : this.#waiting, progress.session, 1)
  }

  #leave({ place, session }: Progress<S>): void {
    if (place === 'clean') return
    this.#counts[place]--
    this.#count(place === 'sent' ? this.#sent : this.#waiting, session, -1)
  }

  #end(progress: Progress<S>): void {
    this.#leave(progress)
    progress.place = 'clean'
    detach(progress.session, progress)
  }

  /** The first who is still at the place; those who are not are let go of. */
  #front(place: Exclude<Place, 'clean'>): Progress<S> | undefined {
    const queue = this.#queues[place]
    let front = queue.front()
    while (front !== undefined && front.place !== place) {
      queue.shift()
      front = queue.front()
    }
    return front
  }

  /** It changed while it waits, which needs no more, or while it is on its way. */
  #markAgain(progress: Progress<S>): void {
    const { again, cut } = progress
    if (progress.place === 'sent' && again === undefined && cut !== undefined) this.#again(progress, cut)
  }

  #again(progress: Progress<S>, from: Known): void {
    if (progress.again === undefined) this.#count(this.#waiting, progress.session, 1)
    progress.again = from
  }

  #count(counts: Int32Array, { slot }: S, by: number): void {
    counts[slot] = (counts[slot] ?? 0) + by
  }
}
