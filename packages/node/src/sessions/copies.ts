/**
 * Counts copies: which saves wait for how many nodes, and who holds what. A save resolves when as many copies hold it
 * as were asked for, or when no more can be had. In partition `consistent` it never resolves with less than the quorum.
 */
import type { StoredSession } from '@understudy/store'
import { noQuorum } from '../node-error.js'

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

/** What counting copies needs of its node. */
export interface CopiesOptions {
  /** ms a save waits at most. */
  readonly timeout: number
  /** How many back-ups of a slot have a link now. */
  readonly reachable: (slot: number) => number
  /** Whether a write that this node and these back-ups hold may be acknowledged, however few were asked for. */
  readonly suffices: (slot: number, backups: readonly string[]) => boolean
}

/** The saves of one node that wait for copies. */
export class Copies {
  readonly #options: CopiesOptions
  readonly #waiting = new Map<StoredSession, Waiter[]>()

  constructor(options: CopiesOptions) {
    this.#options = options
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
   * @throws NodeError NO_QUORUM when those that there are do not suffice
   */
  wait(stored: StoredSession, sequence: number, wish: CopyWish, now: number): Promise<number> {
    const { timeout, reachable, suffices } = this.#options
    const isAlone = wish.copies <= 1 || (!wish.required && reachable(stored.slot) === 0)
    if (isAlone && suffices(stored.slot, [])) return Promise.resolve(1)
    return new Promise((resolve, reject) => {
      const waiter = { stored, sequence, wanted: wish.copies, required: wish.required, deadline: now + timeout, holders: [], resolve, reject }
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

  /** Answers with an error, made for the copies there are, whoever waits for copies of these: this node can't vouch for more. */
  abandon(concerns: (stored: StoredSession) => boolean, error: (copies: number) => Error): void {
    for (const [stored, waiters] of this.#waiting) {
      if (!concerns(stored)) continue
      this.#waiting.delete(stored)
      for (const waiter of waiters) waiter.reject(error(waiter.holders.length + 1))
    }
  }

  /** Lets go of all: the node closes. */
  close(): void {
    for (const [stored, waiters] of this.#waiting) this.#release(stored, waiters, () => true)
  }

  #satisfied(waiter: Waiter): boolean {
    const copies = waiter.holders.length + 1
    const isAll = !waiter.required && copies >= this.#options.reachable(waiter.stored.slot) + 1
    return (copies >= waiter.wanted || isAll) && this.#options.suffices(waiter.stored.slot, waiter.holders)
  }

  #release(stored: StoredSession, waiters: readonly Waiter[], done: (waiter: Waiter) => boolean): void {
    const left: Waiter[] = []
    for (const waiter of waiters) {
      const copies = waiter.holders.length + 1
      if (!done(waiter)) left.push(waiter)
      else if (this.#options.suffices(stored.slot, waiter.holders)) waiter.resolve(copies)
      else waiter.reject(noQuorum(copies))
    }
    if (left.length === 0) this.#waiting.delete(stored)
    else this.#waiting.set(stored, left)
  }
}
