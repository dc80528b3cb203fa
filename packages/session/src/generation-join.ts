/**
 * Joining two generations of one session's attributes, name by name.
 *
 * A value that only one side has stands if the other side has not seen it, else it was overwritten or removed there.
 * Of two values the one that the other side has not seen stands; if both are new to each other the higher writer
 * wins, as between concurrent entries in Yjs. The outcome is the same from both sides.
 */
import type { Entry } from '@understudy/document'
import { coversKnowledge, knows, type Dot, type Knowledge } from './lineage.js'
import type { LiveAttribute, LiveAttributes } from './live-attributes.js'

/** One generation, laid open for comparison. */
export interface GenerationContent {
  readonly number: number
  readonly live: LiveAttributes
  /** All writes it has seen. */
  readonly knowledge: Knowledge
}

/** How two generations relate, from our side. */
export type Relation = 'ours behind' | 'ours ahead' | 'apart'

/** Which generation has seen more. */
export function relate(ours: GenerationContent, theirs: GenerationContent): Relation {
  const theyCover = coversKnowledge(theirs.knowledge, ours.knowledge)
  const weCover = coversKnowledge(ours.knowledge, theirs.knowledge)
  if (theyCover && weCover) return theirs.number > ours.number ? 'ours behind' : 'ours ahead'
  if (theyCover) return 'ours behind'
  return weCover ? 'ours ahead' : 'apart'
}

/** The attributes that stand when both are taken together. */
export function joinAttributes(ours: GenerationContent, theirs: GenerationContent): LiveAttributes {
  const joined = new Map<string, LiveAttribute>()
  for (const [name, mine] of ours.live) {
    const standing = standingOf(ours, theirs, mine, theirs.live.get(name))
    if (standing !== undefined) joined.set(name, standing)
  }
  for (const [name, other] of theirs.live) {
    if (!ours.live.has(name) && !knows(ours.knowledge, other.origin)) joined.set(name, other)
  }
  return joined
}

/** What we hold that they have not seen, as entries: values, and removals of what they still have. */
export function leftoversOf(ours: GenerationContent, theirs: GenerationContent): Entry[] {
  const leftovers: Entry[] = []
  for (const [name, { value, origin }] of ours.live) {
    if (!knows(theirs.knowledge, origin)) leftovers.push({ name, value })
  }
  for (const [name, { origin }] of theirs.live) {
    if (!ours.live.has(name) && knows(ours.knowledge, origin)) leftovers.push({ name })
  }
  return leftovers
}

/** The attribute that stands of ours and, where they have one of that name, theirs. */
function standingOf(
  ours: GenerationContent,
  theirs: GenerationContent,
  mine: LiveAttribute,
  other: LiveAttribute | undefined,
): LiveAttribute | undefined {
  const mineIsOld = knows(theirs.knowledge, mine.origin)
  if (other === undefined) return mineIsOld ? undefined : mine
  const otherIsOld = knows(ours.knowledge, other.origin)
  if (mineIsOld !== otherIsOld) return mineIsOld ? other : mine
  return compareDots(mine.origin, other.origin) >= 0 ? mine : other
}

/** Order of writes that know nothing of each other: by writer, as Yjs has it. */
function compareDots(a: Dot, b: Dot): number {
  return a.writer - b.writer || a.clock - b.clock
}
