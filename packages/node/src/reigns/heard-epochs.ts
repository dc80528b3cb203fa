/** The highest epoch of each slot that is known from others' greetings and was not begun by this process. */
import type { Greeting } from '@understudy/protocol'
import { lifeOf } from '../peers/introduction.js'

/** What one node has heard of epochs. */
export class HeardEpochs {
  readonly #epochs = new Float64Array(256)
  /** Lives of peers (of their memory, or of their disk) that have been linked to this process. */
  readonly #met = new Set<number>()

  /** The highest epoch of a slot that somebody else began; 0 while none is known. */
  of(slot: number): number {
    return this.#epochs[slot] ?? 0
  }

  /**
   * A peer greeted. An epoch that was known before we ever met is not ours, even if it has the same number.
   *
   * @param own epoch of this node's reign over a slot, 0 where there is none
   * @returns slots of our own in which a higher epoch is known
   */
  greeted(greeting: Greeting | undefined, own: (slot: number) => number): number[] {
    if (greeting === undefined) return []
    const { incarnation, slots } = greeting
    const life = lifeOf(incarnation)
    const stranger = !this.#met.has(life)
    this.#met.add(life)
    const newer: number[] = []
    for (const { slot, epoch } of slots) {
      const reigned = own(slot)
      if (reigned > 0 && epoch > reigned) newer.push(slot)
      if (stranger || epoch > reigned) this.#epochs[slot] = Math.max(this.of(slot), epoch)
    }
    return newer
  }
}
