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
import type { Known, ReplicatedSession } from './sessions.js'

/** A delta on its way. */
interface Sent {
  /** Number of the frame that carries it. */
  readonly frame: number
  /** What was known before; true again if the frame is lost. */
  readonly known: Known
  /** What is known once the frame is acknowledged. */
  readonly cut: Known
  /** Set when the session must be sent again, from here, once the frame is acknowledged. */
  next: Known | undefined
  /** The back-up said that it did not merge this delta. */
  refused: boolean
}

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
  readonly #dirty = new Map<S, Known>()
  readonly #unknown = new Map<S, number>()
  readonly #asked = new Map<S, number>()
  readonly #sent = new Map<S, Sent>()
  /** Sessions a slot that are still to be sent (sent ones that must be sent again included). */
  readonly #waiting = new Int32Array(256)

  /** @param retainedLimit how many benchmarks are kept at most; further sessions are asked about instead */
  constructor(retainedLimit: number) {
    this.#retainedLimit = retainedLimit
  }

  /** Sessions still to send. */
  get waiting(): number {
    return this.#dirty.size + this.#unknown.size + this.#asked.size
  }

  /** Sessions on their way. */
  get sent(): number {
    return this.#sent.size
  }

  /** Where a session stands. `known` of a clean one is undefined, too: it is the session's own state. */
  stageOf(session: S): Stage {
    const sent = this.#sent.get(session)
    if (sent !== undefined) return { stage: 'sent', known: sent.refused ? sent.next : sent.known }
    const dirty = this.#dirty.get(session)
    if (dirty !== undefined) return { stage: 'dirty', known: dirty }
    const stage = this.#asked.has(session) ? 'asked' : this.#unknown.has(session) ? 'unknown' : 'clean'
    return { stage, known: undefined }
  }

  /** Whether everything of the slot has been sent, acknowledged or not. */
  isSent(slot: number): boolean {
    return this.#waiting[slot] === 0
  }

  /** Whether everything of the slot has been sent and acknowledged. */
  isHeld(slot: number): boolean {
    if (!this.isSent(slot)) return false
    for (const session of this.#sent.keys()) if (session.slot === slot) return false
    return true
  }

  /** The session changed; `known` is what the back-up holds if it stood clean. */
  mark(session: S, known: Known): void {
    const sent = this.#sent.get(session)
    if (sent !== undefined) return this.#again(session, sent, sent.next ?? sent.cut)
    if (this.#dirty.has(session) || this.#unknown.has(session) || this.#asked.has(session)) return
    if (this.#dirty.size < this.#retainedLimit) this.#add(this.#dirty, session, known)
    else this.#add(this.#unknown, session, known.since)
  }

  /** The session must be sent, and what the back-up holds of it has to be learnt first. */
  markUnknown(session: S, since: number): void {
    const sent = this.#sent.get(session)
    if (sent !== undefined) return this.#again(session, sent, sent.next ?? sent.cut)
    if (this.#dirty.has(session) || this.#unknown.has(session) || this.#asked.has(session)) return
    this.#add(this.#unknown, session, since)
  }

  /** The back-up, or the keeper of its benchmarks, says what it holds; that overrides whatever was believed. */
  tell(session: S, known: Known): void {
    const sent = this.#sent.get(session)
    if (sent !== undefined) {
      sent.refused = true
      return this.#again(session, sent, known)
    }
    const since = this.#asked.get(session) ?? this.#unknown.get(session)
    this.#remove(this.#asked, session)
    this.#remove(this.#unknown, session)
    this.#remove(this.#dirty, session)
    this.#add(this.#dirty, session, since === undefined ? known : { ...known, since })
  }

  /** The back-up holds the session as it is; nothing need be sent. */
  settle(session: S): void {
    for (const place of [this.#dirty, this.#unknown, this.#asked]) this.#remove(place, session)
  }

  /** Moves up to `limit` sessions of unknown benchmark to `asked`, oldest first. */
  takeUnknown(limit: number): S[] {
    const taken: S[] = []
    for (const [session, since] of this.#unknown) {
      if (taken.length === limit) break
      this.#unknown.delete(session)
      this.#asked.set(session, since)
      taken.push(session)
    }
    return taken
  }

  /** The dirty session that has waited longest. */
  oldest(): readonly [S, Known] | undefined {
    for (const entry of this.#dirty) return entry
    return undefined
  }

  /** ⑤ the session's delta goes out in a frame. */
  send(session: S, frame: number, known: Known, cut: Known): void {
    this.#remove(this.#dirty, session)
    this.#sent.set(session, { frame, known, cut, next: undefined, refused: false })
  }

  /** ⑧ the frame that carried the session is held: the benchmark advances to the frame's cut, and only there. */
  acknowledge(session: S, frame: number): Held<S> | undefined {
    const sent = this.#sent.get(session)
    if (sent === undefined || sent.frame !== frame) return undefined
    this.#sent.delete(session)
    if (sent.next !== undefined) this.#dirty.set(session, sent.next)
    return sent.refused ? undefined : { session, sequence: sent.cut.since, cut: sent.cut }
  }

  /**
   * The link is lost: what was sent and not acknowledged must be sent again, from what was known before, or from what
   * the back-up has said since.
   */
  lose(): void {
    for (const [session, { known, next, refused }] of this.#sent) {
      if (next === undefined) this.#count(session, 1)
      this.#dirty.set(session, refused && next !== undefined ? next : known)
    }
    this.#sent.clear()
    for (const [session, since] of this.#asked) this.#unknown.set(session, since)
    this.#asked.clear()
  }

  /** Forgets everything about one slot: the peer no longer backs it up, or must be compared with anew. */
  forget(slot: number): void {
    for (const sessions of [this.#dirty, this.#unknown, this.#asked, this.#sent]) {
      for (const session of sessions.keys()) if (session.slot === slot) sessions.delete(session)
    }
    this.#waiting[slot] = 0
  }

  #again(session: S, sent: Sent, next: Known): void {
    if (sent.next === undefined) this.#count(session, 1)
    sent.next = next
  }

  #add<V>(place: Map<S, V>, session: S, value: V): void {
    place.set(session, value)
    this.#count(session, 1)
  }

  #remove(place: Map<S, unknown>, session: S): void {
    if (place.delete(session)) this.#count(session, -1)
  }

  #count(session: S, by: number): void {
    this.#waiting[session.slot] = (this.#waiting[session.slot] ?? 0) + by
  }
}
