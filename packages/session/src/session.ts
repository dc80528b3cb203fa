/**
 * A session: attributes and frozen attributes in two Yjs documents, and the plain fields beside them.
 *
 *     apply  (primary only)  operations ─► plan ─► one append a document ─► restart if the document grew
 *     merge  (any replica)   delta ─► check all ─► change all
 *
 * Invariants:
 * - `apply` and `merge` do everything or, when they throw, nothing;
 * - a name is read from the frozen document where it has it, else from the attributes;
 * - only the frozen document keeps its history for ever; the attributes document starts a new generation when it grew,
 *   and no write is lost by that (lineage.ts, generation-join.ts);
 * - terms, last access and operations are semilattices: merging them commutes, associates and is idempotent;
 * - no clock and no randomness: both come in with the call.
 */
import { Document, LiveDocuments, type Admit, type ByteReader, type Entry, type Reign, type StateVector, type Value, type WriterId } from '@understudy/document'
import { decodeBase, NO_BASE } from './base.js'
import { fingerprintOf, type Fingerprint } from './fingerprint.js'
import { FrozenPart } from './frozen-part.js'
import { loadGeneration, meetGenerations, restartGeneration, type Generation, type Meeting } from './generation.js'
import { exhausted, writerOf } from './generation-ids.js'
import type { SavePlan } from './drafts.js'
import { DEFAULT_LIMITS, tooLarge, tooMany, type SessionLimits } from './limits.js'
import { isKnownOperation, joinOperations, NO_OPERATIONS, recordOperation, type OperationId } from './operation-log.js'
import type { Operation } from './operation.js'
import { attributeOf, attributesOf, SEPARATOR, union } from './path.js'
import { readAll, readPart } from './parts.js'
import { planSave } from './save-plan.js'
import { readResting } from './resting.js'
import type { Applied, ApplyContext, LoadOptions, MergeOptions, SessionStart } from './session-calls.js'
import type { Merged, SessionBenchmark, SessionDelta } from './session-delta.js'
import { SessionError } from './session-error.js'
import { deadlineOf, equalTerms, joinTerms, termsAfter, type Terms } from './terms.js'

/** A document larger than this many bytes … */
const GROWN_BYTES = 4096
/** … and than this many times a fresh one of the same values is restarted. */
const GROWN_TIMES = 4

const NO_NAMES: readonly string[] = Object.freeze([])
const DUPLICATE: Applied = Object.freeze({ changed: NO_NAMES, terms: false, duplicate: true })
const NO_VECTOR: StateVector = new Map()
const NOTHING_FROZEN = Document.empty('frozen', new LiveDocuments({ limit: 0 }))
const NOT_KEPT = { kept: false, leftovers: Object.freeze([]) } as const

/** What a merge will do with the attributes document, worked out before anything changes. */
type AttributesStep = Meeting | { readonly kind: 'merge'; readonly commit: () => readonly string[] }

/** One session on one replica. See the file's header. */
export class Session {
  readonly #live: LiveDocuments
  readonly #limits: SessionLimits
  #generation = 0
  #base: Uint8Array = NO_BASE
  #attributes: Document
  /** Absent while nothing is frozen. */
  #frozen: FrozenPart | undefined
  #terms: Terms
  #lastAccess: number
  #operations: readonly OperationId[] = NO_OPERATIONS
  /** The attributes writer of the latest reign, while the generation lasts. */
  #writer: { readonly reign: Reign; readonly id: WriterId } | undefined
  /** Bytes that may be written before the document's growth must be measured again. */
  #slack = 0
  /** Bytes that the session may grow by before its size must be measured again. */
  #spare = 0
  /** The key for which the fingerprint is known, and its halves as signed numbers, which V8 keeps without an object. */
  #fingerprintOf: string | undefined
  #high = 0
  #low = 0

  private constructor({ terms, lastAccess, live, limits = DEFAULT_LIMITS }: SessionStart) {
    this.#live = live
    this.#limits = limits
    this.#attributes = Document.empty('attributes', live)
    this.#terms = terms
    this.#lastAccess = lastAccess
  }

  /** A session without attributes. */
  static create(start: SessionStart): Session {
    return new Session(start)
  }

  /** A session from its whole state (`state()`, or an opening delta). @throws SessionError, DocumentError for a damaged one */
  static load(state: SessionDelta, { live, limits = DEFAULT_LIMITS, admit = () => true }: LoadOptions): Session {
    if (state.terms === undefined) throw new SessionError('DELTA_MALFORMED', 'The state of a session is without its terms; ask for the whole state.')
    const session = new Session({ terms: state.terms, lastAccess: state.lastAccess ?? state.terms.createdAt, live, limits })
    session.merge(state, admit, { adopt: true })
    return session
  }

  /** The session that `writeResting` wrote in this process, as it was: nothing is checked, and the bytes are its own from now on. */
  static awake(reader: ByteReader, { live, limits = DEFAULT_LIMITS }: LoadOptions): Session {
    const { terms, lastAccess, operations, frozen, attributes } = readResting(reader, live)
    const session = new Session({ terms, lastAccess, live, limits })
    session.#operations = operations
    session.#frozen = frozen
    session.#generation = attributes.number
    session.#base = attributes.base
    session.#attributes = attributes.document
    return session
  }

  /** Number of the attributes document's generation: 0 at first, later ones see generation-ids.ts. */
  get generation(): number {
    return this.#generation
  }

  /** What the generation stems from, as opaque bytes (base.ts). Empty in generation 0. */
  get base(): Uint8Array {
    return this.#base
  }

  /** The mutable attributes. To be read only: changes go through `apply` and `merge`. */
  get attributes(): Document {
    return this.#attributes
  }

  /** The frozen attributes. To be read only. */
  get frozen(): Document {
    return this.#frozen?.document ?? NOTHING_FROZEN
  }

  /** What the frozen attributes' document holds. */
  get frozenVector(): StateVector {
    return this.#frozen?.vector ?? NO_VECTOR
  }

  /** When the session was made and when it ends. */
  get terms(): Terms {
    return this.#terms
  }

  /** Last access, in milliseconds since 1970. */
  get lastAccess(): number {
    return this.#lastAccess
  }

  /** The latest save of each of the latest clients. */
  get operations(): readonly OperationId[] {
    return this.#operations
  }

  /** Value of an attribute, or of a part of it (path.ts). */
  get(name: string): Value | undefined {
    return readPart(this.#holderOf(name), name)
  }

  /** Encoded value of an entry. */
  raw(name: string): Uint8Array | undefined {
    return this.#holderOf(name).raw(name)
  }

  /** Encoded value of an entry for comparing at once: a window on bytes that are overwritten at the next change. */
  peek(name: string): Uint8Array | undefined {
    return this.#holderOf(name).peek(name)
  }

  /** Entries of attributes that are not frozen (drafts.ts). */
  under(prefix: string): Entry[] {
    return this.#attributes.under(prefix)
  }

  /** Has the attribute, or the part of it, a value? */
  has(name: string): boolean {
    return name.includes(SEPARATOR) ? this.get(name) !== undefined : this.#holderOf(name).has(name)
  }

  /** Can the attribute, or the one that this is a part of, never change again? */
  isFrozen(name: string): boolean {
    return this.#frozen !== undefined && this.#frozen.has(attributeOf(name))
  }

  /** Names of all attributes, each once. */
  names(): string[] {
    const names = this.#attributes.names().filter((name) => !name.includes(SEPARATOR) && !this.isFrozen(name))
    return this.#frozen === undefined ? names : names.concat(this.#frozen.document.names())
  }

  /** All attributes that have a value, decoded anew. Objects have no prototype. */
  entries(): Map<string, Value> {
    const all = new Map(readAll(this.#attributes.entries()))
    if (this.#frozen !== undefined) for (const [name, value] of readAll(this.#frozen.document.entries())) all.set(name, value)
    return all
  }

  /** All attributes as a plain object without prototype. */
  toJSON(): Record<string, Value> {
    return Object.assign(Object.create(null), Object.fromEntries(this.entries()))
  }

  #holderOf(name: string): Document {
    return this.#frozen !== undefined && this.isFrozen(name) ? this.#frozen.document : this.#attributes
  }

  /**
   * Applies a save, whole or not at all.
   *
   * @throws SessionError, with nothing changed
   */
  apply(operations: readonly Operation[], { reign, now, operation }: ApplyContext): Applied {
    if (operation !== undefined && isKnownOperation(this.#operations, operation)) return DUPLICATE
    const plan = planSave(this, operations, { limits: this.#limits, reign, id: operation })
    const terms = termsAfter(this.#terms, operations, now)
    this.#requireRoom(plan)
    if (plan.attributes.length > 0) {
      this.#attributes.append(this.#writerOf(reign), plan.attributes)
      this.#slack -= plan.written + Math.max(0, -plan.growth) * GROWN_TIMES
      this.#fingerprintOf = undefined
    }
    if (plan.frozen.length > 0) this.#freeze(plan.frozen, reign)
    this.#spare -= Math.max(0, plan.growth)
    if (operation !== undefined) this.#operations = recordOperation(this.#operations, operation)
    const hasOtherTerms = terms !== this.#terms && this.setTerms(terms)
    this.touch(now)
    const restarted = this.#slack < 0 && this.#isGrown() ? this.#restart(reign) : undefined
    return { changed: union(plan.changed, attributesOf(restarted ?? NO_NAMES)), terms: hasOtherTerms, duplicate: false }
  }

  /**
   * Merges a delta. Both documents are checked entirely before either is changed; merging again changes nothing.
   *
   * @param admit which writers may have written what the delta brings
   * @throws DocumentError or SessionError, with nothing changed; `DELTA_GAP` of either means: ask with our benchmark
   */
  merge(delta: SessionDelta, admit: Admit, options: MergeOptions = {}): Merged {
    const frozen = delta.frozen === undefined ? undefined : (this.#frozen ?? FrozenPart.empty(this.#live))
    const checked = delta.frozen === undefined ? undefined : frozen?.check(delta.frozen, admit)
    const step = this.#planMerge(delta, admit, options)
    if (step.kind === 'keep') return { changed: [], lacksFrozen: false, kept: true, leftovers: step.leftovers }
    let changed = step.kind === 'merge' ? step.commit() : step.kind === 'replace' ? this.#replace(step.next) : NO_NAMES
    if (frozen !== undefined && checked !== undefined) {
      changed = union(changed, frozen.merge(checked))
      this.#frozen = frozen
    }
    this.#fingerprintOf = undefined
    this.#slack = 0
    this.#spare = 0
    this.#joinFields(delta)
    const lacksFrozen = delta.frozenHash !== undefined && delta.frozenHash !== this.frozenHash()
    return { changed: attributesOf(changed), lacksFrozen, ...NOT_KEPT }
  }

  /**
   * Starts a new generation with the same values: what `apply` does by itself once the document grew.
   *
   * @returns false where the reign has no writer left for it; then the old generation just goes on
   */
  restart(reign: Reign): boolean {
    return this.#restart(reign) !== undefined
  }

  /** What this replica holds. */
  benchmark(): SessionBenchmark {
    return { generation: this.#generation, attributes: this.#attributes.vector(), frozen: this.frozenVector }
  }

  /** The whole session as one delta: for disk, and for whoever holds nothing of it. */
  state(): SessionDelta {
    return {
      generation: this.#generation,
      ...(this.#base.length === 0 ? {} : { base: this.#base }),
      attributes: this.#attributes.deltaSince(NO_VECTOR),
      ...(this.#frozen === undefined ? {} : { frozen: this.#frozen.document.deltaSince(NO_VECTOR) }),
      frozenHash: this.frozenHash(),
      terms: this.#terms,
      lastAccess: this.#lastAccess,
      ...(this.#operations.length === 0 ? {} : { operations: this.#operations }),
    }
  }

  /** 32-bit hash of the frozen document; 0 when nothing is frozen. Equal ones have nothing to tell each other. */
  frozenHash(): number {
    return this.#frozen?.hash() ?? 0
  }

  /** 64 bits that are equal on replicas which hold the same documents. Computed anew only after a change. */
  fingerprint(key: string): Fingerprint {
    if (this.#fingerprintOf === key) return [this.#high >>> 0, this.#low >>> 0]
    const fingerprint = fingerprintOf(key, this.benchmark(), this.frozenHash())
    this.#high = fingerprint[0] | 0
    this.#low = fingerprint[1] | 0
    this.#fingerprintOf = key
    return fingerprint
  }

  /** Notes an access. @returns whether the last access is now a later one */
  touch(now: number): boolean {
    const access = Math.min(now, this.#terms.absoluteDeadline ?? Infinity)
    if (access <= this.#lastAccess) return false
    this.#lastAccess = access
    return true
  }

  /** When the session expires as things stand, in milliseconds since 1970; `undefined`: never. */
  deadline(): number | undefined {
    return deadlineOf(this.#terms, this.#lastAccess)
  }

  /** Gives the session other terms; they stand if their stamp is the later. @returns whether anything changed */
  setTerms(terms: Terms): boolean {
    const before = this.#terms
    this.#terms = joinTerms(before, terms)
    return !equalTerms(before, this.#terms)
  }

  /** Number of attributes; one that is frozen here and was set elsewhere at once may count twice. */
  get count(): number {
    return this.#attributes.size + (this.#frozen?.document.size ?? 0)
  }

  /** Encoded size in bytes: both documents, and what the generation stems from. */
  get byteLength(): number {
    return this.#attributes.byteLength + this.#base.length + (this.#frozen?.document.byteLength ?? 0)
  }

  /** Throws where a save would make the session too large. One that shrinks it passes, however large it is. */
  #requireRoom({ added, growth }: SavePlan): void {
    if (added > 0 && this.count + added > this.#limits.attributes) throw tooMany(this.#limits)
    if (growth <= this.#spare) return
    this.#spare = this.#limits.sessionBytes - this.#lengthBound
    if (growth <= this.#spare) return
    this.#spare = this.#limits.sessionBytes - this.byteLength
    if (growth <= this.#spare) return
    const bytes = this.#attributes.freshByteLength + (this.#frozen?.document.freshByteLength ?? 0)
    if (growth <= 0 || growth <= this.#limits.sessionBytes - bytes) return
    throw tooLarge(this.#limits)
  }

  /** What `byteLength` does not exceed. */
  get #lengthBound(): number {
    return this.#attributes.lengthBound + this.#base.length + (this.#frozen?.document.lengthBound ?? 0)
  }

  /** The writer under which a reign writes attributes: worked out once a reign and generation. */
  #writerOf(reign: Reign): WriterId {
    const latest = this.#writer
    if (latest?.reign.epoch === reign.epoch && latest.reign.nonce === reign.nonce) return latest.id
    const id = writerOf(reign, this.#attributes.vector(), decodeBase(this.#base).context.clocks)
    if (id === undefined) throw exhausted()
    this.#writer = { reign, id }
    return id
  }

  #freeze(entries: readonly Entry[], reign: Reign): void {
    this.#frozen ??= FrozenPart.empty(this.#live)
    this.#frozen.append(reign, entries)
    this.#fingerprintOf = undefined
  }

  /** Is there more history than the values are worth? Measures; `#slack` says how much may be written until next time. */
  #isGrown(): boolean {
    this.#slack = GROWN_BYTES - this.#attributes.lengthBound - this.#base.length
    if (this.#slack >= 0) return false
    const bytes = this.#attributes.byteLength + this.#base.length
    this.#slack = Math.max(GROWN_BYTES, GROWN_TIMES * this.#attributes.freshByteLength) - bytes
    return this.#slack < 0
  }

  /** @returns names whose value changed, as it can where concurrent entries were left; `undefined`: not restarted */
  #restart(reign: Reign): readonly string[] | undefined {
    const next = restartGeneration(this.#current, { reign, live: this.#live })
    return next === undefined ? undefined : this.#replace(next)
  }

  get #current(): Generation {
    return { number: this.#generation, base: this.#base, document: this.#attributes }
  }

  /** Works out what a delta does to the attributes, and checks it. */
  #planMerge(delta: SessionDelta, admit: Admit, { reign, adopt = false }: MergeOptions): AttributesStep {
    if (delta.attributes === undefined) return { kind: 'none' }
    if (delta.generation === this.#generation) {
      const attributes = this.#attributes
      const checked = attributes.check(delta.attributes, admit)
      return { kind: 'merge', commit: () => attributes.merge(checked) }
    }
    const theirs = loadGeneration(delta, delta.attributes, { live: this.#live, admit })
    if (adopt) return { kind: 'replace', next: theirs }
    return meetGenerations(this.#current, theirs, { reign, live: this.#live })
  }

  #replace({ number, base, document }: Generation): string[] {
    const before = this.#attributes
    this.#generation = number
    this.#base = base
    this.#attributes = document
    this.#writer = undefined
    this.#slack = 0
    this.#spare = 0
    this.#fingerprintOf = undefined
    return document.differingFrom(before)
  }

  #joinFields({ terms, lastAccess, operations }: SessionDelta): void {
    if (terms !== undefined) this.#terms = joinTerms(this.#terms, terms)
    if (lastAccess !== undefined) this.#lastAccess = Math.max(this.#lastAccess, lastAccess)
    if (operations !== undefined) this.#operations = joinOperations(this.#operations, operations)
  }
}
