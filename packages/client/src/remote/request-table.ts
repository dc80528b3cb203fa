/**
 * All requests without an answer, in the order in which they were made, and the moves between their states.
 *
 * Invariant: whatever is in the table is sent, or will be when its link opens, its turn comes or its pause ends. Of what
 * comes in crowds only so much is sent in a turn of the event loop: neither the app nor its node stands still meanwhile.
 */
import { ProtocolError } from '@understudy/protocol/client'
import type { SessionKey } from '@understudy/session'
import type { Environment } from '../environment.js'
import { toUnderstudyError, UnderstudyError } from '../understudy-error.js'
import type { Backoff } from './backoff.js'
import { pauseBefore } from './backoff.js'
import { Deadlines } from './deadlines.js'
import type { Link } from './link.js'
import type { Answer, RequestKind } from './request.js'
import { Request } from './request.js'
import { TransientMap } from './transient-map.js'

/** Where requests go, and why they may not. */
export interface Routes {
  /** The open link to the primary of the session; starts it if need be. */
  linkTo(key: SessionKey): Link | undefined
  /** Why a request that waits to be sent is not. */
  whyNot(key: SessionKey): UnderstudyError
}

/** More requests without an answer are refused: they would only cost memory. */
const MOST = 100_000
/** Requests of a crowd that are sent in one turn of the event loop. */
const CROWD = 128
/** Pauses when a node asks to come again, ms. */
const REFUSAL_PAUSES: Backoff = { first: 50, longest: 1_000 }

/** The requests of a gateway. */
export class RequestTable {
  readonly #environment: Environment
  readonly #routes: Routes
  readonly #requests = new TransientMap<number, Request>()
  readonly #deadlines: Deadlines<Request>
  #last = 0
  /** Requests of a crowd that were sent in this turn. */
  #crowd = 0

  constructor(environment: Environment, routes: Routes) {
    this.#environment = environment
    this.#routes = routes
    this.#deadlines = new Deadlines(environment, (request) => this.#overdue(request))
  }

  /** Whether the app has to wait before it asks for more. */
  get isFull(): boolean {
    return this.#requests.size >= MOST
  }

  /**
   * Adds a request; `dispatch` sends it.
   * @param timeout after which it is overdue, ms; without one it never is
   */
  add(kind: RequestKind, timeout?: number): Request {
    const request = new Request(++this.#last, kind)
    this.#requests.set(request.number, request)
    if (timeout !== undefined) this.#deadlines.begin(request, timeout)
    return request
  }

  /** Sends a request that waits, if it can go. */
  dispatch(request: Request): void {
    if (request.progress.at !== 'waiting') return
    if (request.kind.comesInCrowds === true && this.#crowd > CROWD) return
    const link = this.#routes.linkTo(request.kind.key)
    if (!link || !request.kind.mayGo(link)) return
    if (request.kind.comesInCrowds === true && !this.#admits()) return
    request.progress = { at: 'sent', link }
    try {
      link.send(request.kind.frame(request.number))
    } catch (thrown) {
      // Not encodable: no node will ever take it.
      this.#remove(request)
      request.kind.failed(unencodable(thrown))
    }
  }

  /** Sends all that wait and can go; `anew` also ends the pauses, because the placement changed. */
  dispatchAll(anew = false): void {
    for (const request of this.#requests.values()) {
      if (anew && request.progress.at === 'pausing') this.#endPause(request)
      else this.dispatch(request)
    }
  }

  /**
   * An answer came; it is not taken when no request waits for it on this link.
   * @returns whether it was taken
   */
  answered(link: Link, answer: Answer): boolean {
    const request = this.#requests.get(answer.request)
    if (request?.link !== link) return false
    if (request.kind.answer !== answer.type) {
      link.fail('LINK_BROKEN', `answered request ${answer.request} with ${answer.type}`)
      return true
    }
    this.#remove(request)
    request.kind.answered(answer, link)
    return true
  }

  /** The session of a request whose answer is due on this link. */
  keyOf(link: Link, number: number): SessionKey | undefined {
    const request = this.#requests.get(number)
    return request?.link === link ? request.kind.key : undefined
  }

  /** The node refused a request: for good, or for now. */
  refused(link: Link, number: number, error: UnderstudyError): void {
    const request = this.#requests.get(number)
    if (request?.link !== link) return
    if (request.kind.isFinal(error)) {
      this.#remove(request)
      request.kind.failed(error)
      return
    }
    // A node that made it, and then is no primary any more or not of the majority, may have passed it on, or not.
    if (request.progress.at === 'shown' || error.copies !== undefined) request.uncertain = true
    request.refusal = error
    const pause = pauseBefore(request.refusals++, REFUSAL_PAUSES, this.#environment.random())
    const cancel = this.#environment.startTimer(pause, () => this.#endPause(request))
    request.progress = { at: 'pausing', cancel }
  }

  /** A link is gone: what was sent on it waits again, in its old place. */
  linkLost(link: Link): void {
    for (const request of this.#requests.values()) {
      if (request.link !== link) continue
      request.uncertain = true
      request.progress = { at: 'waiting' }
    }
  }

  /** Primaries have changed: what was sent to a node that is none any more waits again, since it may never answer. */
  recall(isElsewhere: (key: SessionKey, link: Link) => boolean): void {
    for (const request of this.#requests.values()) {
      const { link } = request
      if (link === undefined || !isElsewhere(request.kind.key, link)) continue
      request.uncertain = true
      request.progress = { at: 'waiting' }
    }
  }

  /** The node has applied the request, but waits for copies before it answers. */
  shown(request: Request): void {
    if (request.progress.at === 'sent') request.progress = { at: 'shown', link: request.progress.link }
  }

  /** Takes a request back; nothing more is told of it. */
  drop(request: Request): void {
    this.#remove(request)
  }

  /** Fails everything. */
  close(error: UnderstudyError): void {
    for (const request of this.#requests.values()) {
      this.#remove(request)
      request.kind.failed(error)
    }
  }

  /** Whether one more of a crowd may go in this turn; those that may not go in the next ones. */
  #admits(): boolean {
    const { soon } = this.#environment
    if (soon === undefined) return true
    if (this.#crowd++ === 0) {
      soon(() => {
        const isLeft = this.#crowd > CROWD
        this.#crowd = 0
        if (isLeft) this.dispatchAll()
      })
    }
    return this.#crowd <= CROWD
  }

  #overdue(request: Request): void {
    const { kind } = request
    const uncertain = request.uncertain || request.link !== undefined
    const reason = request.refusal ?? (request.progress.at === 'waiting' ? this.#routes.whyNot(kind.key) : undefined)
    const error = uncertain || reason === undefined ? new UnderstudyError('TIMEOUT', { cause: reason }) : reason
    if (!kind.overdue(error, uncertain)) this.#remove(request)
  }

  #endPause(request: Request): void {
    if (request.progress.at !== 'pausing') return
    request.progress.cancel()
    request.progress = { at: 'waiting' }
    this.dispatch(request)
  }

  #remove(request: Request): void {
    if (request.progress.at === 'pausing') request.progress.cancel()
    this.#deadlines.end(request)
    request.progress = { at: 'done' }
    this.#requests.delete(request.number)
  }
}

/** A request for which there is no frame: too large, or with a number that no frame holds. */
function unencodable(thrown: unknown): UnderstudyError {
  const tooLarge = thrown instanceof ProtocolError && thrown.code === 'FRAME_TOO_LARGE'
  if (!tooLarge) return toUnderstudyError(thrown)
  const message = 'The operations do not fit into one frame; nothing was sent. Save fewer or smaller values at a time.'
  return new UnderstudyError('SESSION_TOO_LARGE', { message, cause: thrown })
}
