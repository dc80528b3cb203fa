/**
 * Asks nodes what followed sessions lack: all that is asked of one node while the same events are dealt with is one
 * question, with one answer, one timer and one promise.
 *
 * ```
 *  gathering ──the events are dealt with──► sent ──answer──► over: the replicas have it, but for those unanswered
 *      └───────────────────────────────────────┴──link lost, primaries moved──► over: each has to be asked for alone
 * ```
 * Invariant: who asks joins a question that has not been sent yet: its answer is younger than the asking.
 */
import type { Refresh, Refreshed } from '@understudy/protocol/client'
import { REFRESH_LIMIT } from '@understudy/protocol/client'
import type { SessionKey } from '@understudy/session'
import type { Environment } from '../environment.js'
import { UnderstudyError } from '../understudy-error.js'
import type { Link } from './link.js'

/** Sessions that a question said nothing of; undefined: of none at all. */
type Unanswered = readonly SessionKey[] | undefined

/** What is asked of one node at once. */
class Question {
  readonly number: number
  readonly link: Link
  readonly keys = new Set<SessionKey>()
  readonly outcome: Promise<Unanswered>
  settle: (unanswered: Unanswered) => void = () => undefined
  fail: (error: UnderstudyError) => void = () => undefined
  cancelTimer: () => void = () => undefined

  constructor(number: number, link: Link) {
    this.number = number
    this.link = link
    this.outcome = new Promise((resolve, reject) => {
      this.settle = resolve
      this.fail = reject
    })
  }
}

/** The questions of a gateway. */
export class Refreshes {
  readonly #environment: Environment
  readonly #timeout: number
  readonly #questions = new Map<number, Question>()
  /** Those that are not sent yet. */
  #gathering: Question[] = []
  #last = 0

  /** @param timeout ms until a question must have its answer */
  constructor(environment: Environment, timeout: number) {
    this.#environment = environment
    this.#timeout = timeout
  }

  /**
   * Asks for what the client lacks of a session that it follows on this link.
   * @returns whether the answer spoke of the session; what it said has been taken in
   * @throws UnderstudyError TIMEOUT, STORE_CLOSED
   */
  async ask(link: Link, key: SessionKey): Promise<boolean> {
    const unanswered = await this.#join(link, key).outcome
    return unanswered !== undefined && !unanswered.includes(key)
  }

  /** An answer came, and the replicas have taken in what it says. */
  answered(link: Link, { request, unanswered }: Refreshed): void {
    const question = this.#questions.get(request)
    if (question?.link === link) this.#end(question).settle(unanswered)
  }

  /** Answers are not waited for any longer, on this link or on any. */
  recall(link?: Link): void {
    for (const question of this.#questions.values()) {
      if (link === undefined || question.link === link) this.#end(question).settle(undefined)
    }
  }

  /** Fails everything. */
  close(error: UnderstudyError): void {
    for (const question of this.#questions.values()) this.#end(question).fail(error)
  }

  #join(link: Link, key: SessionKey): Question {
    const gathered = this.#gathering.find((one) => one.link === link && one.keys.size < REFRESH_LIMIT)
    const question = gathered ?? this.#begin(link)
    question.keys.add(key)
    if (gathered === undefined) link.sendLast(() => this.#sent(question))
    return question
  }

  #begin(link: Link): Question {
    const question = new Question(++this.#last, link)
    this.#questions.set(question.number, question)
    question.cancelTimer = this.#environment.startTimer(this.#timeout, () => this.#end(question).fail(new UnderstudyError('TIMEOUT')))
    this.#gathering.push(question)
    return question
  }

  /** Nobody joins it any more. */
  #sent(question: Question): Refresh {
    this.#gathering = this.#gathering.filter((one) => one !== question)
    return { type: 'refresh', request: question.number, keys: [...question.keys] }
  }

  #end(question: Question): Question {
    this.#gathering = this.#gathering.filter((one) => one !== question)
    question.cancelTimer()
    this.#questions.delete(question.number)
    return question
  }
}
