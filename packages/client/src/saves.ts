/**
 * The saves of one handle: what waits is sent, and what became of it is told to those who show it.
 *
 * Invariant: a batch is settled once, as soon as its fate is known; one whose fate is not known stays under way.
 */
import type { AttributeOperation, Operation } from '@understudy/session'
import type { GatewaySaveOptions, SaveFate, SaveResult, WriteOptions, WriteResult } from './gateway.js'
import type { Batch, PendingOperations } from './pending-operations.js'
import type { Reading } from './reading.js'
import { toUnderstudyError, type UnderstudyError } from './understudy-error.js'

/** Where saves go. */
export interface SavesTarget {
  /** Sends operations to the primary. */
  save(operations: readonly Operation[], options: GatewaySaveOptions): Promise<WriteResult>
  /** What the replica holds now, as a moment. */
  moment(): string
}

/** Sends what a handle has pending. */
export class Saves {
  /** Copies of the last save; the primary alone holds what nobody counted. */
  copies = 1
  /** Whether what was not sent waits for another save. */
  restores = true
  readonly #pending: PendingOperations
  readonly #reading: Reading
  /** Saves on their way. */
  #underWay = 0
  /** To be called when none is any more. */
  #afterAll: readonly (() => void)[] | undefined

  constructor(pending: PendingOperations, reading: Reading) {
    this.#pending = pending
    this.#reading = reading
  }

  /** Whether a save is on its way: `copies` speaks of one before it. */
  get areUnderWay(): boolean {
    return this.#underWay > 0
  }

  /** Calls back when no save is on its way any more, whatever became of them: at once, if none is. */
  whenOver(over: () => void): void {
    if (this.#underWay === 0) over()
    else this.#afterAll = [...(this.#afterAll ?? []), over]
  }

  /**
   * Sends all that is pending, on these conditions. One promise beside the gateway's own: of the microseconds that a save
   * takes, promises are a good part.
   *
   * @throws UnderstudyError
   */
  send(target: SavesTarget, conditions: readonly AttributeOperation[], options: WriteOptions): Promise<SaveResult> {
    const batch = this.#pending.take()
    const operations = conditions.length === 0 ? batch.operations : [...conditions, ...batch.operations]
    const save = new SaveUnderWay(this, batch, options)
    const saving = target.save(operations, save)
    this.#underWay++
    return saving.then(
      ({ copies }) => {
        save.fate('shown')
        this.copies = copies
        // While the save is still on its way: what it resolves with is what is followed until then.
        const result = new Saved(copies, target.moment())
        this.#over()
        return result
      },
      (thrown: unknown) => {
        const error = toUnderstudyError(thrown)
        // What was made but does not count is waited for by the next save, also where that has nothing more to send.
        if (error.copies !== undefined) this.copies = error.retryable ? 0 : error.copies
        const fate = likelyFate(error)
        if (fate !== undefined) save.fate(fate)
        this.#over()
        throw error
      },
    )
  }

  /** What became of a batch. */
  settle(batch: Batch, fate: SaveFate): void {
    if (fate === 'withdrawn' && this.restores) this.#pending.restore(batch)
    else this.#pending.settle(batch)
    this.#reading.settled(batch.byAttribute.attributes)
  }

  #over(): void {
    this.#underWay--
    if (this.#underWay > 0 || this.#afterAll === undefined) return
    const waiting = this.#afterAll
    this.#afterAll = undefined
    for (const over of waiting) over()
  }
}

/** What a save resolves with. A class for the reason for which SetOperation of the session package is one. */
export class Saved implements SaveResult {
  readonly copies: number
  readonly at: string

  constructor(copies: number, at: string) {
    this.copies = copies
    this.at = at
  }
}

/** One save on its way: what was asked for it, and whom it was made by. One object, for it is made with every save. */
class SaveUnderWay implements GatewaySaveOptions {
  readonly copies: number | undefined
  readonly required: boolean | undefined
  readonly origin: Saves
  readonly #batch: Batch
  #isKnown = false

  constructor(origin: Saves, batch: Batch, { copies, required }: WriteOptions) {
    this.origin = origin
    this.copies = copies
    this.required = required
    this.#batch = batch
  }

  /** What became of it; it counts the first time. */
  fate(fate: SaveFate): void {
    if (this.#isKnown) return
    this.#isKnown = true
    this.origin.settle(this.#batch, fate)
  }
}

/** What became of a save that was rejected, where the gateway did not say; undefined: it may still happen. */
function likelyFate({ code, retryable }: UnderstudyError): SaveFate | undefined {
  if (code === 'TIMEOUT' || code === 'STORE_CLOSED') return undefined
  if (code === 'TOO_FEW_COPIES') return 'shown'
  return retryable ? 'withdrawn' : 'refused'
}
