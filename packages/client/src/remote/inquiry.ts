/**
 * A request whose answer is all there is to it: nothing is followed, and sending it again has no second effect.
 */
import type { ClientUpFrame } from '@understudy/protocol/client'
import type { SessionKey } from '@understudy/session'
import type { UnderstudyError } from '../understudy-error.js'
import type { Link } from './link.js'
import type { Answer, RequestKind } from './request.js'

/** The answer of a type. */
export type AnswerOf<T extends Answer['type']> = Extract<Answer, { readonly type: T }>

/** What an inquiry is, and who waits for it. */
export interface InquiryOptions<T extends Answer['type']> {
  /** Decides to which primary it goes. */
  readonly key: SessionKey
  readonly answer: T
  frame(request: number): ClientUpFrame
  resolve(answer: AnswerOf<T>, link: Link): void
  reject(error: UnderstudyError): void
}

/** A question on its way. */
export class Inquiry<T extends Answer['type']> implements RequestKind {
  readonly answer: T
  readonly key: SessionKey
  readonly #options: InquiryOptions<T>

  constructor(options: InquiryOptions<T>) {
    this.#options = options
    this.answer = options.answer
    this.key = options.key
  }

  frame(request: number): ClientUpFrame {
    return this.#options.frame(request)
  }

  mayGo(): boolean {
    return true
  }

  isFinal(refusal: UnderstudyError): boolean {
    return !refusal.retryable
  }

  answered(answer: Answer, link: Link): void {
    if (this.#isOurs(answer)) this.#options.resolve(answer, link)
  }

  failed(error: UnderstudyError): void {
    this.#options.reject(error)
  }

  overdue(error: UnderstudyError): boolean {
    this.#options.reject(error)
    return false
  }

  /** The table has compared the types already. */
  #isOurs(answer: Answer): answer is AnswerOf<T> {
    return answer.type === this.answer
  }
}
