/**
 * Counts copies: which saves wait for how many nodes, and who holds what. A save resolves when as many copies hold it
 * as were asked for, or when no more can be had.
 */
import type { StoredSession } from '@understudy/store'

/** One save that waits. */
interface Waiter {
  readonly stored: StoredSession
  readonly sequence: number
  readonly wanted: number
  readonly required: boolean
  readonly deadline: number
  readonly holders: string[]
  readonly resolve: (copies: number) => void
  readonly reject: (error: Error) => void
}

/** How a save waits. */
export interface CopyWish {
  /** Copies asked for, the primary's included. */
  readonly copies: number
  /** Whether to wait for back-ups that are away, up to the time limit. */
  readonly required: boolean
}

/** The saves of one node that wait for copies. */
export class Copies {
  readonly #timeout: number
  readonly #reachable: (slot: number) => number
  readonly #waiting = new Map<StoredSession, Waiter[]>()

  /**
   * @param timeout ms a save waits at most
   * @param reachable how many back-ups of a slot have a link now
   */
  constructor(timeout: number, reachable: (slot: number) => number) {
    this.#timeout = timeout
    this.#reachable = reachable
  }

  /** Saves that wait. */
  get size(): number {
    let size = 0
    for (const waiters of this.#waiting.values()) size += waiters.length
    return size
  }

  /**
   * Waits until a change of a session is held by as many nodes as wished.
   *
   * @param sequence slot sequence of the change
   * @returns the copies there are, the primary's included
   */
  wait(stored: StoredSession, sequence: number, wish: CopyWish, now: number): Promise<number> {
    if (wish.copies <= 1 || (!wish.required && this.#reachable(stored.slot) === 0)) return Promise.resolve(1)
    return new Promise((resolve, reject) => {
      const waiter = { stored, sequence, wanted: wish.copies, required: wish.required, deadline: now + this.#timeout, holders: [], resolve, reject }
      const waiters = this.#waiting.get(stored)
      if (waiters === undefined) this.#waiting.set(stored, [waiter])
      else waiters.push(waiter)
    })
  }

  /** A back-up holds the session up to a sequence. */
  held(backup: string, stored: StoredSession, sequence: number): void {
    const waiters = this.#waiting.get(stored)
    if (waiters === undefined) return
    for (const waiter of waiters) {
      if (waiter.sequence <= sequence && !waiter.holders.includes(backup)) waiter.holders.push(backup)
    }
    this.#release(stored, waiters, (waiter) => this.#satisfied(waiter))
  }

  /** Lets go of saves that have waited too long, or for back-ups that are gone. */
  tick(now: number): void {
    for (const [stored, waiters] of this.#waiting) {
      this.#release(stored, waiters, (waiter) => now >= waiter.deadline || this.#satisfied(waiter))
    }
  }

  /** Answers with an error whoever waits for copies of these: nobody here can say any more who holds them. */
  abandon(concerns: (stored: StoredSession) => boolean, error: Error): void {
    for (const [stored, waiters] of this.#waiting) {
      if (!concerns(stored)) continue
      this.#waiting.delete(stored)
      for (const waiter of waiters) waiter.reject(error)
    }
  }

  /** Lets go of all: the node closes. */
  close(): void {
    for (const [stored, waiters] of this.#waiting) this.#release(stored, waiters, () => true)
  }

  #satisfied(waiter: Waiter): boolean {
    const copies = waiter.holders.length + 1
    return copies >= waiter.wanted || (!waiter.required && copies >= this.#reachable(waiter.stored.slot) + 1)
  }

  #release(stored: StoredSession, waiters: readonly Waiter[], done: (waiter: Waiter) => boolean): void {
    const left: Waiter[] = []
    for (const waiter of waiters) {
      if (done(waiter)) waiter.resolve(waiter.holders.length + 1)
      else left.push(waiter)
    }
    if (left.length === 0) this.#waiting.delete(stored)
    else this.#waiting.set(stored, left)
  }
}
