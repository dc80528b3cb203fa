/**
 * The slots that this node reigns, and which of them it serves.
 *
 *            begin              serve
 *   (none) ────────► waiting ◄─────────► serving          end, from either ──► (none)
 *                               pause
 *
 * It says what the store says of its slots, in the two forms in which that is asked for all the time: all epochs as one
 * table, and the few slots that are not served yet.
 */
import { SLOT_COUNT } from '@understudy/cluster'
import type { Epochs } from '@understudy/cluster'

/** The reigns of one node. */
export class OwnReigns {
  readonly #epochs = new Float64Array(SLOT_COUNT)
  /** What was handed out of them; until they change. */
  #shown: Epochs | undefined
  readonly #serving = new Set<number>()
  readonly #waiting = new Set<number>()

  /** Epochs by slot, 0 where this node does not reign; the same table until a reign begins, is raised or ends. */
  get epochs(): Epochs {
    this.#shown ??= this.#epochs.slice()
    return this.#shown
  }

  /** How many slots are served. */
  get served(): number {
    return this.#serving.size
  }

  /** Slots that are reigned and not served. */
  get waiting(): ReadonlySet<number> {
    return this.#waiting
  }

  /** Whether the slot is served. */
  serves(slot: number): boolean {
    return this.#serving.has(slot)
  }

  /** A reign over the slot begins, or goes on in a higher epoch. */
  begin(slot: number, epoch: number): void {
    this.#epochs[slot] = epoch
    this.#shown = undefined
    if (!this.#serving.has(slot)) this.#waiting.add(slot)
  }

  /** The slot is served from now on, if it is reigned. */
  serve(slot: number): void {
    if (this.#waiting.delete(slot)) this.#serving.add(slot)
  }

  /** The slot is served no longer, though it is reigned. */
  pause(slot: number): void {
    if (this.#serving.delete(slot)) this.#waiting.add(slot)
  }

  /** The reign over the slot is over. */
  end(slot: number): void {
    this.#epochs[slot] = 0
    this.#shown = undefined
    this.#serving.delete(slot)
    this.#waiting.delete(slot)
  }
}
