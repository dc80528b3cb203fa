/**
 * ⑦ the node's own copy of what it holds, where it has a disk: from when on it counts, and what happens when the disk
 * takes no more.
 *
 *   save      refused before it changes anything while the disk fails; else it waits for the level, or is told
 *   ack       waits for the level, through any failure: a back-up never says that it holds what it might lose
 *   epoch     flushed before its slot is served, whatever the level: the next process must begin above it
 */
import type { Durability, Storage } from '@understudy/storage'
import type { SessionStore } from '@understudy/store'
import { NodeError } from '../node-error.js'

/** What the own copy needs of its node. */
export interface OwnCopyOptions {
  readonly storage: Storage
  readonly durability: Durability
  readonly store: SessionStore
  /** Epochs of slots are on disk that were not before. */
  readonly epochsKept: () => void
}

/** One node's own copy. */
export class OwnCopy {
  readonly #options: OwnCopyOptions
  /** Epoch of each slot that is flushed. */
  readonly #epochs = new Float64Array(256)
  #keepingEpochs = false

  constructor(options: OwnCopyOptions) {
    this.#options = options
  }

  /**
   * Refuses a write before it is made.
   *
   * @throws NodeError STORAGE_FAILED
   */
  requireDisk(): void {
    const { failure } = this.#options.storage
    if (failure === undefined) return
    throw new NodeError('STORAGE_FAILED', `nothing was changed: ${failure.message}`, { cause: failure })
  }

  /**
   * Resolves when every change so far is as safe here as the node was told to make it.
   *
   * @throws NodeError STORAGE_FAILED
   */
  async held(): Promise<void> {
    const { storage, durability } = this.#options
    try {
      await storage.settled(durability)
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error)
      throw new NodeError('STORAGE_FAILED', `the change is in memory only and does not count as saved yet: ${why}`, { cause: error })
    }
  }

  /** Like `held`, but waits until the disk works again; never resolves when the node closes before. */
  safe(): Promise<void> {
    return this.#reach(this.#options.durability)
  }

  /** Whether the slot's epoch is on disk; if not, `epochsKept` is called once it is. */
  isEpochKept(slot: number): boolean {
    if ((this.#epochs[slot] ?? 0) >= this.#options.store.slot(slot).epoch) return true
    if (!this.#keepingEpochs) void this.#keepEpochs()
    return false
  }

  async #keepEpochs(): Promise<void> {
    this.#keepingEpochs = true
    const epochs = this.#options.store.slots.map((slot) => slot.epoch)
    await this.#reach('flushed')
    this.#epochs.set(epochs)
    this.#keepingEpochs = false
    this.#options.epochsKept()
  }

  async #reach(level: Durability): Promise<void> {
    const { storage } = this.#options
    for (;;) {
      try {
        return await storage.settled(level)
      } catch {
        await storage.healthy()
      }
    }
  }
}
