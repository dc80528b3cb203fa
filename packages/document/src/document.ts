/**
 * A session's document: one root array of entries `[name, value]`, and `[name]` for a removal.
 *
 * Any Yjs program reads it with `Object.fromEntries(doc.getArray(root).toJSON())`; that a name may be the path of a part
 * of an attribute is the session's business. Writing appends an entry and deletes the older ones of its name, so every
 * change moves the state vector. The document is kept compact and is brought to life (a Y.Doc) only to merge what is
 * concurrent; see compact.ts and live-documents.ts.
 *
 * Invariants: what another node sends gets in through `check` only; whatever is thrown, nothing has changed; bytes
 * given are copied, bytes handed out are the caller's own.
 */
import { equalBytes } from './byte-writer.js'
import { Compact, type Arrival, type Burial, type OpeningState } from './compact.js'
import { DocumentError } from './document-error.js'
import { FreshEntry } from './fresh-entry.js'
import type { LiveDocuments } from './live-documents.js'
import { checkName, encodeName } from './name.js'
import { openingState } from './opening-state.js'
import { SegmentCursor, type ValuePlace } from './segment.js'
import { CLOCK_LIMIT, type StateVector } from './state-vector.js'
import { newsOf, type Admit, type News } from './strict-check.js'
import { decodeUpdate } from './update-decoding.js'
import { encodedLength, encodeUpdate, freshLength } from './update-encoding.js'
import { usualEntry } from './usual-update.js'
import type { Value } from './value.js'
import { checkValueBytes, decodeValueAt } from './value-bytes.js'
import { rootOf, type Root } from './writer-id.js'

/** One step for one name: a value as `encodeValue` writes it, or, without one, a removal. */
export interface Entry {
  readonly name: string
  readonly value?: Uint8Array
}

/** An entry that a document holds, with the id of its item. */
export interface WrittenEntry extends Entry {
  readonly writer: number
  readonly clock: number
}

/** A document has grown when it is so many times as long as a fresh one with the same values, */
const GROWN_TIMES = 4
/** and longer than this; */
const GROWN_BYTES = 4096
/** or when it has so many writers, long before other nodes refuse it for their number; */
const GROWN_WRITERS = 256
/** or when a writer's clock has come so far, halfway to its end. */
const GROWN_CLOCK = CLOCK_LIMIT / 2

/** An update that `Document.check` admitted. Only the document that checked it can merge it. */
export class CheckedDelta {
  /** @internal */
  constructor(
    readonly document: Document,
    readonly update: Uint8Array,
    readonly admit: Admit,
    readonly compact: Compact,
    readonly revision: number,
    readonly outcome: Outcome,
  ) {}
}

/** What merging a checked update comes to. */
type Outcome =
  /** All of it is known. */
  | { readonly kind: 'nothing' }
  /** The last writer goes on with one entry. */
  | { readonly kind: 'usual'; readonly entry: FreshEntry }
  /** It is the whole of a document of which nothing is known. */
  | { readonly kind: 'opening'; readonly state: OpeningState }
  /** It continues at the end. */
  | { readonly kind: 'continuation'; readonly arrivals: readonly Arrival[]; readonly news: News }
  /** Yjs has merged it. */
  | { readonly kind: 'merged'; readonly result: Compact }

/** One of the two documents of a session. */
export class Document {
  /** The name of the root array. */
  readonly root: Root
  readonly #live: LiveDocuments
  #compact = new Compact()
  // The encoded length and the revision of the compact form that it was measured at.
  #length = 0
  #lengthAt = -1

  private constructor(root: Root, live: LiveDocuments) {
    this.root = root
    this.#live = live
  }

  /** A document without entries. */
  static empty(root: Root, live: LiveDocuments): Document {
    return new Document(root, live)
  }

  /** The document of which `update` is the whole state, strictly checked: throws as `check` does. */
  static load(root: Root, update: Uint8Array, live: LiveDocuments, admit: Admit = anyWriter): Document {
    const document = new Document(root, live)
    document.merge(document.check(update, admit))
    return document
  }

  /** What the document holds: the next clock of each writer. A snapshot; not to be changed, for others may have it. */
  vector(): StateVector {
    return this.#compact.vector()
  }

  /** Whether a holder of `vector` holds all of this document: as `covers(vector, this.vector())`, for less. */
  isCoveredBy(vector: StateVector): boolean {
    return this.#compact.isCoveredBy(vector)
  }

  /** The value of a name, or undefined if it has none. Objects have no prototype. */
  get(name: string): Value | undefined {
    const place = this.#find(name)
    return place && decodeValueAt(this.#compact.bytes, place.at, place.at + place.length)
  }

  /** The value of a name, encoded, or undefined if it has none. */
  raw(name: string): Uint8Array | undefined {
    const place = this.#find(name)
    return place && this.#compact.bytes.slice(place.at, place.at + place.length)
  }

  /** As `raw`, but a window on bytes that are overwritten when the document changes: for comparing at once. */
  peek(name: string): Uint8Array | undefined {
    const place = this.#find(name)
    return place && this.#compact.bytes.subarray(place.at, place.at + place.length)
  }

  /** Whether the name has a value. */
  has(name: string): boolean {
    return this.#find(name) !== undefined
  }

  /** The names that have a value, in the order of the array. */
  names(): string[] {
    return Array.from(this.#winners(), ([name]) => name)
  }

  /** Shows each name with the bytes of its value, which are overwritten when the document changes. Makes no copies. */
  visit(see: (name: string, bytes: Uint8Array, from: number, to: number) => void): void {
    const { bytes } = this.#compact
    for (const [name, { at, length }] of winnersOf(this.#compact)) if (length > 0) see(name, bytes, at, at + length)
  }

  /** The entries that have a value and whose names begin so and go on, in the order of the array. */
  under(prefix: string): Entry[] {
    const { bytes } = this.#compact
    const found: Entry[] = []
    for (const [name, { at, length }] of winnersOf(this.#compact, encodeName(prefix))) {
      if (length > 0) found.push({ name, value: bytes.slice(at, at + length) })
    }
    return found
  }

  /** How many names have a value. */
  get size(): number {
    return this.#winners().length
  }

  /** Names and values, in the order of the array. */
  entries(): [string, Value][] {
    const { bytes } = this.#compact
    return this.#winners().map(([name, { at, length }]) => [name, decodeValueAt(bytes, at, at + length)])
  }

  /**
   * Appends entries in one atomic step; each deletes every older entry of its name. Of two entries with the same
   * name the later one counts. Throws NAME_INVALID, VALUE_NOT_STORABLE, WRITER_INVALID or CLOCK_EXHAUSTED.
   */
  append(writer: number, entries: readonly Entry[]): void {
    this.#requireRoom(writer, entries.length)
    const only = entries.length === 1 ? entries[0] : undefined
    if (only?.value !== undefined && this.#compact.isTail(writer, only.name)) {
      checkValueBytes(only.value)
      this.#compact.replaceTail(only.value, 0, only.value.length)
    } else if (entries.length > 0) this.#compact.append(writer, lastOfEachName(entries).map(freshEntry))
  }

  /** The whole state as a Yjs update (V1). */
  encode(): Uint8Array {
    return encodeUpdate(this.#compact, this.root, new Map())
  }

  /** The Yjs update (V1) that brings a holder of at least `vector` to this document's state. */
  deltaSince(vector: StateVector): Uint8Array {
    return encodeUpdate(this.#compact, this.root, vector)
  }

  /**
   * Checks an update from outside against this document, which does not change. `admit` is asked for each writer that
   * says something new. The bytes must not be changed before they are merged. Throws a DocumentError with a `DELTA_`
   * code; after DELTA_GAP a difference from `vector()` will do, all others mean that the sender cannot be trusted.
   */
  check(update: Uint8Array, admit: Admit): CheckedDelta {
    const compact = this.#compact
    const outcome = this.#shortOutcome(update, admit) ?? this.#outcome(update, admit)
    return new CheckedDelta(this, update, admit, compact, compact.revision, outcome)
  }

  /**
   * Merges a checked update; names whose value changed are returned. Merging again, or in another order, is harmless.
   * If the document changed since the check, the update is checked again, and may then be refused.
   */
  merge(delta: CheckedDelta): readonly string[] {
    if (delta.document !== this) {
      throw new DocumentError('DELTA_UNCHECKED', 'This update was checked by another document; check it with this one.')
    }
    const isStale = delta.compact !== this.#compact || delta.revision !== this.#compact.revision
    const { outcome } = isStale ? this.check(delta.update, delta.admit) : delta
    switch (outcome.kind) {
      case 'nothing':
        return []
      case 'usual':
        return this.#succeed(outcome.entry)
      case 'opening':
        this.#compact.open(outcome.state)
        return outcome.state.names
      case 'continuation':
        return this.#continue(outcome.arrivals, outcome.news)
      case 'merged':
        return this.#replace(outcome.result)
    }
  }

  /** The live entries, removals and concurrent ones too, with the ids of their items, in the order of the array. */
  liveEntries(): WrittenEntry[] {
    const { bytes, writers } = this.#compact
    const found: WrittenEntry[] = []
    const cursor = new SegmentCursor(this.#compact)
    while (cursor.next()) {
      if (!cursor.live) continue
      const { name, clock, valueAt, valueLength } = cursor
      const id = { writer: writers[cursor.writer] ?? 0, clock }
      found.push(valueLength === 0 ? { name, ...id } : { name, value: bytes.slice(valueAt, valueAt + valueLength), ...id })
    }
    return found
  }

  /** The names whose value is another than in that document, or which have a value in one of both only. */
  differingFrom(other: Document): string[] {
    const theirs = winnersOf(other.#compact)
    const names = namesOfDifferent(other.#compact, this.#compact)
    const ours = winnersOf(this.#compact)
    for (const [name, { length }] of theirs) if (length > 0 && !ours.has(name)) names.push(name)
    return names
  }

  /** A length in bytes that the whole state does not exceed: far cheaper to tell than the length. */
  get lengthBound(): number {
    return this.#compact.lengthBound
  }

  /** The length of the whole state in bytes, as `encode` gives it. */
  get byteLength(): number {
    if (this.#lengthAt !== this.#compact.revision) {
      this.#length = encodedLength(this.#compact, this.root)
      this.#lengthAt = this.#compact.revision
    }
    return this.#length
  }

  /** The length that a fresh document with the same values would have, in bytes (with a writer id of eight bytes). */
  get freshByteLength(): number {
    const places = this.#winners().map(([, place]) => place)
    return freshLength(places, this.root)
  }

  /** Whether the document should be restarted: longer than 4 kB and than four times a fresh one, or near some limit. */
  get grown(): boolean {
    const { writers, clocks } = this.#compact
    if (writers.length > GROWN_WRITERS || clocks.some((clock) => clock > GROWN_CLOCK)) return true
    if (this.#compact.lengthBound <= GROWN_BYTES) return false
    return this.byteLength > GROWN_BYTES && this.byteLength > GROWN_TIMES * this.freshByteLength
  }

  /** A fresh document with the same values, without removals, written by one writer who never wrote here. */
  restarted(writer: number): Document {
    const document = new Document(this.root, this.#live)
    const { bytes } = this.#compact
    const entries = this.#winners().map(([name, { at, length }]) => ({ name, value: bytes.subarray(at, at + length) }))
    document.append(writer, entries)
    return document
  }

  #find(name: string): ValuePlace | undefined {
    const place = this.#compact.find(name)
    return place === undefined || place.length === 0 ? undefined : place
  }

  /** The names that have a value, and where it is. */
  #winners(): [string, ValuePlace][] {
    return [...winnersOf(this.#compact)].filter(([, { length }]) => length > 0)
  }

  #requireRoom(writer: number, count: number): void {
    if (rootOf(writer) !== this.root || !Number.isSafeInteger(writer) || writer < 0) {
      const message = `${writer} is no id of a writer to ${this.root}; make one with writerId().`
      throw new DocumentError('WRITER_INVALID', message)
    }
    if (this.#compact.clockOf(writer) + count < CLOCK_LIMIT) return
    throw new DocumentError('CLOCK_EXHAUSTED', `The writer ${writer} has written all it can; restart the document.`)
  }

  /** What comes of an update of one of the two shapes that nearly all have. */
  #shortOutcome(update: Uint8Array, admit: Admit): Outcome | undefined {
    if (this.#compact.lastWriter < 0) {
      const state = openingState(update, this.root, admit)
      return state && { kind: 'opening', state }
    }
    const entry = usualEntry(this.#compact, update, admit)
    return entry && { kind: 'usual', entry }
  }

  #outcome(update: Uint8Array, admit: Admit): Outcome {
    const news = newsOf(this.#compact, this.root, decodeUpdate(update, this.root), admit)
    if (news === undefined) return { kind: 'nothing' }
    if (news.continuation !== undefined) return { kind: 'continuation', arrivals: news.continuation, news }
    return { kind: 'merged', result: this.#live.merge(this.#compact, this.root, update) }
  }

  #succeed(entry: FreshEntry): readonly string[] {
    this.#compact.append(this.#compact.writers[this.#compact.lastWriter] ?? 0, [entry])
    return entry.sameValue ? [] : [entry.name]
  }

  #continue(continuation: readonly Arrival[], { fresh, deleted }: News): string[] {
    const { writers } = this.#compact
    const isBuried: Burial = (older, successor) => {
      successor?.noteValue(older)
      return deleted.has(writers[older.writer] ?? -1, older.clock)
    }
    this.#compact.extend(continuation, fresh, isBuried)
    const last = new Map(fresh.map((entry) => [entry.name, entry]))
    return Array.from(last)
      .filter(([, entry]) => !entry.sameValue)
      .map(([name]) => name)
  }

  #replace(result: Compact): string[] {
    const before = this.#compact
    this.#compact = result
    this.#lengthAt = -1
    return namesOfDifferent(before, result)
  }
}

const anyWriter: Admit = () => true
const NO_PLACE: ValuePlace = { at: 0, length: 0, nameLength: 0 }

/**
 * The place of each name's value; where concurrent entries have the same name, the last one wins. With a prefix, of the
 * names that begin so and go on.
 */
function winnersOf(compact: Compact, prefix?: Uint8Array): Map<string, ValuePlace> {
  const winners = new Map<string, ValuePlace>()
  const cursor = new SegmentCursor(compact)
  while (cursor.next()) {
    if (!cursor.live || (prefix !== undefined && !beginsWith(cursor, prefix))) continue
    const { nameLength, valueAt: at, valueLength: length } = cursor
    winners.set(cursor.name, { at, length, nameLength })
  }
  return winners
}

function beginsWith({ bytes, nameAt, nameLength }: SegmentCursor, prefix: Uint8Array): boolean {
  return nameLength > prefix.length && equalBytes(bytes, nameAt, prefix, 0, prefix.length)
}

/** The names of which `now` has another value than `before`, or has an entry where there was a value. */
function namesOfDifferent(before: Compact, now: Compact): string[] {
  const old = winnersOf(before)
  return Array.from(winnersOf(now))
    .filter(([name, place]) => !isSame(before, old.get(name), now, place))
    .map(([name]) => name)
}

function isSame(a: Compact, old: ValuePlace = NO_PLACE, b: Compact, now: ValuePlace): boolean {
  return old.length === now.length && equalBytes(a.bytes, old.at, b.bytes, now.at, now.length)
}

function lastOfEachName(entries: readonly Entry[]): readonly Entry[] {
  if (entries.length < 2) return entries
  const last = new Map(entries.map((entry) => [entry.name, entry]))
  return last.size === entries.length ? entries : entries.filter((entry) => last.get(entry.name) === entry)
}

function freshEntry({ name, value }: Entry): FreshEntry {
  checkName(name)
  if (value !== undefined) checkValueBytes(value)
  const names = encodeName(name)
  const values = value ?? NO_VALUE
  return new FreshEntry(names, values, { nameAt: 0, nameLength: names.length, valueAt: 0, valueLength: values.length })
}

const NO_VALUE = new Uint8Array(0)
