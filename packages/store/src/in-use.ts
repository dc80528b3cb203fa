/** What a session has in memory while it is in use, beside its row: itself, and when what of it changed. */
import type { OperationId, Session } from '@understudy/session'

/** What a change brought beside attributes. */
export interface Brought {
  readonly terms?: boolean
  readonly frozen?: boolean
  /** A save that was applied here. */
  readonly operation?: OperationId | undefined
  /** Saves that a merged delta tells of. */
  readonly operations?: readonly OperationId[] | undefined
}

/** What a record at rest tells of when what of a session changed. */
export interface Dates extends Pick<InUse, 'termsSequence' | 'frozenSequence' | 'toldSequence' | 'clientSequence'> {
  /** Which of the session's operations is that of the client that is dated; -1: none. */
  readonly operation: number
}

/** A session in use. */
export class InUse {
  readonly session: Session
  /** Whether it was asked for since somebody looked last. */
  isUsed = true
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

  constructor(session: Session) {
    this.session = session
  }

  /** Everything counts as known since this sequence: a new numbering begins, or nobody knows better. */
  redate(sequence: number): void {
    this.termsSequence = sequence
    this.frozenSequence = sequence
    this.toldSequence = sequence
    this.#forgetClients()
  }

  /** As it was when it came to rest. */
  dateAs({ termsSequence, frozenSequence, toldSequence, clientSequence, operation }: Dates): void {
    this.termsSequence = termsSequence
    this.frozenSequence = frozenSequence
    this.toldSequence = toldSequence
    this.client = this.session.operations[operation]?.client
    this.clientSequence = clientSequence
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

  /** Has one client at most; what is dated too late by that is told once too often, which is harmless. */
  joinClients(): void {
    if (this.#otherClients === undefined) return
    this.toldSequence = Math.max(this.toldSequence, this.clientSequence, ...this.#otherClients.values())
    this.#forgetClients()
  }

  #dateOperation(sequence: number, client: number): void {
    if (this.client === undefined && this.#otherClients?.has(client) !== true) this.client = client
    if (client === this.client) this.clientSequence = sequence
    else (this.#otherClients ??= new Map()).set(client, sequence)
  }

  #forgetClients(): void {
    this.client = undefined
    this.#otherClients = undefined
  }
}
