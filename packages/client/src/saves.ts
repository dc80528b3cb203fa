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
  /** Saves on their way. */
  #underWay = 0
  /** Called when none is any more. */
  #allOver: (() => void) | undefined
  readonly #ended: () => void

  /**
   * @param isUsable whether what was not sent may wait for another save
   * @param ended a save is over, whatever became of it
   */
  constructor(pending: PendingOperations, reading: Reading, isUsable: () => boolean, ended: () => void) {
    this.#ended = ended
    this.#pending = pending
    this.#reading = reading
    this.#isUsable = isUsable
  }

  /** Whether any save is on its way. */
  get areUnderWay(): boolean {
    return this.#underWay > 0
  }

  /** Resolves when no save is on its way any more, whatever became of them. One waits at a time. */
  async over(): Promise<void> {
    if (this.#underWay > 0) await new Promise<void>((resolve) => void (this.#allOver = resolve))
  }

  /**
   * Sends all that is pending, on these conditions. One promise beside the gateway's own: of the microseconds that a save
   * takes, promises are a good part.
   *
   * @param result what it resolves with, of the copies that hold it; called while the save is still on its way
   * @throws UnderstudyError
   */
  send<T>(open: OpenSession, conditions: readonly AttributeOperation[], options: WriteOptions, result: (copies: number) => T): Promise<T> {
    const batch = this.#pending.take()
    let known = false
    const fate = (outcome: SaveFate): void => {
      known = true
      this.#settle(batch, outcome)
    }
    const operations = conditions.length === 0 ? batch.operations : [...conditions, ...batch.operations]
    const saving = open.save(operations, { ...options, fate, origin: this })
    this.#underWay++
    return saving.then(
      ({ copies }) => {
        if (!known) this.#settle(batch, 'shown')
        this.copies = copies
        const resolved = result(copies)
        this.#over()
        return resolved
      },
      (thrown: unknown) => {
        const error = toUnderstudyError(thrown)
        // What was made but does not count is waited for by the next save, also where that has nothing more to send.
        if (error.copies !== undefined) this.copies = error.retryable ? 0 : error.copies
        const fateOfError = likelyFate(error)
        if (!known && fateOfError) this.#settle(batch, fateOfError)
        this.#over()
        throw error
      },
    )
  }

  #over(): void {
    this.#underWay--
    this.#ended()
    if (this.#underWay === 0) this.#allOver?.()
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
