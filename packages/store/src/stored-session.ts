/**
 * One place in the store: a living session, or the death marker that took its place for good.
 *
 *     in use, dead ──rest──► at rest: a record among others, no object at all
 *          │ ▲ ▲ └────────────── asked for ─────┘
 *         cool └── asked for ── cold: on disk alone, where there is one
 *
 * Who does not ask (`isCold`, `look`) can tell only by the time it takes.
 *
 * It is a link of its slot's change order (a doubly linked list, oldest change first), so that "all changed since
 * sequence s" costs no more than what changed. There are as many of these as sessions, so what only those in use need is
 * not here, but in what they hold (held.ts).
 */
import type { ByteReader } from '@understudy/document'
import type { Death, Session, SessionKey } from '@understudy/session'
import { deathFingerprint } from './death-marker.js'
import { Cold, InUse } from './held.js'
import type { Brought, ReadCold } from './held.js'
import { Chunk } from './record-chunks.js'
import type { Sleeper } from './record-chunks.js'
import { deadlineIn, fingerprintIn, readDates, skipDates } from './resting-record.js'
import { encodeRecord } from './session-record.js'
import type { FiledUnder, RecordHead } from './session-record.js'

/** Where a session stands in the index of users. */
export interface Filed extends FiledUnder {
  /** Neighbours among the sessions of the user. */
  next?: StoredSession | undefined
  previous?: StoredSession | undefined
}

/** Where sessions rest. */
export interface Bedroom {
  read(record: ByteReader): Session
  /** A session is no longer at rest; nor is its record kept. */
  wakes(stored: StoredSession, chunk: Bed, at: number): void
}

/** Some records of sessions at rest. */
export type Bed = Chunk<StoredSession, Bedroom>

/** A session or death marker with its place in the slot. Only the store and its slots write the fields. */
export class StoredSession implements Sleeper {
  readonly key: SessionKey
  readonly slot: number
  #held: InUse | Cold<StoredSession> | Bed = new InUse()
  /** At rest, where its record begins. */
  #at = 0
  /** Slot sequence of the latest change of anything. */
  sequence = 0
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
    const held = this.#inUse()
    held.isUsed = true
    return held.session
  }

  set session(session: Session | undefined) {
    const held = this.#held instanceof Cold ? new InUse(this.#held) : this.#inUse()
    held.session = session
    this.#held = held
  }

  /** The death marker: kept as long as anything could bring the session back (forgotten.ts). */
  get death(): Death | undefined {
    return this.#held instanceof InUse ? this.#held.death : undefined
  }

  set death(death: Death | undefined) {
    this.#inUse().death = death
  }

  /** What the slot's digest holds for this place at present. */
  get fingerprint(): readonly [number, number] {
    const held = this.#held
    return held instanceof Chunk ? fingerprintIn(held.open(this.#at)) : [held.high >>> 0, held.low >>> 0]
  }

  set fingerprint(halves: readonly [number, number]) {
    const held = this.#inUse()
    held.high = halves[0] | 0
    held.low = halves[1] | 0
  }

  /** Slot sequence of the latest change of the terms (expiry). */
  get termsSequence(): number {
    return this.#inUse().termsSequence
  }

  /** Slot sequence of the latest freeze. */
  get frozenSequence(): number {
    return this.#inUse().frozenSequence
  }

  /** Whether there is a living session, in memory or on disk. */
  get isLiving(): boolean {
    return this.#held instanceof InUse ? this.#held.session !== undefined : true
  }

  /** Whether the living session is on disk alone, so that whoever asks for it has it read. */
  get isCold(): boolean {
    return this.#held instanceof Cold
  }

  /** The living session for one look, to be read only: who is at rest stays so. Undefined for one on disk alone. */
  look(): Session | undefined {
    const held = this.#held
    if (held instanceof InUse) return held.session
    if (held instanceof Cold) return undefined
    const record = held.take(this.#at)
    skipDates(record)
    return held.home.read(record)
  }

  /** At rest, its session in the record, to be read at once; else undefined. */
  resting(): ByteReader | undefined {
    const held = this.#held
    if (!(held instanceof Chunk)) return undefined
    const record = held.open(this.#at)
    skipDates(record)
    return record
  }

  /** When the living session expires, ms since 1970; undefined: never. */
  deadline(): number | undefined {
    const held = this.#held
    if (held instanceof InUse) return held.session?.deadline()
    return held instanceof Cold ? held.deadline : deadlineIn(held.open(this.#at))
  }

  /** What is in memory is on disk, too: the memory is given back. */
  cool(read: ReadCold<StoredSession>): void {
    if (!(this.#held instanceof Cold)) this.#held = new Cold(this.deadline(), read, this.#inUse())
  }

  /** Whether it is in use, and was not asked for since this was called last. To be called for all that are listed. */
  canRest(): boolean {
    const held = this.#held
    if (!(held instanceof InUse) || held.session === undefined) return false
    const { isUsed } = held
    held.isUsed = false
    return !isUsed
  }

  /** Enters the list of those in use. @returns false for one that is in it */
  list(): boolean {
    const held = this.#held
    if (!(held instanceof InUse) || held.isListed) return false
    held.isListed = true
    return true
  }

  /** Leaves the list. */
  unlist(): void {
    if (!(this.#held instanceof Chunk)) this.#held.isListed = false
  }

  /** What it holds that is in use; for its record alone. */
  get inUse(): InUse | undefined {
    return this.#held instanceof InUse ? this.#held : undefined
  }

  liesAt(chunk: object, at: number): boolean {
    return this.#at === at && this.#held === chunk
  }

  liesNow(chunk: Bed, at: number): void {
    this.#held = chunk
    this.#at = at
  }

  /** Takes its place as its record says; a session stays on disk until it is asked for. */
  restore({ sequence, fingerprint, death, deadline, filed }: RecordHead, read: ReadCold<StoredSession>): void {
    this.#held = death === undefined ? new Cold(deadline, read) : new InUse()
    this.redate(sequence)
    const [high, low] = death === undefined ? fingerprint : deathFingerprint(this.key, death)
    this.#held.high = high | 0
    this.#held.low = low | 0
    if (death !== undefined) this.death = death
    this.filed = filed
  }

  /** Its record on disk. */
  bytes(): Uint8Array {
    const { sequence, fingerprint, death, filed } = this
    const session = this.isCold ? this.session : this.look()
    return encodeRecord({ sequence, fingerprint, death, filed, deadline: session?.deadline(), state: session?.state() })
  }

  /** Everything counts as known since this sequence: a new numbering begins. */
  redate(sequence: number): void {
    this.sequence = sequence
    // In a record there are distances to this sequence, and none goes back to before it.
    if (!(this.#held instanceof Chunk)) this.#held.redate(sequence)
  }

  /** Dates what the latest change brought with its sequence. */
  date(brought: Brought): void {
    this.#inUse().date(this.sequence, brought)
  }

  /** Slot sequence from which on a client's latest operation is known here. */
  sequenceOf(client: number): number {
    return this.#inUse().sequenceOf(client)
  }

  /** No operation is dated by its client any more. */
  forgetOperations(): void {
    this.#inUse().forgetOperations()
  }

  #inUse(): InUse {
    const held = this.#held
    return held instanceof InUse ? held : held instanceof Cold ? this.#warm(held) : this.#wake(held)
  }

  #warm(cold: Cold<StoredSession>): InUse {
    const held = new InUse(cold)
    // At once, for what turns out to be damaged is given up while it is read.
    this.#held = held
    held.session = cold.read(this.key, this)
    return held
  }

  #wake(bed: Bed): InUse {
    const held = new InUse()
    const record = bed.take(this.#at)
    const client = readDates(record, this.sequence, held)
    held.session = bed.home.read(record)
    held.client = held.session.operations[client]?.client
    this.#held = held
    bed.home.wakes(this, bed, this.#at)
    return held
  }
}

/** Whether there is a living session. One that is cold or at rest comes into use. */
export function isLiving(stored: StoredSession): stored is StoredSession & { readonly session: Session } {
  return stored.session !== undefined
}
