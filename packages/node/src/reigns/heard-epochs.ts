/** The highest epoch of each slot that is known from others' greetings and was not begun by this process. */
import { SLOT_COUNT } from '@understudy/cluster'
import type { Epochs } from '@understudy/cluster'
import type { Greeting } from '@understudy/protocol'
import { lifeOf } from '../peers/introduction.js'

/** What one node has heard of epochs. */
export class HeardEpochs {
  readonly #epochs = new Float64Array(SLOT_COUNT)
  /** Lives of peers (of their memory, or of their disk) that have been linked to this process. */
  readonly #met = new Set<number>()

  /** The highest epoch of a slot that somebody else began; 0 while none is known. */
  of(slot: number): number {
    return this.#epochs[slot] ?? 0
  }

  /** Whether all these reigns are above what is known of their slots. */
  areBelow(epochs: Epochs): boolean {
    for (let slot = 0; slot < SLOT_COUNT; slot++) {
      const epoch = epochs[slot] ?? 0
      if (epoch > 0 && epoch <= this.of(slot)) return false
    }
    return true
  }

  /**
   * A peer greeted. An epoch that was known before we ever met is not ours, even if it has the same number.
   *
   * @param own epochs of this node's reigns
   * @returns slots of our own in which a higher epoch is known
   */
  greeted(greeting: Greeting | undefined, own: Epochs): number[] {
    if (greeting === undefined) return []
    const { incarnation, slots } = greeting
    const life = lifeOf(incarnation)
    const stranger = !this.#met.has(life)
    this.#met.add(life)
    const newer: number[] = []
    for (const { slot, epoch } of slots) {
      const reigned = own[slot] ?? 0
      if (reigned > 0 && epoch > reigned) newer.push(slot)
      if (stranger || epoch > reigned) this.#epochs[slot] = Math.max(this.of(slot), epoch)
    }
    return newer
  }
}
