/**
 * Joining two generations of one session's attributes, name by name.
 *
 * An entry that only one side has stands if the other side has not seen it, else it was overwritten or removed there.
 * Of several that are left the highest writer's stands. The outcome is the same from both sides.
 *
 * That what stands is never older than what falls rests on one thing more: who writes does so under a higher epoch
 * than all it has merged (a primary that meets a higher one reigns no more). Then the order of writers agrees with
 * the order of events, and the highest of all writes is never dropped. It can happen that each side has seen the
 * other's entry and dropped it; then a removal came after the higher one and met the lower one late, and none stands.
 */
import type { Entry } from '@understudy/document'
import { coversKnowledge, knows, type Dot, type Knowledge } from './lineage.js'
import { standingOf, type LiveEntries, type LiveEntry } from './live-entries.js'

/** One generation, laid open for comparison. */
export interface GenerationContent {
  readonly number: number
  readonly live: LiveEntries
  /** All writes it has seen. */
  readonly knowledge: Knowledge
}

/** Name → the entry that stands for it. */
export type StandingEntries = ReadonlyMap<string, LiveEntry>

/** How two generations relate, from our side. */
export interface Relation {
  /** Their number is above ours. */
  readonly higher: boolean
  /** They have seen all that we have. */
  readonly theyCover: boolean
  /** We have seen all that they have. */
  readonly weCover: boolean
}

/** Compares two generations of different numbers. */
export function relate(ours: GenerationContent, theirs: GenerationContent): Relation {
  return {
    higher: theirs.number > ours.number,
    theyCover: coversKnowledge(theirs.knowledge, ours.knowledge),
    weCover: coversKnowledge(ours.knowledge, theirs.knowledge),
  }
}

/** What stands in one generation, taken for itself. */
export function standingEntries({ live }: GenerationContent): StandingEntries {
  const standing = new Map<string, LiveEntry>()
  for (const [name, entries] of live) stand(standing, name, entries)
  return standing
}

/** What stands when both are taken together. */
export function joinGenerations(ours: GenerationContent, theirs: GenerationContent): StandingEntries {
  const standing = new Map<string, LiveEntry>()
  for (const name of new Set([...ours.live.keys(), ...theirs.live.keys()])) {
    const mine = ours.live.get(name) ?? []
    const others = theirs.live.get(name) ?? []
    const kept = mine.filter(({ origin }) => !knows(theirs.knowledge, origin) || has(others, origin))
    const taken = others.filter(({ origin }) => !knows(ours.knowledge, origin))
    stand(standing, name, kept.concat(taken))
  }
  return standing
}

/** What we hold that they have not seen, as entries: values, and removals of what they still have. */
export function leftoversOf(ours: GenerationContent, theirs: GenerationContent): Entry[] {
  const leftovers: Entry[] = []
  for (const [name, { value, origin }] of standingEntries(ours)) {
    if (!knows(theirs.knowledge, origin)) leftovers.push(value === undefined ? { name } : { name, value })
  }
  for (const [name, { value, origin }] of standingEntries(theirs)) {
    if (value !== undefined && !ours.live.has(name) && knows(ours.knowledge, origin)) leftovers.push({ name })
  }
  return leftovers
}

function stand(into: Map<string, LiveEntry>, name: string, entries: readonly LiveEntry[]): void {
  const entry = standingOf(entries)
  if (entry !== undefined) into.set(name, entry)
}

function has(entries: readonly LiveEntry[], { writer, clock }: Dot): boolean {
  return entries.some(({ origin }) => origin.writer === writer && origin.clock === clock)
}
