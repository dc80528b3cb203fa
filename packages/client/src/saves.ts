/**
 * The saves of one handle: what waits is sent, and what became of it is told to those who show it.
 *
 * Invariant: a batch is settled once, as soon as its fate is known; one whose fate is not known stays under way.
 */
import type { AttributeOperation } from '@understudy/session'
import type { SaveFate, WriteOptions } from './gateway.js'
import type { OpenSession } from './open-session.js'
import type { Batch, PendingOperations } from './pending-operations.js'
import type { Reading } from './reading.js'
import { toUnderstudyError, type UnderstudyError } from './understudy-error.js'

/** Sends what a handle has pending. */
export class Saves {
  /** Copies of the last save; the primary alone holds what nobody counted. */
  copies = 1
  readonly #pending: PendingOperations
  readonly #reading: Reading
  readonly #isUsable: () => boolean
  /** On their way; never empty. */
  #underWay: Set<Promise<number>> | undefined

  /** @param isUsable whether what was not sent may wait for another save */
  constructor(pending: PendingOperations, reading: Reading, isUsable: () => boolean) {
    this.#pending = pending
    this.#reading = reading
    this.#isUsable = isUsable
  }

  /** Whether any save is on its way. */
  get areUnderWay(): boolean {
    return this.#underWay !== undefined
  }

  /** Resolves when all saves that are on their way now are over, whatever became of them. */
  async over(): Promise<void> {
    await Promise.allSettled(this.#underWay ?? [])
  }

  /** Sends all that is pending, on these conditions. @returns the copies that hold it. @throws UnderstudyError */
  async send(open: OpenSession, conditions: readonly AttributeOperation[], options: WriteOptions): Promise<number> {
    const sending = this.#send(open, this.#pending.take(), conditions, options)
    const underWay = (this.#underWay ??= new Set())
    underWay.add(sending)
    try {
      return await sending
    } finally {
      underWay.delete(sending)
      if (underWay.size === 0) this.#underWay = undefined
    }
  }

  async #send(open: OpenSession, batch: Batch, conditions: readonly AttributeOperation[], options: WriteOptions): Promise<number> {
    let known = false
    const fate = (outcome: SaveFate): void => {
      known = true
      this.#settle(batch, outcome)
    }
    try {
      const operations = conditions.length === 0 ? batch.operations : [...conditions, ...batch.operations]
      const { copies } = await open.save(operations, { ...options, fate, origin: this })
      if (!known) this.#settle(batch, 'shown')
      this.copies = copies
      return copies
    } catch (thrown) {
      const error = toUnderstudyError(thrown)
      // What was made but does not count is waited for by the next save, also where that has nothing more to send.
      if (error.copies !== undefined) this.copies = error.retryable ? 0 : error.copies
      const fateOfError = likelyFate(error)
      if (!known && fateOfError) this.#settle(batch, fateOfError)
      throw error
    }
  }

  #settle(batch: Batch, fate: SaveFate): void {
    if (fate === 'withdrawn' && this.#isUsable()) this.#pending.restore(batch)
    else this.#pending.settle(batch)
    this.#reading.settled(batch.byName.keys())
  }
}

/** What became of a save that was rejected, where the gateway did not say; undefined: it may still happen. */
function likelyFate({ code, retryable }: UnderstudyError): SaveFate | undefined {
  if (code === 'TIMEOUT' || code === 'STORE_CLOSED') return undefined
  if (code === 'TOO_FEW_COPIES') return 'shown'
  return retryable ? 'withdrawn' : 'refused'
}
