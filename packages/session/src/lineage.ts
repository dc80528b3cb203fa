/**
 * What a generation of the attributes document stems from: the part of a session's past that its document forgot.
 *
 * A document that grew is restarted: its live values are *carried* into a fresh document, all under one new writer,
 * the carrier. Two things must outlive that, or a write could be lost when two generations meet:
 * - the *context*: every write that was seen before the restart, so that a replica's old value is known to be old;
 * - the *origins*: which write each carried entry really is, so that carrying a value never counts as writing it.
 * With both, two generations can be joined name by name: a value that one side has and the other side has seen but
 * no longer has was overwritten or removed there (this is a version-vector map; see generation-join.ts).
 *
 * Invariants:
 * - a lineage never changes while its generation lasts, and equal generation numbers mean equal lineages;
 * - carried entry i is the carrier's entry of clock i; the carrier's entries from `origins.length` on are real writes;
 * - the context is bounded: it keeps the 128 highest writers. Whatever a lower writer (`floor`) wrote counts as seen.
 *   So a replica may be away for 128 reigns that wrote to the session before what only it holds is passed over.
 */
import type { StateVector } from '@understudy/document'

/** Identity of one write: the writer, and its clock. */
export interface Dot {
  readonly writer: number
  readonly clock: number
}

/** A set of writes: of each writer all below its clock, and everything of writers below the floor. */
export interface Knowledge {
  readonly clocks: StateVector
  /** Lowest writer that is counted exactly. 0: all are. */
  readonly floor: number
}

/** See the file's header. */
export interface Lineage {
  readonly context: Knowledge
  /** Writer of the carried entries; -1 where nothing was carried. */
  readonly carrier: number
  /** The write that carried entry i really is. */
  readonly origins: readonly Dot[]
}

/** Writers that a context counts exactly. */
export const CONTEXT_WRITERS = 128

/** Lineage of generation 0: nothing came before. */
export const NO_LINEAGE: Lineage = Object.freeze({
  context: Object.freeze({ clocks: new Map<number, number>(), floor: 0 }),
  carrier: -1,
  origins: Object.freeze([]),
})

/** Every write that a replica has seen: its context and its document, but not the mere carrying of entries. */
export function knowledgeOf(lineage: Lineage, vector: StateVector): Knowledge {
  const { context, carrier, origins } = lineage
  const clocks = new Map(context.clocks)
  for (const [writer, clock] of vector) {
    if (writer === carrier && clock <= origins.length) continue
    clocks.set(writer, Math.max(clock, clocks.get(writer) ?? 0))
  }
  return { clocks, floor: context.floor }
}

/** Has this write been seen? */
export function knows(knowledge: Knowledge, { writer, clock }: Dot): boolean {
  return writer < knowledge.floor || (knowledge.clocks.get(writer) ?? 0) > clock
}

/** Has `a` seen all that `b` has? */
export function coversKnowledge(a: Knowledge, b: Knowledge): boolean {
  for (const [writer, clock] of b.clocks) {
    if (!knows(a, { writer, clock: clock - 1 })) return false
  }
  return true
}

/** All that either has seen, bounded as a context is. */
export function joinKnowledge(a: Knowledge, b: Knowledge): Knowledge {
  const joined = new Map(a.clocks)
  for (const [writer, clock] of b.clocks) joined.set(writer, Math.max(clock, joined.get(writer) ?? 0))
  return bounded({ clocks: joined, floor: Math.max(a.floor, b.floor) })
}

/** The knowledge with the lowest writers given up, so that it fits into a context. */
export function bounded({ clocks, floor }: Knowledge): Knowledge {
  const kept = [...clocks].filter(([writer]) => writer >= floor).sort((a, b) => b[0] - a[0])
  if (kept.length <= CONTEXT_WRITERS) return { clocks: new Map(kept), floor }
  kept.length = CONTEXT_WRITERS
  return { clocks: new Map(kept), floor: kept.at(-1)?.[0] ?? floor }
}

/** The write that an entry of this id really is. */
export function originOf(lineage: Lineage, id: Dot): Dot {
  return (id.writer === lineage.carrier ? lineage.origins[id.clock] : undefined) ?? id
}
