/**
 * Counts copies: which saves wait for how many nodes, and who holds what. A save resolves when as many copies hold it
 * as were asked for, or when no more can be had.
 *
 * Waiting saves are attached to their session (replication's attachment.ts says why), the next behind the one before.
 */
import { attach, attachmentOf, detach } from '@understudy/replication'
import type { Attachment } from '@understudy/replication'
import type { StoredSession } from '@understudy/store'

/** How a save waits. */
export interface CopyWish {
  /** Copies asked for, the primary's included. */
  readonly copies: number
  /** Whether to wait for back-ups that are away, up to the time limit. */
  readonly required: boolean
  /** Whether the save had been applied before: passed on, so that its promise need not be followed by another. */
  readonly duplicate: boolean
}

/** What a save came to. */
export interface CopyCount {
  /** Nodes that hold it, the primary included. */
  readonly copies: number
  /** As the wish said. */
  readonly duplicate: boolean
}

const NOBODY: readonly string[] = []

/** One save that waits. */
class Waiter implements Attachment {
  next: Attachment | undefined
  /** The session's next save that waits. */
  after: Waiter | undefined
  holders = NOBODY
  done = false
  readonly sequence: number
  readonly owner: object
  readonly stored: StoredSession
  readonly wish: CopyWish
  readonly deadline: number
  readonly resolve: (count: CopyCount) => void
  readonly reject: (error: Error) => void

  constructor(owner: object, stored: StoredSession, wish: CopyWish, deadline: number, settle: Pick<Waiter, 'resolve' | 'reject'>) {
    this.owner = owner
    this.stored = stored
    this.sequence = stored.sequence
    this.wish = wish
    this.deadline = deadline
    this.resolve = settle.resolve
    this.reject = settle.reject
  }
}

/** Saves that are done after which the list of all is made anew. */
const MOST_DONE = 1_024

/** The saves of one node that wait for copies. */
export class Copies {
  readonly #timeout: number
  readonly #reachable: (slot: number) => number
  /** In the order in which they came; some are done. */
  #all: Waiter[] = []
  #size = 0

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
    return this.#size
  }

  /**
   * Waits until a change of a session is held by as many nodes as wished.
   *
   * @param stored as it is after the change
   */
  wait(stored: StoredSession, wish: CopyWish, now: number): Promise<CopyCount> {
    if (wish.copies <= 1 || (!wish.required && this.#reachable(stored.slot) === 0)) {
      return Promise.resolve({ copies: 1, duplicate: wish.duplicate })
    }
    return new Promise((resolve, reject) => this.#add(new Waiter(this, stored, wish, now + this.#timeout, { resolve, reject })))
  }

  /** A back-up holds the session up to a sequence. */
  held(backup: string, stored: StoredSession, sequence: number): void {
    for (let waiter = this.#first(stored); waiter !== undefined && waiter.sequence <= sequence; ) {
      const { after } = waiter
      if (!waiter.holders.includes(backup)) waiter.holders = [...waiter.holders, backup]
      if (this.#isSatisfied(waiter)) this.#resolve(waiter)
      waiter = after
    }
  }

  /** Lets go of saves that have waited too long, or for back-ups that are gone. */
  tick(now: number): void {
    for (const waiter of this.#waiting()) if (now >= waiter.deadline || this.#isSatisfied(waiter)) this.#resolve(waiter)
  }

  /** Answers with an error whoever waits for copies of these: nobody here can say any more who holds them. */
  abandon(concerns: (stored: StoredSession) => boolean, error: Error): void {
    for (const waiter of this.#waiting()) {
      if (!concerns(waiter.stored)) continue
      this.#remove(waiter)
      waiter.reject(error)
    }
  }

  /** Lets go of all: the node closes. */
  close(): void {
    for (const waiter of this.#waiting()) this.#resolve(waiter)
  }

  #isSatisfied({ holders, wish, stored }: Waiter): boolean {
    const copies = holders.length + 1
    return copies >= wish.copies || (!wish.required && copies >= this.#reachable(stored.slot) + 1)
  }

  #resolve(waiter: Waiter): void {
    this.#remove(waiter)
    waiter.resolve({ copies: waiter.holders.length + 1, duplicate: waiter.wish.duplicate })
  }

  #waiting(): Waiter[] {
    return this.#all.filter(({ done }) => !done)
  }

  #first(stored: StoredSession): Waiter | undefined {
    const first = attachmentOf(stored, this)
    return first instanceof Waiter ? first : undefined
  }

  #add(waiter: Waiter): void {
    this.#size++
    this.#all.push(waiter)
    let last = this.#first(waiter.stored)
    while (last?.after !== undefined) last = last.after
    if (last === undefined) attach(waiter.stored, waiter)
    else last.after = waiter
  }

  #remove(waiter: Waiter): void {
    waiter.done = true
    this.#size--
    this.#unchain(waiter)
    if (this.#size === 0) this.#all.length = 0
    else if (this.#all.length > MOST_DONE && this.#all.length > 2 * this.#size) this.#all = this.#waiting()
  }

  /** Takes it out of its session's chain, which is attached by its first. */
  #unchain(waiter: Waiter): void {
    const { stored, after } = waiter
    const first = this.#first(stored)
    if (first === waiter) {
      detach(stored, waiter)
      if (after !== undefined) attach(stored, after)
      return
    }
    let before = first
    while (before !== undefined && before.after !== waiter) before = before.after
    if (before !== undefined) before.after = after
  }
}
