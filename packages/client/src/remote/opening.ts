/** The first open of a session: finds or creates it, and begins to follow it. */
import type { ClientState, ClientUpFrame } from '@understudy/protocol/client'
import type { SessionKey } from '@understudy/session'
import type { CreateTerms } from '../gateway.js'
import { UnderstudyError } from '../understudy-error.js'
import type { Link } from './link.js'
import type { Answer, RequestKind } from './request.js'

/** What becomes of an opening. */
export interface OpeningOutcome {
  /** The node opened it, or found none (no state). @throws when the state makes no session */
  opened(state: ClientState | undefined, link: Link): void
  /** It will not be opened. */
  reject(error: UnderstudyError): void
  /** Nobody waits for the answer any more. */
  late(): void
}

/** A request to open a session. */
export class Opening implements RequestKind {
  readonly answer = 'opened'
  readonly key: SessionKey
  readonly #create: CreateTerms | undefined
  readonly #outcome: OpeningOutcome

  constructor(key: SessionKey, create: CreateTerms | undefined, outcome: OpeningOutcome) {
    this.key = key
    this.#create = create
    this.#outcome = outcome
  }

  frame(request: number): ClientUpFrame {
    return { type: 'open', request, key: this.key, ...(this.#create && { create: this.#create }) }
  }

  mayGo(): boolean {
    return true
  }

  isFinal(refusal: UnderstudyError): boolean {
    return !refusal.retryable
  }

  answered(answer: Answer, link: Link): void {
    const state = answer.type === 'opened' ? answer.state : undefined
    try {
      this.#outcome.opened(state, link)
    } catch (cause) {
      // Only this session is refused: one that is damaged must not cost the others their link.
      link.send({ type: 'leave', key: this.key })
      const message = 'The node sent a session that cannot be read. Check its version and its log.'
      this.#outcome.reject(new UnderstudyError('LINK_BROKEN', { message, cause }))
    }
  }

  failed(error: UnderstudyError): void {
    this.#outcome.reject(error)
  }

  overdue(error: UnderstudyError): boolean {
    this.#outcome.late()
    this.#outcome.reject(error)
    return false
  }
}
