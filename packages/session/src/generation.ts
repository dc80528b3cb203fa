/**
 * Generations of the attributes document: starting one, and what to do when two meet.
 *
 *     they have seen all that we have  → replace ours          (both have seen the same: the higher number)
 *     we have seen all that they have  → nothing
 *     neither, and we reign            → replace ours by a new generation of both
 *     neither, and we do not           → keep ours and say so: only a primary may write, and nothing may be dropped
 *
 * Invariant: nothing here changes a document that is in use; a new generation is a new document.
 */
import { Document } from '@understudy/document'
import type { Admit, Entry, LiveDocuments, Reign, StateVector } from '@understudy/document'
import { decodeBase, encodeBase, NO_BASE } from './base.js'
import { exhausted, nextGeneration, unusedWriter } from './generation-ids.js'
import { joinAttributes, leftoversOf, relate, type GenerationContent } from './generation-join.js'
import { bounded, joinKnowledge, knowledgeOf, type Dot, type Knowledge } from './lineage.js'
import { liveAttributes, type LiveAttributes } from './live-attributes.js'
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

/** A generation with the same values and a fresh document; `undefined` once numbers or writers are used up. */
export function restartGeneration(old: Generation, maker: Maker): Generation | undefined {
  const { live, knowledge } = contentOf(old)
  return makeGeneration([old], live, bounded(knowledge), maker)
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
    throw new SessionError('DELTA_GAP', 'The delta is a change of a generation that this replica lacks; ask with its benchmark.')
  }
  const document = Document.load('attributes', update, live, admit)
  const { carrier, origins } = decodeBase(base)
  if (origins.length > (document.vector().get(carrier) ?? 0)) {
    throw new SessionError('DELTA_MALFORMED', 'The delta has fewer entries than its base says were carried; it is refused.')
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
  const relation = relate(our, their)
  if (relation === 'ours ahead') return { kind: 'none' }
  if (relation === 'ours behind') return { kind: 'replace', next: theirs }
  if (reign === undefined) return { kind: 'keep', leftovers: leftoversOf(our, their) }
  const context = joinKnowledge(our.knowledge, their.knowledge)
  const next = makeGeneration([ours, theirs], joinAttributes(our, their), context, { reign, live })
  if (next === undefined) throw exhausted()
  return { kind: 'replace', next }
}

/** A fresh document that carries these attributes. */
function makeGeneration(
  from: readonly Generation[],
  attributes: LiveAttributes,
  context: Knowledge,
  { reign, live }: Maker,
): Generation | undefined {
  const number = nextGeneration(from.map((generation) => generation.number), reign)
  const carrier = unusedWriter(reign, from.flatMap(vectorsOf))
  if (number === undefined || carrier === undefined) return undefined
  const document = Document.empty('attributes', live)
  // Removals are not carried: their context tells that what they removed was seen.
  const entries: Entry[] = []
  const origins: Dot[] = []
  for (const [name, { value, origin }] of attributes) {
    if (value === undefined) continue
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
  return { number, live: liveAttributes(document, lineage), knowledge: knowledgeOf(lineage, document.vector()) }
}
