/**
 * Reconciliation: finding out what differs when no common history says so: a back-up of another epoch, unequal digests,
 * a primary that starts with less than its back-ups hold. Per slot, in both directions:
 *
 *   primary ── compare: keys and fingerprints of a range ──► back-up
 *   primary ◄── benchmarks: what it holds of all that differ ── back-up
 *   primary ── want: keys of which the back-up holds more ──► back-up
 *   primary ◄── offer: the deltas ── back-up          (and the primary's own deltas flow as ever)
 *
 * Where much may be equal (a take-over), digests are compared first: marks of all slots go out, the back-up names those
 * that differ, and the answer to an empty comparison behind them tells that there are no more.
 *
 * Cost grows with the sessions stored in the slots that differ, and only in those. One request is outstanding at a
 * time, so that neither side is flooded.
 */
import { encodeBenchmark } from '@understudy/differencing'
import type { Compare, SessionKey, Want } from '@understudy/protocol'
import type { ReplicatedSession, Sessions } from './sessions.js'

/** Keys in one compare frame at most: 24 bytes each. */
const COMPARE_LIMIT = 2_000
/** Keys in one want frame at most; the answer carries their sessions. */
const WANT_LIMIT = 200

/** A range that holds no key: what is asked about it is answered at once, after all that was asked before. */
const NOWHERE = emptyBound()

/** Something to ask of the back-up. */
type Question =
  | { readonly type: 'compare'; readonly slot: number; readonly from: SessionKey | ''; readonly to: SessionKey | ''; readonly keys: readonly SessionKey[] }
  | { readonly type: 'want'; readonly keys: readonly SessionKey[] }

/** The questions of one primary to one back-up, one at a time. */
export class Reconciliation<S extends ReplicatedSession> {
  readonly #sessions: Sessions<S>
  readonly #questions: Question[] = []
  readonly #comparing = new Set<number>()
  /** Slots of which digests are to be compared. */
  readonly #unchecked = new Set<number>()
  /** Slots of which the back-up compares digests, or just answers. */
  readonly #checked = new Set<number>()
  #request = 0
  #outstanding: Question | undefined

  constructor(sessions: Sessions<S>) {
    this.#sessions = sessions
  }

  /** Whether nothing is being asked or waits to be. */
  get settled(): boolean {
    return this.#outstanding === undefined && this.#questions.length === 0 && this.#unchecked.size === 0
  }

  /** Whether the slot is being compared or has sessions wanted. */
  isSettled(slot: number): boolean {
    return !this.#comparing.has(slot)
  }

  /** Slots under comparison: for the node's progress. */
  get comparing(): number {
    return this.#comparing.size
  }

  /** Asks whether the slot differs at all, and if so, in what. */
  check(slot: number): void {
    if (this.#comparing.has(slot)) return
    this.#comparing.add(slot)
    this.#unchecked.add(slot)
  }

  /** The slots of which marks are to be sent now, for the back-up to compare digests. */
  takeChecks(): readonly number[] {
    const slots = [...this.#unchecked]
    this.#unchecked.clear()
    for (const slot of slots) this.#checked.add(slot)
    if (slots[0] !== undefined) this.#awaitAnswer(slots[0])
    return slots
  }

  /** Asks for nothing but an answer: who gives it has heard all that was said before. */
  confirm(slot: number): void {
    if (this.#comparing.has(slot)) return
    this.#comparing.add(slot)
    this.#checked.add(slot)
    this.#awaitAnswer(slot)
  }

  /** Asks for everything in the slot that differs. */
  compare(slot: number): void {
    if (this.#comparing.has(slot) && !this.#checked.delete(slot)) return
    this.#comparing.add(slot)
    const keys = Array.from(this.#sessions.all(slot), (session) => session.key).sort()
    let from: SessionKey | '' = ''
    for (let start = 0; start === 0 || start < keys.length; start += COMPARE_LIMIT) {
      const part = keys.slice(start, start + COMPARE_LIMIT)
      const to = keys[start + COMPARE_LIMIT] ?? ''
      this.#questions.push({ type: 'compare', slot, from, to, keys: part })
      from = to
    }
  }

  /** Asks for sessions of which the back-up holds something that we lack; before any further comparison. */
  want(keys: readonly SessionKey[]): void {
    for (let start = 0; start < keys.length; start += WANT_LIMIT) {
      this.#questions.unshift({ type: 'want', keys: keys.slice(start, start + WANT_LIMIT) })
    }
  }

  /** The next question, when the one before has been answered. */
  next(): Compare | Want | undefined {
    if (this.#outstanding !== undefined) return undefined
    const question = this.#questions.shift()
    if (question === undefined) return undefined
    this.#outstanding = question
    const request = ++this.#request
    return question.type === 'compare' ? this.#compareFrame(request, question) : this.#wantFrame(request, question)
  }

  /** Whether this is the answer that is awaited; late answers of a lost link are not. */
  awaits(request: number): boolean {
    return this.#outstanding !== undefined && request === this.#request
  }

  /**
   * The outstanding question is answered, and what follows from it has been queued.
   *
   * @returns the slots that are settled by this
   */
  answered(): number[] {
    this.#outstanding = undefined
    if (this.#questions.length === 0 && this.#unchecked.size === 0) {
      this.#checked.clear()
      const settled = [...this.#comparing]
      this.#comparing.clear()
      return settled
    }
    return []
  }

  /** The link is lost, and with it all questions. */
  reset(): void {
    this.#questions.length = 0
    this.#comparing.clear()
    this.#unchecked.clear()
    this.#checked.clear()
    this.#outstanding = undefined
  }

  /** There is a question still to be asked; if not, one to which the answer is empty. */
  #awaitAnswer(slot: number): void {
    if (this.#questions.length === 0) this.#questions.push({ type: 'compare', slot, from: NOWHERE, to: NOWHERE, keys: [] })
  }

  #compareFrame(request: number, { slot, from, to, keys }: Question & { type: 'compare' }): Compare {
    const entries = keys.flatMap((key) => {
      const session = this.#sessions.find(key)
      return session === undefined ? [] : [{ key, fingerprint: this.#sessions.fingerprint(session) }]
    })
    return { type: 'compare', request, slot, from, to, entries }
  }

  #wantFrame(request: number, { keys }: Question & { type: 'want' }): Want {
    const entries = keys.map((key) => {
      const session = this.#sessions.find(key)
      const benchmark = session && this.#sessions.benchmark(session)
      return benchmark === undefined ? { key } : { key, benchmark: encodeBenchmark(benchmark) }
    })
    return { type: 'want', request, entries }
  }
}

function emptyBound(): SessionKey {
  const key = '0'.repeat(32)
  if (!isKey(key)) throw new RangeError('zeroes are a key')
  return key
}

function isKey(text: string): text is SessionKey {
  return text.length === 32
}
