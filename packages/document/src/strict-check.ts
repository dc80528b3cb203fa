/**
 * The second half of the strict check: whether a well-shaped update fits the document that is to merge it, and how.
 *
 *     update ─► decodeUpdate ─► gaps, writers, origins, deletions, known content, causes of deletions
 *                                  └─► continues at the end? ─┬ yes: the new items in the array's order
 *                                                             └ no:  left to Yjs
 *
 * Invariants: nothing of the document changes here; what passes leaves Yjs with nothing pending; an entry that is
 * known can be told again but not told differently; an entry dies only with one of the same name that takes its place.
 */
import { equalBytes } from './byte-writer.js'
import type { Arrival, Compact, ItemId } from './compact.js'
import { DocumentError } from './document-error.js'
import { FreshEntry, Successors } from './fresh-entry.js'
import { IdRanges } from './id-range.js'
import { REPLACED, SegmentCursor } from './segment.js'
import { rootOf, type Root } from './writer-id.js'
import type { DecodedStruct, DecodedUpdate, DecodedWriter } from './update-decoding.js'

/** Whether a writer may write to the session whose document merges an update. */
export type Admit = (writer: number) => boolean

/** With more new writers than this, or more new structs than that, the array's order is left to Yjs or refused. */
const CHAIN_WRITERS = 16
const CONCURRENT_STRUCTS = 8192

/** What an update has that the document has not. */
export interface News {
  /** The new items in the order of the array, if they continue at its end one after the other; else undefined. */
  readonly continuation: readonly Arrival[] | undefined
  /** The new live entries; of a continuation in its order. */
  readonly fresh: readonly FreshEntry[]
  /** The ids that the update deletes. */
  readonly deleted: IdRanges
}

/**
 * Checks a decoded update against a document. Throws DELTA_GAP, DELTA_FORGED_WRITER, DELTA_FOREIGN_SHAPE or
 * DELTA_TOO_LARGE; otherwise says what is new, or undefined if nothing is.
 */
export function newsOf(compact: Compact, root: Root, update: DecodedUpdate, admit: Admit): News | undefined {
  const known = compact.vector()
  const ends = new Map(known)
  for (const writer of update.writers) {
    requireNoGap(writer, known.get(writer.writer) ?? 0)
    if (writer.end > (known.get(writer.writer) ?? 0)) {
      requireAdmitted(writer.writer, root, admit)
      ends.set(writer.writer, writer.end)
    }
  }
  for (const writer of update.writers) requireOrigins(writer, ends)
  requireKnownDeletions(update, ends, admit)
  requireSameContent(compact, known, update)
  const deleted = new IdRanges(update.deletions)
  const groups = update.writers.map((writer) => arrivalsOf(update, writer, known.get(writer.writer) ?? 0, deleted))
  const news = groups.filter((group) => group.length > 0)
  const continuation = inArrayOrder(compact, news)
  const fresh = freshOf(continuation === undefined ? news : [continuation])
  requireExplained(compact, update, groups, fresh, deleted)
  if (news.length === 0) return undefined
  if (continuation === undefined) requireFew(news)
  return { continuation, fresh, deleted }
}

function requireNoGap({ writer, clock }: DecodedWriter, known: number): void {
  if (clock > known) throw gap(`begins at entry ${clock} of writer ${writer}, of which ${known} are known`)
}

function requireAdmitted(writer: number, root: Root, admit: Admit): void {
  if (rootOf(writer) !== root) throw forged(`is by a writer of the other root (${writer})`)
  if (!admit(writer)) throw forged(`is by a writer that is not admitted (${writer})`)
}

/** A primary begins without an origin, or appends at the end of what it sees; and it sees its own entries. */
function requireOrigins({ writer, structs }: DecodedWriter, ends: ReadonlyMap<number, number>): void {
  for (const { clock, origin } of structs) {
    if (origin === undefined) {
      if (clock > 0) throw foreign(`leaves out the origin of entry ${clock}`)
    } else if (origin.writer === writer) {
      if (origin.clock !== clock - 1) throw foreign(`puts entry ${clock} elsewhere than at the end`)
    } else if (origin.clock >= (ends.get(origin.writer) ?? 0)) {
      throw gap(`builds on entry ${origin.clock} of writer ${origin.writer}, which is not known`)
    }
  }
}

function requireKnownDeletions({ deletions }: DecodedUpdate, ends: ReadonlyMap<number, number>, admit: Admit): void {
  for (const { writer, clock, length } of deletions) {
    const end = ends.get(writer)
    if (end === undefined && !admit(writer)) throw forged(`deletes entries of a writer not admitted (${writer})`)
    const last = clock + length - 1
    if (last >= (end ?? 0)) throw gap(`deletes entry ${last} of writer ${writer}, which is not known`)
  }
}

/** What an update repeats is skipped, but it must be what we have: ids used twice make replicas diverge unnoticed. */
function requireSameContent(compact: Compact, known: ReadonlyMap<number, number>, update: DecodedUpdate): void {
  const repeating = update.writers.filter(({ writer, clock }) => clock < (known.get(writer) ?? 0))
  if (repeating.length === 0) return
  const byWriter = new Map(repeating.map((writer) => [writer.writer, writer]))
  const cursor = new SegmentCursor(compact)
  while (cursor.next()) {
    const writer = cursor.live ? byWriter.get(compact.writers[cursor.writer] ?? -1) : undefined
    const struct = writer === undefined ? undefined : structAt(writer.structs, cursor.clock)
    const told = struct?.entries?.[cursor.clock - struct.clock]
    if (told === undefined) continue
    const isSame =
      cursor.isNamed(update.bytes, told.nameAt, told.nameLength) &&
      cursor.valueLength === told.valueLength &&
      equalBytes(cursor.bytes, cursor.valueAt, update.bytes, told.valueAt, told.valueLength)
    if (!isSame) throw forged(`tells a known entry differently (entry ${cursor.clock} of writer ${writer?.writer})`)
  }
}

function structAt(structs: readonly DecodedStruct[], clock: number): DecodedStruct | undefined {
  let low = 0
  let high = structs.length - 1
  while (low <= high) {
    const middle = (low + high) >> 1
    const struct = structs[middle]
    if (struct === undefined) return undefined
    if (clock < struct.clock) high = middle - 1
    else if (clock >= struct.clock + struct.length) low = middle + 1
    else return struct
  }
  return undefined
}

/** The items of one writer that are new, with entries that the update itself deletes left out. */
function arrivalsOf(update: DecodedUpdate, writer: DecodedWriter, known: number, deleted: IdRanges): Arrival[] {
  const arrivals: Arrival[] = []
  for (const { clock, length, origin, entries } of writer.structs) {
    const held = Math.max(0, known - clock)
    if (held >= length) continue
    arrivals.push({
      writer: writer.writer,
      clock: clock + held,
      length: length - held,
      origin: held === 0 ? origin : { writer: writer.writer, clock: known - 1 },
      entries: entries?.slice(held).map((place, i) =>
        deleted.has(writer.writer, clock + held + i) ? undefined : new FreshEntry(update.bytes, update.bytes, place)),
    })
  }
  return arrivals
}

/**
 * The live entries among the new items. What each of them replaced can be told later only if nothing else may have:
 * an item that arrives dead may have replaced something, or have been replaced, before it got here.
 */
function freshOf(groups: readonly (readonly Arrival[])[]): FreshEntry[] {
  const fresh: FreshEntry[] = []
  let doubtful = false
  for (const group of groups) {
    for (const { entries } of group) {
      if (entries === undefined || entries.includes(undefined)) doubtful = true
      for (const entry of entries ?? NO_ENTRIES) if (entry !== undefined) fresh.push(entry)
    }
  }
  if (doubtful || hasTwins(fresh)) for (const entry of fresh) entry.replaced = REPLACED.unknown
  return fresh
}

const NO_ENTRIES: readonly never[] = []

function hasTwins(fresh: readonly FreshEntry[]): boolean {
  return fresh.length > 1 && new Set(fresh.map((entry) => entry.name)).size < fresh.length
}

/** A deletion without an entry that causes it would not move the state vector: benchmarks could not be trusted. */
function requireExplained(
  compact: Compact,
  update: DecodedUpdate,
  groups: readonly (readonly Arrival[])[],
  fresh: readonly FreshEntry[],
  deleted: IdRanges,
): void {
  if (update.deletions.length === 0) return
  const successors = new Successors(fresh)
  const cursor = new SegmentCursor(compact)
  while (cursor.next()) {
    if (!cursor.live || !deleted.has(compact.writers[cursor.writer] ?? -1, cursor.clock)) continue
    if (successors.of(cursor) === undefined) throw foreign('deletes an entry that nothing replaces')
  }
  const names = namesOfStillborn(update, groups)
  if (names.length === 0) return
  const replacing = new Set(fresh.map((entry) => entry.name))
  if (!names.every((name) => replacing.has(name))) throw foreign('deletes an entry of its own that nothing replaces')
}

/** The names of entries that the update both brings and deletes. */
function namesOfStillborn(update: DecodedUpdate, groups: readonly (readonly Arrival[])[]): string[] {
  const names: string[] = []
  const doubtful = groups.flatMap((group) => group.filter(({ entries }) => entries?.includes(undefined)))
  for (const { writer, clock, entries = NO_ENTRIES } of doubtful) {
    const { structs } = update.writers.find((candidate) => candidate.writer === writer) ?? { structs: [] }
    for (let i = 0; i < entries.length; i++) {
      const struct = entries[i] === undefined ? structAt(structs, clock + i) : undefined
      const place = struct?.entries?.[clock + i - struct.clock]
      if (place !== undefined) names.push(new FreshEntry(update.bytes, update.bytes, place).name)
    }
  }
  return names
}

/** The items in the order in which Yjs puts them behind what is known; undefined if they belong elsewhere, or that is hard to tell. */
function inArrayOrder(compact: Compact, groups: readonly (readonly Arrival[])[]): Arrival[] | undefined {
  if (groups.length > CHAIN_WRITERS) return undefined
  const end = new End(compact)
  const only = groups.length === 1 && groups[0]?.length === 1 ? groups[0][0] : undefined
  if (only !== undefined) return end.isOriginOf(only) || end.isBeforeNew(only) ? [only] : undefined
  const queues = groups.map((arrivals) => arrivals.values())
  const heads = queues.map((queue) => queue.next())
  const chain: Arrival[] = []
  for (let left = groups.reduce((sum, group) => sum + group.length, 0); left > 0; left--) {
    const i = nextOf(heads, end)
    const head = heads[i]
    const queue = queues[i]
    if (queue === undefined || head === undefined || head.done === true) return undefined
    chain.push(head.value)
    end.follow(head.value)
    heads[i] = queue.next()
  }
  return chain
}

/** What was appended to the last item comes next; then, of those that begin anew, the lowest writer's. */
function nextOf(heads: readonly IteratorResult<Arrival, unknown>[], end: End): number {
  let next = -1
  let lowest = Infinity
  for (const [i, head] of heads.entries()) {
    if (head.done === true) continue
    if (end.isOriginOf(head.value)) return i
    if (head.value.writer >= lowest || !end.isBeforeNew(head.value)) continue
    next = i
    lowest = head.value.writer
  }
  return next
}

/** The end of an array while items are put behind it. */
class End {
  readonly #compact: Compact
  #last: ItemId | undefined
  #highest = -1

  constructor(compact: Compact) {
    this.#compact = compact
    this.#last = compact.last
  }

  /** Whether the item was appended to the last one. */
  isOriginOf({ origin }: Arrival): boolean {
    return origin !== undefined && origin.writer === this.#last?.writer && origin.clock === this.#last.clock
  }

  /** Whether the item begins anew, by a writer above all others: Yjs places it behind everything. */
  isBeforeNew({ origin, writer, clock }: Arrival): boolean {
    return origin === undefined && clock === 0 && writer > this.#highest && this.#compact.isAbove(writer)
  }

  follow({ writer, clock, length }: Arrival): void {
    this.#last = { writer, clock: clock + length - 1 }
    this.#highest = Math.max(this.#highest, writer)
  }
}

/** Placing concurrent items takes Yjs time that grows with the product of their numbers. */
function requireFew(groups: readonly (readonly Arrival[])[]): void {
  const count = groups.reduce((sum, group) => sum + group.length, 0)
  if (count <= CONCURRENT_STRUCTS) return
  const message = `The update has ${count} concurrent structs, more than any session's document; it is refused.`
  throw new DocumentError('DELTA_TOO_LARGE', message)
}

function gap(what: string): DocumentError {
  return new DocumentError('DELTA_GAP', `The update ${what}; ask for a difference from this state vector.`)
}

function forged(what: string): DocumentError {
  return new DocumentError('DELTA_FORGED_WRITER', `The update ${what}; it is refused.`)
}

function foreign(what: string): DocumentError {
  return new DocumentError('DELTA_FOREIGN_SHAPE', `The update ${what}, as no session's document does; it is refused.`)
}
