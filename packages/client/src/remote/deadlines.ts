/**
 * When requests are overdue. Those that are made while the same events are dealt with share a timer: one each would be
 * a good part of what a request costs.
 *
 * Invariant: a group's timer runs as long as any of its requests has no last word.
 */
import type { Environment } from '../environment.js'

/** Requests with one deadline. */
export interface DeadlineGroup<R> {
  /** After which they are overdue, ms. */
  readonly timeout: number
  readonly requests: R[]
  /** How many have no last word yet. */
  left: number
  cancelTimer: () => void
}

/** The deadlines of a gateway's requests. */
export class Deadlines<R extends { deadline: DeadlineGroup<R> | undefined }> {
  readonly #environment: Environment
  readonly #overdue: (request: R) => void
  /** Takes what is requested while the events at hand are dealt with. */
  #open: DeadlineGroup<R> | undefined

  /** @param overdue called for each request that has no last word when its time is up */
  constructor(environment: Environment, overdue: (request: R) => void) {
    this.#environment = environment
    this.#overdue = overdue
  }

  /** A request begins. @param timeout after which it is overdue, ms */
  begin(request: R, timeout: number): void {
    const group = this.#open?.timeout === timeout ? this.#open : this.#start(timeout)
    group.requests.push(request)
    group.left++
    request.deadline = group
  }

  /** A request has its last word. */
  end(request: R): void {
    const group = request.deadline
    if (group === undefined) return
    request.deadline = undefined
    if (--group.left > 0) return
    group.cancelTimer()
    if (this.#open === group) this.#open = undefined
  }

  #start(timeout: number): DeadlineGroup<R> {
    const group: DeadlineGroup<R> = { timeout, requests: [], left: 0, cancelTimer: () => undefined }
    group.cancelTimer = this.#environment.startTimer(timeout, () => {
      for (const request of group.requests) if (request.deadline === group) this.#overdue(request)
    })
    const { soon } = this.#environment
    if (soon === undefined) return group
    this.#open = group
    soon(() => {
      if (this.#open === group) this.#open = undefined
    })
    return group
  }
}
