/**
 * Counts copies: which saves wait for how many nodes, and who holds what. A save resolves when as many copies hold it
 * as were asked for, or when no more can be had. In partition `consistent` it never resolves with less than the quorum.
 *
 * Waiting saves are attached to their session (replication's attachment.ts says why), the next behind the one before; and
 * all are in one list, in the order in which they came. Who has left a list leads to nobody any more: what is dead and old
 * would else keep alive, for V8's young collections, whatever came after it.
 */
import { attach, attachmentOf, detach } from '@understudy/replication'
import type { Attachment } from '@understudy/replication'
import type { StoredSession } from '@understudy/store'
import { noQuorum } from '../node-error.js'

/** How a save waits. A class for the reason for which SetOperation of the session package is one. */
export class CopyWish {
  /** Copies asked for, the primary's included. */
  readonly copies: number
  /** Whether to wait for back-ups that are away, up to the time limit. */
  readonly required: boolean
  /** Whether the save had been applied before: passed on, so that its promise need not be followed by another. */
  readonly duplicate: boolean

  constructor(copies: number, required: boolean, duplicate: boolean) {
    this.copies = copies
    this.required = required
    this.duplicate = duplicate
  }
}

/** What a save came to. */
export class CopyCount {
  /** Nodes that hold it, the primary included. */
  readonly copies: number
  /** As the wish said. */
  readonly duplicate: boolean

  constructor(copies: number, duplicate: boolean) {
    this.copies = copies
    this.duplicate = duplicate
  }
}

const NOBODY: readonly string[] = []

/** One save that waits. */
class Waiter implements Attachment {
  next: Attachment | undefined
  /** The session's next save that waits. */
  after: Waiter | undefined
  /** Neighbours among all that wait. */
  older: Waiter | undefined
  newer: Waiter | undefined
  holders = NOBODY
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
  #oldest: Waiter | undefined
  #newest: Waiter | undefined
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
    if (isAlone && suffices(stored.slot, NOBODY)) return Promise.resolve(new CopyCount(1, wish.duplicate))
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
    if (this.#options.suffices(stored.slot, holders)) waiter.resolve(new CopyCount(copies, wish.duplicate))
    else waiter.reject(noQuorum(copies))
  }

  #waiting(): Waiter[] {
    const waiting: Waiter[] = []
    for (let waiter = this.#oldest; waiter !== undefined; waiter = waiter.newer) waiting.push(waiter)
    return waiting
  }

  #first(stored: StoredSession): Waiter | undefined {
    const first = attachmentOf(stored, this)
    return first instanceof Waiter ? first : undefined
  }

  #add(waiter: Waiter): void {
    this.#size++
    waiter.older = this.#newest
    if (this.#newest === undefined) this.#oldest = waiter
    else this.#newest.newer = waiter
    this.#newest = waiter
    let last = this.#first(waiter.stored)
    while (last?.after !== undefined) last = last.after
    if (last === undefined) attach(waiter.stored, waiter)
    else last.after = waiter
  }

  #remove(waiter: Waiter): void {
    this.#size--
    this.#unchain(waiter)
    const { older, newer } = waiter
    if (older === undefined) this.#oldest = newer
    else older.newer = newer
    if (newer === undefined) this.#newest = older
    else newer.older = older
    waiter.older = waiter.newer = waiter.after = undefined
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
