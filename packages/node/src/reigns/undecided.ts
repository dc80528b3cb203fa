/**
 * Which slots have to be decided on: those of which a reign has begun or ended since, or all, when who is alive, placed
 * or heard has changed. So a word of a peer costs what is new in it, not the number of slots.
 */
import type { Placement } from '@understudy/cluster'

/** What is alike for all slots when they are decided on; the same objects as long as nothing has changed. */
export interface Circumstances {
  readonly living: ReadonlySet<string>
  readonly placement: Placement
  /** Whether everyone that is alive has said where it stands. */
  readonly isInformed: boolean
}

/** The slots of one node that are to be decided on. */
export class Undecided {
  readonly #all: readonly number[]
  readonly #slots = new Set<number>()
  #circumstances: Circumstances | undefined

  /** @param all the numbers of all slots */
  constructor(all: readonly number[]) {
    this.#all = all
  }

  /** Something has changed with one slot. */
  add(slot: number): void {
    this.#slots.add(slot)
  }

  /** Something has changed that may concern any slot. */
  addAll(): void {
    this.#circumstances = undefined
  }

  /** What is to be decided on now; it counts as decided from now on. */
  take(now: Circumstances): readonly number[] {
    const before = this.#circumstances
    const isSame = before?.living === now.living && before.placement === now.placement && before.isInformed === now.isInformed
    const slots = isSame ? [...this.#slots] : this.#all
    this.#circumstances = now
    this.#slots.clear()
    return slots
  }
}
