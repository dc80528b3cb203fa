/**
 * One place in the store: a living session, or the death marker that took its place for good.
 *
 * It is a link of its slot's change order (a doubly linked list, oldest change first), so that "all changed since
 * sequence s" costs no more than what changed.
 *
 * A session that nobody uses is *cold*, where there is a disk: only the head of its record is in memory, and the rest is
 * read when it is asked for. Or it is *at rest*: its record is in memory as text. Who does not ask (`isCold`, `look`) can
 * tell only by the time it takes.
 */
import type { Death, OperationId, Session, SessionKey } from '@understudy/session'
import { deathFingerprint } from './death-marker.js'
import { decodeHead, encodeRecord } from './session-record.js'
import type { FiledUnder, RecordHead } from './session-record.js'

/** What a change brought beside attributes. */
export interface Brought {
  readonly terms?: boolean
  readonly frozen?: boolean
  /** A save that was applied here. */
  readonly operation?: OperationId | undefined
  /** Saves that a merged delta tells of. */
  readonly operations?: readonly OperationId[] | undefined
}

/** Where a session stands in the index of users. */
export interface Filed extends FiledUnder {
  /** Neighbours among the sessions of the user. */
  next?: StoredSession | undefined
  previous?: StoredSession | undefined
}

/** Reads a session from disk; undefined where its record is damaged. Its place is then no longer one of the store's. */
export type ReadCold = (key: SessionKey, stored: StoredSession) => Session | undefined

/** Reads a session from its record. */
export type ReadRecord = (record: Uint8Array) => Session

/** What stands for a session that is on disk alone. */
interface Cold {
  readonly deadline: number | undefined
  readonly read: ReadCold
}

/** A session or death marker with its place in the slot. Only the store and its slots write the fields. */
export class StoredSession {
  readonly key: SessionKey
  readonly slot: number
  #session: Session | undefined
  /** On disk alone; or, at rest, how the record is read. */
  #cold: Cold | ReadRecord | undefined
  /** At rest, the record as text. */
  #record = ''
  /** Whether the session was asked for since `rest` looked last. */
  #isUsed = true
  /** The death marker: kept as long as anything could bring the session back (forgotten.ts). */
  death: Death | undefined
  /** Slot sequence of the latest change of anything. */
  sequence = 0
  /** Slot sequence of the latest change of the terms (expiry). */
  termsSequence = 0
  /** Slot sequence of the latest freeze. */
  frozenSequence = 0
  // Slot sequence at which each client's latest operation was applied here: of nearly all sessions there is one client.
  #client: number | undefined
  #clientSequence = 0
  #otherClients: Map<number, number> | undefined
  /** Slot sequence of the latest merge that told of operations: the date of all that are not dated by client. */
  #toldSequence = 0
  // The fingerprint's halves as signed numbers, which V8 keeps in the place of a reference.
  #high = 0
  #low = 0
  /** What others keep with it: of no meaning here. */
  attached: { readonly owner: object; next: StoredSession['attached'] } | undefined
  /** Neighbours in the change order. */
  older: StoredSession | undefined
  newer: StoredSession | undefined
  /** Where it stands among its user's sessions; undefined: users are not kept, or whose it is was not read yet. */
  filed: Filed | undefined

  constructor(key: SessionKey, slot: number) {
    this.key = key
    this.slot = slot
  }

  /** The living session; undefined once dead. A cold one is read from disk; undefined, too, where its record is damaged. */
  get session(): Session | undefined {
    this.#isUsed = true
    if (this.#cold !== undefined) this.#warm(this.#cold)
    return this.#session
  }

  set session(session: Session | undefined) {
    this.#session = session
    this.#cold = undefined
    this.#record = ''
  }

  /** What the slot's digest holds for this place at present. */
  get fingerprint(): readonly [number, number] {
    return [this.#high >>> 0, this.#low >>> 0]
  }

  set fingerprint(halves: readonly [number, number]) {
    this.#high = halves[0] | 0
    this.#low = halves[1] | 0
  }

  /** Whether there is a living session, in memory or on disk. */
  get isLiving(): boolean {
    return this.#session !== undefined || this.#cold !== undefined
  }

  /** Whether the living session is on disk alone, so that whoever asks for it has it read. */
  get isCold(): boolean {
    return this.#cold !== undefined && typeof this.#cold !== 'function'
  }

  /** The living session for one look, to be read only: who is at rest stays so. Undefined for one on disk alone. */
  look(): Session | undefined {
    return typeof this.#cold === 'function' ? this.#cold(bytesOf(this.#record)) : this.#session
  }

  /** When the living session expires, ms since 1970; undefined: never. */
  deadline(): number | undefined {
    const cold = this.#cold
    if (cold === undefined) return this.#session?.deadline()
    return typeof cold === 'function' ? decodeHead(bytesOf(this.#record.slice(0, HEAD_BOUND))).deadline : cold.deadline
  }

  /** What is in memory is on disk, too: the memory is given back. */
  cool(read: ReadCold): void {
    this.#cold = { deadline: this.deadline(), read }
    this.#session = undefined
  }

  /** Comes to rest, unless it was asked for since this was called last. */
  rest(read: ReadRecord): void {
    const isUsed = this.#isUsed
    this.#isUsed = false
    if (isUsed || this.#session === undefined) return
    this.#record = textOf(this.bytes())
    this.#cold = read
    this.#session = undefined
    this.#isUsed = false
    // What is dated too late is told once too often, which is harmless.
    if (this.#otherClients !== undefined) this.#toldSequence = Math.max(this.#toldSequence, this.#clientSequence, ...this.#otherClients.values())
    if (this.#otherClients !== undefined) this.forgetOperations()
  }

  /** Takes its place as its record says; a session stays on disk until it is asked for. */
  restore({ sequence, fingerprint, death, deadline, filed }: RecordHead, read: ReadCold): void {
    this.redate(sequence)
    this.fingerprint = death === undefined ? fingerprint : deathFingerprint(this.key, death)
    this.death = death
    this.filed = filed
    this.#cold = death === undefined ? { deadline, read } : undefined
  }

  /** Its record on disk. */
  bytes(): Uint8Array {
    const { sequence, fingerprint, death, session, filed } = this
    return encodeRecord({ sequence, fingerprint, death, filed, deadline: session?.deadline(), state: session?.state() })
  }

  /** Everything counts as known since this sequence: a new numbering begins. */
  redate(sequence: number): void {
    this.sequence = sequence
    this.termsSequence = sequence
    this.frozenSequence = sequence
    this.#toldSequence = sequence
    this.forgetOperations()
  }

  /** Dates what the latest change brought with its sequence. */
  date({ terms, frozen, operation, operations }: Brought): void {
    if (terms) this.termsSequence = this.sequence
    if (frozen) this.frozenSequence = this.sequence
    if (operation !== undefined) this.#dateOperation(operation.client)
    if (operations === undefined) return
    this.#toldSequence = this.sequence
    for (const { client } of operations) {
      this.#otherClients?.delete(client)
      if (client === this.#client) this.#client = undefined
    }
  }

  /** Slot sequence from which on a client's latest operation is known here. */
  sequenceOf(client: number): number {
    return client === this.#client ? this.#clientSequence : this.#otherClients?.get(client) ?? this.#toldSequence
  }

  /** No operation is dated by its client any more. */
  forgetOperations(): void {
    this.#client = undefined
    this.#otherClients = undefined
  }

  #dateOperation(client: number): void {
    if (this.#client === undefined && this.#otherClients?.has(client) !== true) this.#client = client
    if (client === this.#client) this.#clientSequence = this.sequence
    else (this.#otherClients ??= new Map()).set(client, this.sequence)
  }

  #warm(cold: Cold | ReadRecord): void {
    const record = this.#record
    this.#cold = undefined
    this.#record = ''
    this.#session = typeof cold === 'function' ? cold(bytesOf(record)) : cold.read(this.key, this)
  }
}

/** Characters of a record within which its head ends. */
const HEAD_BOUND = 64

/** Characters put together at once: each is an argument of a call. */
const PIECE = 4_096

/** Bytes as text, one character each. */
function textOf(bytes: Uint8Array): string {
  let text = ''
  for (let at = 0; at < bytes.length; at += PIECE) text += String.fromCharCode(...bytes.subarray(at, at + PIECE))
  return text
}

function bytesOf(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length)
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i)
  return bytes
}
