/**
 * One place in the store: a living session, or the death marker that took its place for good.
 *
 *     in use, dead ──rest──► at rest: a record among others, and a row
 *          │ ▲ ▲ └────────────── asked for ─────┘
 *         cool └── asked for ── cold: on disk alone, where there is one
 *
 * Who does not ask (`isCold`, `look`) can tell only by the time it takes.
 *
 * What is known of a place stands in its row (rows.ts). This is a view of it, made for whoever asks for the place, and holds
 * nothing but what those in use need. Invariant: of those in use, and of those that something is attached to, all are
 * given the same object; who keeps one beyond that sees the same place still, but others may get another one. A place
 * that was given up is empty to whoever kept it.
 */
import type { ByteReader, ByteWriter } from '@understudy/document'
import type { Death, Session, SessionKey } from '@understudy/session'
import { deathFingerprint } from './death-marker.js'
import { InUse } from './in-use.js'
import type { Brought } from './in-use.js'
import type { RecordChunks } from './record-chunks.js'
import { readDates, restingRecord, skipDates } from './resting-record.js'
import { AT, BED, Bed, HIGH, LOW, NEVER, SEQUENCE, TAG, TIME, isDeath, slotIn } from './rows.js'
import type { Rows } from './rows.js'
import type { Seats, Sitter } from './seats.js'
import { encodeRecord } from './session-record.js'
import type { FiledUnder, RecordHead } from './session-record.js'

/** What places have in common (places.ts). */
export interface Home {
  readonly rows: Rows
  readonly seats: Seats<StoredSession>
  readonly records: RecordChunks
  /** The session of a record. */
  awake(record: ByteReader): Session
  /** Reads a session from disk; undefined where its record is damaged. Its place is then no longer one of the store's. */
  readCold(stored: StoredSession): Session | undefined
  /** Whose session it is, where users are kept. */
  filedUnder(row: number): FiledUnder | undefined
}

/** A session or death marker with its place in the slot. Only the store and its slots write the fields. */
export class StoredSession implements Sitter {
  /** Its name on the wire and on disk. */
  readonly key: SessionKey
  readonly row: number
  seat = 0
  readonly #home: Home
  readonly #tag: number
  #inUse: InUse | undefined
  #attached: StoredSession['attached']

  /** @param key the key, if it is at hand */
  constructor(home: Home, row: number, key?: SessionKey) {
    this.#home = home
    this.row = row
    this.#tag = home.rows.get(row, TAG)
    this.key = key ?? home.rows.keyOf(row)
  }

  /** Number of its slot. */
  get slot(): number {
    return slotIn(this.#tag)
  }

  /** Whether it was given up: it is no longer one of the store's. */
  get isGone(): boolean {
    return this.#home.rows.get(this.row, TAG) !== this.#tag
  }

  /** What others keep with it: of no meaning here. Who has something attached does not rest. */
  get attached(): { readonly owner: object; next: StoredSession['attached'] } | undefined {
    return this.#self().#attached
  }

  set attached(attached: StoredSession['attached']) {
    const self = this.#self()
    self.#attached = attached
    if (attached !== undefined && !self.isGone) this.#home.seats.sit(self)
  }

  /** Slot sequence of the latest change of anything. */
  get sequence(): number {
    return this.isGone ? 0 : this.#home.rows.number(this.row, SEQUENCE)
  }

  set sequence(sequence: number) {
    this.#refuseGone()
    this.#home.rows.setNumber(this.row, SEQUENCE, sequence)
  }

  /** The living session; undefined once dead. A cold one is read from disk; undefined, too, where its record is damaged. */
  get session(): Session | undefined {
    const inUse = this.#awake()
    if (inUse === undefined) return undefined
    inUse.isUsed = true
    return inUse.session
  }

  /** The death marker: kept as long as anything could bring the session back (forgotten.ts). */
  get death(): Death | undefined {
    const bed = this.#bed()
    if (!isDeath(bed)) return undefined
    return { at: this.#home.rows.number(this.row, TIME), reason: bed === Bed.destroyed ? 'destroyed' : 'expired' }
  }

  /** What the slot's digest holds for this place at present. */
  get fingerprint(): readonly [number, number] {
    const { rows } = this.#home
    return this.isGone ? [0, 0] : [rows.get(this.row, HIGH), rows.get(this.row, LOW)]
  }

  set fingerprint(halves: readonly [number, number]) {
    this.#refuseGone()
    this.#home.rows.set(this.row, HIGH, halves[0])
    this.#home.rows.set(this.row, LOW, halves[1])
  }

  /** Slot sequence of the latest change of the terms (expiry). */
  get termsSequence(): number {
    return this.#awake()?.termsSequence ?? this.sequence
  }

  /** Slot sequence of the latest freeze. */
  get frozenSequence(): number {
    return this.#awake()?.frozenSequence ?? this.sequence
  }

  /** Slot sequence from which on a client's latest operation is known here. */
  sequenceOf(client: number): number {
    return this.#awake()?.sequenceOf(client) ?? this.sequence
  }

  /** Whether there is a living session, in memory or on disk. */
  get isLiving(): boolean {
    const bed = this.#bed()
    return bed === Bed.inUse || bed === Bed.cold || bed >= Bed.chunk
  }

  /** Whether the living session is on disk alone, so that whoever asks for it has it read. */
  get isCold(): boolean {
    return this.#bed() === Bed.cold
  }

  /** By which attribute, and under whom it is filed; undefined: users are not kept, or whose it is was not read yet. */
  get filed(): FiledUnder | undefined {
    return this.isGone ? undefined : this.#home.filedUnder(this.row)
  }

  /** The living session for one look, to be read only: who is at rest stays so. Undefined for one on disk alone. */
  look(): Session | undefined {
    const bed = this.#bed()
    if (bed === Bed.inUse) return this.#self().#inUse?.session
    if (bed < Bed.chunk) return undefined
    const record = this.#home.records.take(bed - Bed.chunk, this.#home.rows.get(this.row, AT))
    skipDates(record)
    return this.#home.awake(record)
  }

  /** At rest, its session in the record, to be read at once; else undefined. */
  resting(): ByteReader | undefined {
    const bed = this.#bed()
    if (bed < Bed.chunk) return undefined
    const record = this.#home.records.open(bed - Bed.chunk, this.#home.rows.get(this.row, AT))
    skipDates(record)
    return record
  }

  /** When the living session expires, ms since 1970; undefined: never. */
  deadline(): number | undefined {
    const bed = this.#bed()
    if (bed === Bed.inUse) return this.#self().#inUse?.session.deadline()
    if (bed !== Bed.cold && bed < Bed.chunk) return undefined
    const deadline = this.#home.rows.number(this.row, TIME)
    return deadline === NEVER ? undefined : deadline
  }

  /** A session begins to live here. */
  live(session: Session): asserts this is LivingPlace {
    this.#refuseGone()
    this.#self().#use(new InUse(session))
  }

  /** It is dead from now on. */
  die(death: Death): void {
    this.#leaveBed(death.reason === 'destroyed' ? Bed.destroyed : Bed.expired, death.at)
  }

  /** What is in memory is on disk, too: the memory is given back. */
  cool(): void {
    if (this.isLiving && !this.isCold) this.#leaveBed(Bed.cold, this.deadline() ?? NEVER)
  }

  /** Whether it is in use, and was not asked for since this was called last. To be called for all that have a seat. */
  canRest(): boolean {
    if (this.#inUse === undefined || this.#attached !== undefined) return false
    const { isUsed } = this.#inUse
    this.#inUse.isUsed = false
    return !isUsed
  }

  /** A session comes to rest here that was never in use. @param body of its record */
  arrive(body: ByteWriter, deadline: number | undefined): void {
    this.#refuseGone()
    this.#home.rows.setNumber(this.row, TIME, deadline ?? NEVER)
    this.#home.records.put(this.row, body)
  }

  /** Becomes a record among others. */
  rest(): void {
    const inUse = this.#inUse
    if (inUse === undefined) return
    this.#home.rows.setNumber(this.row, TIME, inUse.session.deadline() ?? NEVER)
    this.#home.records.put(this.row, restingRecord(inUse, inUse.session, this.sequence))
    this.#inUse = undefined
    this.riseIfIdle()
  }

  /** Gives its seat up if nothing asks for an object. */
  riseIfIdle(): void {
    if (this.#inUse === undefined && this.#attached === undefined) this.#home.seats.rise(this)
  }

  /** What is left of it is what others attached: its row is about to be given up. */
  leave(): void {
    const self = this.#self()
    this.#leaveBed(Bed.nothing, 0)
    this.#home.seats.rise(self)
  }

  /** Takes its place as its record says; a session stays on disk until it is asked for. */
  restore({ sequence, fingerprint, death, deadline }: RecordHead): void {
    this.sequence = sequence
    this.fingerprint = death === undefined ? fingerprint : deathFingerprint(this.key, death)
    if (death === undefined) this.#leaveBed(Bed.cold, deadline ?? NEVER)
    else this.die(death)
  }

  /** Its record on disk; none, once it was given up. Who rests goes on resting. */
  bytes(): Uint8Array | undefined {
    if (this.isGone) return undefined
    const { sequence, fingerprint, death, filed } = this
    const session = this.isCold ? this.session : this.look()
    return encodeRecord({ sequence, fingerprint, death, filed, deadline: session?.deadline(), state: session?.state() })
  }

  /** What is in use of it counts as known since this sequence: a new numbering begins. */
  redate(sequence: number): void {
    this.#inUse?.redate(sequence)
  }

  /** Dates what the latest change brought with its sequence. */
  date(brought: Brought): void {
    this.#awake()?.date(this.sequence, brought)
  }

  /** The object that stands for the place: this one, unless another has its seat. */
  #self(): StoredSession {
    if (this.seat !== 0 || this.isGone) return this
    return this.#home.seats.of(this.row) ?? this
  }

  #bed(): number {
    return this.isGone ? Bed.free : this.#home.rows.get(this.row, BED)
  }

  #awake(): InUse | undefined {
    const self = this.#self()
    return self.#inUse ?? self.#wake()
  }

  #wake(): InUse | undefined {
    const bed = this.#bed()
    if (bed === Bed.cold) return this.#warm()
    if (bed < Bed.chunk) return undefined
    const { rows, records } = this.#home
    const at = rows.get(this.row, AT)
    const record = records.take(bed - Bed.chunk, at)
    const dates = readDates(record, this.sequence)
    const inUse = new InUse(this.#home.awake(record))
    inUse.dateAs(dates)
    records.release(bed - Bed.chunk, at)
    return this.#use(inUse)
  }

  #warm(): InUse | undefined {
    const session = this.#home.readCold(this)
    if (session === undefined) return undefined
    const inUse = new InUse(session)
    // When what of it changed is not on disk: as if all had with the latest change.
    inUse.redate(this.sequence)
    return this.#use(inUse)
  }

  #use(inUse: InUse): InUse {
    this.#inUse = inUse
    this.#home.rows.set(this.row, BED, Bed.inUse)
    this.#home.seats.sit(this)
    return inUse
  }

  /** Gives back the memory of what was in the place, for something else. */
  #leaveBed(next: number, time: number): void {
    this.#refuseGone()
    const { rows, records } = this.#home
    const bed = rows.get(this.row, BED)
    if (bed >= Bed.chunk) records.release(bed - Bed.chunk, rows.get(this.row, AT))
    rows.set(this.row, BED, next)
    rows.setNumber(this.row, TIME, time)
    const self = this.#self()
    self.#inUse = undefined
    self.riseIfIdle()
  }

  /** The row may be another place's by now. */
  #refuseGone(): void {
    if (this.isGone) throw new RangeError('a place that was given up cannot be written to')
  }
}

/** A place with a living session, in use. */
export type LivingPlace = StoredSession & { readonly session: Session }

/** Whether there is a living session. One that is cold or at rest comes into use. */
export function isLiving(stored: StoredSession): stored is LivingPlace {
  return stored.session !== undefined
}
