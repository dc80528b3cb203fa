/**
 * One session that a RemoteGateway follows: its replica, and the link over which the primary keeps it up to date.
 *
 * ```
 *  attached ──link lost, primary moved, or delta does not fit──► reopening ──opened──► attached
 *      └──────────────leave or end──────────► over ◄──────────────────┘
 * ```
 * Invariants: deltas count only from the link to which it is attached; a replica that a delta does not fit is replaced
 * by one made of the primary's whole state, never patched by guess.
 */
import type { LiveDocuments } from '@understudy/document'
import type { ClientState, ClientUpFrame, OperationId } from '@understudy/protocol/client'
import type { SessionKey } from '@understudy/session'
import { Session } from '@understudy/session'
import { equalityDeep } from 'lib0/function'
import type { EndReason } from '../end-reason.js'
import type { Followed, FollowListener } from '../gateway.js'
import type { UnderstudyError } from '../understudy-error.js'
import { encodeBenchmark } from '@understudy/differencing'
import type { Link } from './link.js'
import type { Answer, Request, RequestKind } from './request.js'

/** What a follow asks of its gateway. */
export interface FollowSurroundings {
  /** Sends a request to open the session again. */
  reopen(follow: Follow): Request
  /** Takes a request back, and undoes on the link what it may have done. */
  abandon(request: Request, key: SessionKey): void
  /** The replica contains these saves; told before the listener hears of the change. */
  applied(key: SessionKey, operations: readonly OperationId[]): void
  /** The follow is attached: what waited for it may go. */
  attached(follow: Follow): void
  /** Nothing follows the session any more. */
  over(follow: Follow): void
  /** The node's clock, ms since 1970. */
  nodeTime(): number
}

type Place =
  | { readonly at: 'attached'; readonly link: Link }
  | { readonly at: 'reopening'; readonly request: Request }
  | { readonly at: 'over' }

/** A followed session, and the request that opens it again. */
export class Follow implements Followed, RequestKind {
  readonly answer = 'opened'
  readonly comesInCrowds = true
  readonly key: SessionKey
  readonly #listener: FollowListener
  readonly #live: LiveDocuments
  readonly #surroundings: FollowSurroundings
  #replica: Session
  #place: Place
  /** The next reopening asks for the whole state. */
  #wantsWhole = false

  /**
   * @param state the whole session
   * @throws an error of session or document when the state makes no session
   */
  constructor(
    state: ClientState,
    link: Link,
    listener: FollowListener,
    live: LiveDocuments,
    surroundings: FollowSurroundings,
  ) {
    this.key = state.key
    this.#replica = Session.load(state, { live })
    this.#place = { at: 'attached', link }
    this.#listener = listener
    this.#live = live
    this.#surroundings = surroundings
  }

  get replica(): Session {
    return this.#replica
  }

  /** Whether the primary keeps it up to date over this link. */
  isAttachedTo(link: Link): boolean {
    return this.#place.at === 'attached' && this.#place.link === link
  }

  /** The link to which it is attached. */
  get link(): Link | undefined {
    return this.#place.at === 'attached' ? this.#place.link : undefined
  }

  get isAttached(): boolean {
    return this.#place.at === 'attached' && this.#place.link.isOpen
  }

  /** Whether the primary is being asked for it anew. */
  get isReopening(): boolean {
    return this.#place.at === 'reopening'
  }

  /** Why the node did not open it again, when it was asked last. */
  get refusal(): UnderstudyError | undefined {
    return this.#place.at === 'reopening' ? this.#place.request.refusal : undefined
  }

  /** From the Store: nobody holds the session any more. */
  leave(): void {
    const place = this.#place
    if (place.at === 'over') return
    this.#place = { at: 'over' }
    if (place.at === 'attached') place.link.send({ type: 'leave', key: this.key })
    else this.#surroundings.abandon(place.request, this.key)
    this.#surroundings.over(this)
  }

  /** The link is lost, or leads to the primary no longer. */
  detach(): void {
    if (this.#place.at === 'attached') this.#reopen()
  }

  /** A delta came over the link. */
  changed(link: Link, state: ClientState): void {
    if (!this.isAttachedTo(link)) return
    if (state.death) return this.end(state.death.reason)
    if (!this.#merge(state)) {
      this.#wantsWhole = true
      this.#reopen()
    }
  }

  /** The session is over. */
  end(reason: EndReason): void {
    const place = this.#place
    if (place.at === 'over') return
    this.#place = { at: 'over' }
    if (place.at === 'reopening') this.#surroundings.abandon(place.request, this.key)
    this.#surroundings.over(this)
    this.#listener.ended(reason)
  }

  /** The node refused a request because the session is over, or knows of none (`unknown`), and says no more. */
  gone(otherwise: 'destroyed' | 'unknown'): void {
    this.end(this.#isOverdue() ? 'expired' : otherwise)
  }

  frame(request: number): ClientUpFrame {
    const open = { type: 'open', request, key: this.key } as const
    return this.#wantsWhole ? open : { ...open, benchmark: encodeBenchmark(this.#replica.benchmark()) }
  }

  /** Builds a request for what the replica lacks now, while it goes on as it is. */
  freshFrame(request: number): ClientUpFrame {
    return { type: 'open', request, key: this.key, benchmark: encodeBenchmark(this.#replica.benchmark()) }
  }

  mayGo(): boolean {
    return true
  }

  isFinal(refusal: UnderstudyError): boolean {
    return ['SESSION_DESTROYED', 'SESSION_UNKNOWN', 'STORE_CLOSED'].includes(refusal.code)
  }

  answered(answer: Answer, link: Link): void {
    if (this.#place.at !== 'reopening' || answer.type !== 'opened') return
    this.#place = { at: 'attached', link }
    const { state } = answer
    if (!state) return this.gone('unknown')
    if (state.death) return this.end(state.death.reason)
    if (this.#wantsWhole) this.#replace(state, link)
    else if (!this.#merge(state)) {
      this.#wantsWhole = true
      return this.#reopen()
    }
    if (this.#place.at === 'attached') this.#surroundings.attached(this)
  }

  failed(error: UnderstudyError): void {
    if (error.code !== 'STORE_CLOSED') this.gone(error.code === 'SESSION_UNKNOWN' ? 'unknown' : 'destroyed')
  }

  overdue(): boolean {
    return true
  }

  #reopen(): void {
    this.#place = { at: 'reopening', request: this.#surroundings.reopen(this) }
  }

  /** Merges what is new; false when it does not fit what the replica holds. */
  #merge(state: ClientState): boolean {
    try {
      const { changed, lacksFrozen } = this.#replica.merge(state, admitAll, { adopt: true })
      if (lacksFrozen) return false
      this.#tell(state, changed)
      return true
    } catch {
      return false
    }
  }

  /** Takes the whole state in place of the replica; tells which attributes differ. */
  #replace(state: ClientState, link: Link): void {
    const before = this.#replica.toJSON()
    try {
      this.#replica = Session.load(state, { live: this.#live })
    } catch (error) {
      return link.fail('LINK_BROKEN', 'sent a session that cannot be read', error)
    }
    this.#wantsWhole = false
    const after = this.#replica.toJSON()
    const names = [...new Set([...Object.keys(before), ...Object.keys(after)])]
    this.#tell(
      state,
      names.filter((name) => !equalityDeep(before[name], after[name])),
    )
  }

  #tell(state: ClientState, changed: readonly string[]): void {
    if (state.operations) this.#surroundings.applied(this.key, state.operations)
    if (changed.length > 0) this.#listener.changed(changed)
  }

  #isOverdue(): boolean {
    const deadline = this.#replica.deadline()
    return deadline !== undefined && deadline <= this.#surroundings.nodeTime()
  }
}

/** A client believes its primary, which has checked every writer. */
const admitAll = (): boolean => true
