/** What a place in the store holds, in its two forms that are objects; the third is a record at rest (resting-sessions.ts). */
import type { Death, OperationId, Session, SessionKey } from '@understudy/session'

/** What a change brought beside attributes. */
export interface Brought {
  readonly terms?: boolean
  readonly frozen?: boolean
  /** A save that was applied here. */
  readonly operation?: OperationId | undefined
  /** Saves that a merged delta tells of. */
  readonly operations?: readonly OperationId[] | undefined
}

/** Reads a session from disk; undefined where its record is damaged. Its place is then no longer one of the store's. */
export type ReadCold<Place> = (key: SessionKey, place: Place) => Session | undefined

/** When what of a session changed, and what the slot's digest holds of it. Numbers are signed, which V8 keeps in the place of a reference. */
export class Held {
  /** Halves of the fingerprint, as signed numbers. */
  high = 0
  low = 0
  /** Whether it is in the list of sessions in use, or still is. */
  isListed = false
  /** Slot sequence of the latest change of the terms (expiry). */
  termsSequence = 0
  /** Slot sequence of the latest freeze. */
  frozenSequence = 0
  /** Slot sequence of the latest merge that told of operations: the date of all that are not dated by client. */
  toldSequence = 0
  // Slot sequence at which each client's latest operation was applied here: of nearly all sessions there is one client.
  client: number | undefined
  clientSequence = 0
  #otherClients: Map<number, number> | undefined

  /** @param former what the same place held before */
  constructor(former?: Held) {
    if (former === undefined) return
    this.high = former.high
    this.low = former.low
    this.isListed = former.isListed
    this.termsSequence = former.termsSequence
    this.frozenSequence = former.frozenSequence
    this.toldSequence = former.toldSequence
    this.client = former.client
    this.clientSequence = former.clientSequence
    this.#otherClients = former.#otherClients
  }

  /** Everything counts as known since this sequence: a new numbering begins. */
  redate(sequence: number): void {
    this.termsSequence = sequence
    this.frozenSequence = sequence
    this.toldSequence = sequence
    this.forgetOperations()
  }

  /** Dates what the latest change brought with its sequence. */
  date(sequence: number, { terms, frozen, operation, operations }: Brought): void {
    if (terms) this.termsSequence = sequence
    if (frozen) this.frozenSequence = sequence
    if (operation !== undefined) this.#dateOperation(sequence, operation.client)
    if (operations === undefined) return
    this.toldSequence = sequence
    for (const { client } of operations) {
      this.#otherClients?.delete(client)
      if (client === this.client) this.client = undefined
    }
  }

  /** Slot sequence from which on a client's latest operation is known here. */
  sequenceOf(client: number): number {
    return client === this.client ? this.clientSequence : this.#otherClients?.get(client) ?? this.toldSequence
  }

  /** No operation is dated by its client any more. */
  forgetOperations(): void {
    this.client = undefined
    this.#otherClients = undefined
  }

  /** Has one client at most; what is dated too late by that is told once too often, which is harmless. */
  joinClients(): void {
    if (this.#otherClients === undefined) return
    this.toldSequence = Math.max(this.toldSequence, this.clientSequence, ...this.#otherClients.values())
    this.forgetOperations()
  }

  #dateOperation(sequence: number, client: number): void {
    if (this.client === undefined && this.#otherClients?.has(client) !== true) this.client = client
    if (client === this.client) this.clientSequence = sequence
    else (this.#otherClients ??= new Map()).set(client, sequence)
  }
}

/** A session in use, or dead; or nothing yet. */
export class InUse extends Held {
  session: Session | undefined
  /** The death marker: kept as long as anything could bring the session back (forgotten.ts). */
  death: Death | undefined
  /** Whether it was asked for since somebody looked last. */
  isUsed = true
}

/** A session on disk alone. */
export class Cold<Place> extends Held {
  readonly deadline: number | undefined
  readonly read: ReadCold<Place>

  constructor(deadline: number | undefined, read: ReadCold<Place>, former?: Held) {
    super(former)
    this.deadline = deadline
    this.read = read
  }
}
