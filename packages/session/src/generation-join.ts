/**
 * Joining two generations of one session's attributes, name by name.
 *
 * A value that only one side has stands if the other side has not seen it, else it was overwritten or removed there.
 * Of two the one that the other side has not seen stands; if both are new to each other the higher writer wins, as
 * between concurrent entries in Yjs. The outcome is the same from both sides.
 *
 * That what stands is never older than what falls rests on one thing more: who writes does so under a higher epoch
 * than all it has merged (a primary that meets a higher one reigns no more). Then the order of writers agrees with
 * the order of events. If both sides have seen the other's value and neither kept it, a removal came after the
 * higher of them and met the lower one late; so neither stands.
 */
import type { Entry } from '@understudy/document'
import { coversKnowledge, knows, type Knowledge } from './lineage.js'
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

/** What stands when both are taken together. */
export function joinAttributes(ours: GenerationContent, theirs: GenerationContent): LiveAttributes {
  const joined = new Map<string, LiveAttribute>()
  for (const name of new Set([...ours.live.keys(), ...theirs.live.keys()])) {
    const mine = ours.live.get(name)
    const other = theirs.live.get(name)
    const standing = sameDot(mine, other) ? mine : later(unlessSeen(mine, theirs), unlessSeen(other, ours))
    if (standing !== undefined) joined.set(name, standing)
  }
  return joined
}

/** What we hold that they have not seen, as entries: values, and removals of what they still have. */
export function leftoversOf(ours: GenerationContent, theirs: GenerationContent): Entry[] {
  const leftovers: Entry[] = []
  for (const [name, { value, origin }] of ours.live) {
    if (!knows(theirs.knowledge, origin)) leftovers.push(value === undefined ? { name } : { name, value })
  }
  for (const [name, { value, origin }] of theirs.live) {
    if (value !== undefined && !ours.live.has(name) && knows(ours.knowledge, origin)) leftovers.push({ name })
  }
  return leftovers
}

/** What is new to the other side. */
function unlessSeen(attribute: LiveAttribute | undefined, by: GenerationContent): LiveAttribute | undefined {
  return attribute === undefined || knows(by.knowledge, attribute.origin) ? undefined : attribute
}

/** Of two that know nothing of each other the one by the higher writer, as Yjs has it. */
function later(a: LiveAttribute | undefined, b: LiveAttribute | undefined): LiveAttribute | undefined {
  if (a === undefined || b === undefined) return a ?? b
  return (a.origin.writer - b.origin.writer || a.origin.clock - b.origin.clock) >= 0 ? a : b
}

function sameDot(a: LiveAttribute | undefined, b: LiveAttribute | undefined): boolean {
  return a !== undefined && b !== undefined && a.origin.writer === b.origin.writer && a.origin.clock === b.origin.clock
}
