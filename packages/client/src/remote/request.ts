/**
 * One request on its way to the primary of its session.
 *
 * ```
 *  waiting ──sent──► sent ──(replica shows it)──► shown ──┐
 *    ▲ ▲               │ │                                ├─answer──► done
 *    │ └──link lost────┘ ├────────────────────────────────┘
 *    │                   └─"not now"──► pausing ──┐
 *    └────────────────────────────────────────────┘
 * ```
 * Invariants: it has the same number wherever it is sent; an answer counts only on the link on which it was sent last;
 * once `uncertain`, always so: a link was lost after it was sent, and nobody knows what the node did.
 */
import type { Cleared, ClientUpFrame, Counted, Destroyed, Listed, Opened, Rotated, Saved } from '@understudy/protocol/client'
import type { SessionKey } from '@understudy/session'
import type { UnderstudyError } from '../understudy-error.js'
import type { DeadlineGroup } from './deadlines.js'
import type { Link } from './link.js'

/** Answers of a node that mean success. */
export type Answer = Opened | Saved | Destroyed | Listed | Counted | Cleared | Rotated

/** What makes a request an open, a save or a destroy. */
export interface RequestKind {
  readonly key: SessionKey
  /** The answer that belongs to it. */
  readonly answer: Answer['type']
  /** There may be thousands at once, when a primary is lost: only so many are sent in a turn of the event loop. */
  readonly comesInCrowds?: boolean
  /** Builds the frame, each time it is sent. */
  frame(request: number): ClientUpFrame
  /** Whether it may be sent on this link now; it is asked again after every event that could change that. */
  mayGo(link: Link): boolean
  /** Whether a refusal by a node is the last word; otherwise the request is sent again later. */
  isFinal(refusal: UnderstudyError): boolean
  /** The node did it. */
  answered(answer: Answer, link: Link): void
  /** The last word is a refusal, or the store closed. */
  failed(error: UnderstudyError): void
  /** Its time is up; true keeps it in the table, to be sent again until it is answered. */
  overdue(error: UnderstudyError, uncertain: boolean): boolean
}

/** Where a request is. */
export type Progress =
  | { readonly at: 'waiting' }
  | { readonly at: 'pausing'; readonly cancel: () => void }
  | { readonly at: 'sent'; readonly link: Link }
  | { readonly at: 'shown'; readonly link: Link }
  | { readonly at: 'done' }

/** A request; the table moves it. */
export class Request {
  /** Goes over the wire, and comes back with the answer. */
  readonly number: number
  readonly kind: RequestKind
  progress: Progress = { at: 'waiting' }
  /** A link was lost between sending and answer. */
  uncertain = false
  /** What the node said when it last asked to come again. */
  refusal: UnderstudyError | undefined
  /** How often it did. */
  refusals = 0
  /** Those that are overdue when it is; undefined: it never is, or has its last word. */
  deadline: DeadlineGroup<Request> | undefined

  constructor(number: number, kind: RequestKind) {
    this.number = number
    this.kind = kind
  }

  /** The link on which an answer is due. */
  get link(): Link | undefined {
    return this.progress.at === 'sent' || this.progress.at === 'shown' ? this.progress.link : undefined
  }
}
