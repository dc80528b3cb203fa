/**
 * Counts copies: which saves wait for how many nodes, and who holds what. A save resolves when as many copies hold it
 * as were asked for, or when no more can be had. In partition `consistent` it never resolves with less than the quorum.
 *
 * Waiting saves are attached to their session (replication's attachment.ts says why), the next behind the one before.
 */
import { attach, attachmentOf, detach } from '@understudy/replication'
import type { Attachment } from '@understudy/replication'
import type { StoredSession } from '@understudy/store'
import { noQuorum } from '../node-error.js'

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
  /** In the order in which they came; some are done. */
  #all: Waiter[] = []
  #size = 0

  constructor(options: CopiesOptions) {
    this.#options = options
  }

  /** Saves that wait. */
  get size(): number {
    return this.#size
  }

  /**
   * Waits until a change of a session is held by as many nodes as wished.
   *
   * @param stored as it is after the change
   * @throws NodeError NO_QUORUM when those that there are do not suffice
   */
  wait(stored: StoredSession, wish: CopyWish, now: number): Promise<CopyCount> {
    const { timeout, reachable, suffices } = this.#options
    const isAlone = wish.copies <= 1 || (!wish.required && reachable(stored.slot) === 0)
    if (isAlone && suffices(stored.slot, NOBODY)) return Promise.resolve({ copies: 1, duplicate: wish.duplicate })
    return new Promise((resolve, reject) => this.#add(new Waiter(this, stored, wish, now + timeout, { resolve, reject })))
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

  /** Answers with an error, made for the copies there are, whoever waits for copies of these: this node can't vouch for more. */
  abandon(concerns: (stored: StoredSession) => boolean, error: (copies: number) => Error): void {
    for (const waiter of this.#waiting()) {
      if (!concerns(waiter.stored)) continue
      this.#remove(waiter)
      waiter.reject(error(waiter.holders.length + 1))
    }
  }

  /** Lets go of all: the node closes. */
  close(): void {
    for (const waiter of this.#waiting()) this.#resolve(waiter)
  }

  #isSatisfied({ holders, wish, stored }: Waiter): boolean {
    const { reachable, suffices } = this.#options
    const copies = holders.length + 1
    const isAll = !wish.required && copies >= reachable(stored.slot) + 1
    return (copies >= wish.copies || isAll) && suffices(stored.slot, holders)
  }

  #resolve(waiter: Waiter): void {
    this.#remove(waiter)
    const { holders, stored, wish } = waiter
    const copies = holders.length + 1
    if (this.#options.suffices(stored.slot, holders)) waiter.resolve({ copies, duplicate: wish.duplicate })
    else waiter.reject(noQuorum(copies))
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
