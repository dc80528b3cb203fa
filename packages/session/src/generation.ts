/**
 * Generations of the attributes document: starting one, and what to do when two meet.
 *
 *     they have seen all that we have, and their number is higher  → replace ours
 *     we have seen all that they have, and our number is higher    → nothing
 *     else, and we reign                                           → replace ours by a new generation above both
 *     else, and they have something new                            → keep ours and say so
 *
 * Only a primary may write, and nothing may be dropped: so a back-up keeps what it has until the primary has met it.
 * A replica's number never goes back, or a number could be given twice by one that has forgotten it.
 *
 * Invariant: nothing here changes a document that is in use; a new generation is a new document.
 */
import { Document } from '@understudy/document'
import type { Admit, Entry, LiveDocuments, Reign, StateVector } from '@understudy/document'
import { decodeBase, encodeBase, NO_BASE } from './base.js'
import { exhausted, nextGeneration, unusedWriter } from './generation-ids.js'
import { joinGenerations, leftoversOf, relate, standingEntries } from './generation-join.js'
import type { GenerationContent, StandingEntries } from './generation-join.js'
import { bounded, joinKnowledge, knowledgeOf, type Dot, type Knowledge } from './lineage.js'
import { liveEntries } from './live-entries.js'
import { counts } from './parts.js'
import type { SessionDelta } from './session-delta.js'
import { SessionError } from './session-error.js'

/** One generation: its number, what it stems from, its document. */
export interface Generation {
  readonly number: number
  readonly base: Uint8Array
  readonly document: Document
}

/** What follows from meeting another generation. */
export type Meeting =
  | { readonly kind: 'none' }
  | { readonly kind: 'replace'; readonly next: Generation }
  | { readonly kind: 'keep'; readonly leftovers: readonly Entry[] }

/** Who makes a generation, and where its document lives. */
export interface Maker {
  readonly reign: Reign
  readonly live: LiveDocuments
}

/**
 * A generation with the same values and a fresh document; `undefined` once numbers or writers are used up.
 * Of entries that were written at the same time, and that nobody wrote over since, now the highest writer's stands.
 */
export function restartGeneration(old: Generation, maker: Maker): Generation | undefined {
  const content = contentOf(old)
  return makeGeneration([old], standingEntries(content), bounded(content.knowledge), maker)
}

/**
 * The whole document of another generation, loaded aside.
 *
 * @throws SessionError `DELTA_GAP` where the delta is but a change of it; DocumentError where it is damaged
 */
export function loadGeneration(
  { generation, base = NO_BASE }: SessionDelta,
  update: Uint8Array,
  { live, admit }: { live: LiveDocuments; admit: Admit },
): Generation {
  if (generation !== 0 && base.length === 0) {
    const message = 'The delta changes a generation that this replica lacks; ask with its benchmark.'
    throw new SessionError('DELTA_GAP', message)
  }
  const document = Document.load('attributes', update, live, admit)
  const { carrier, origins } = decodeBase(base)
  if (origins.length > (document.vector().get(carrier) ?? 0)) {
    throw new SessionError('DELTA_MALFORMED', 'The delta has fewer entries than its base says; it is refused.')
  }
  return { number: generation, base, document }
}

/** What follows for us from meeting their generation; without a reign we are no primary. */
export function meetGenerations(
  ours: Generation,
  theirs: Generation,
  { reign, live }: { reign: Reign | undefined; live: LiveDocuments },
): Meeting {
  const our = contentOf(ours)
  const their = contentOf(theirs)
  const { higher, theyCover, weCover } = relate(our, their)
  if (theyCover && higher) return { kind: 'replace', next: theirs }
  if (weCover && !higher) return { kind: 'none' }
  if (reign === undefined) return weCover ? { kind: 'none' } : { kind: 'keep', leftovers: leftoversOf(our, their) }
  const context = joinKnowledge(our.knowledge, their.knowledge)
  const next = makeGeneration([ours, theirs], joinGenerations(our, their), context, { reign, live })
  if (next === undefined) throw exhausted()
  return { kind: 'replace', next }
}

/** A fresh document that carries these entries. */
function makeGeneration(
  from: readonly Generation[],
  standing: StandingEntries,
  context: Knowledge,
  { reign, live }: Maker,
): Generation | undefined {
  const number = nextGeneration(from.map((generation) => generation.number), reign)
  const carrier = unusedWriter(reign, from.flatMap(vectorsOf))
  if (number === undefined || carrier === undefined) return undefined
  const document = Document.empty('attributes', live)
  // Removals are not carried: their context tells that what they removed was seen. Nor are parts that do not count.
  const entries: Entry[] = []
  const origins: Dot[] = []
  const valueOf = (name: string): Uint8Array | undefined => standing.get(name)?.value
  for (const [name, { value, origin }] of standing) {
    if (value === undefined || !counts(name, valueOf)) continue
    entries.push({ name, value })
    origins.push(origin)
  }
  if (entries.length > 0) document.append(carrier, entries)
  return { number, base: encodeBase({ context, carrier, origins }), document }
}

/** Every writer that a generation knows of. */
function vectorsOf({ base, document }: Generation): StateVector[] {
  return [document.vector(), decodeBase(base).context.clocks]
}

function contentOf({ number, base, document }: Generation): GenerationContent {
  const lineage = decodeBase(base)
  return { number, live: liveEntries(document, lineage), knowledge: knowledgeOf(lineage, document.vector()) }
}
