/**
 * What stands for each name in a document, together with the write that made it so.
 *
 * Needed only when generations meet or begin. A document tells which of its live entries a state vector does not
 * cover, in array order, and a writer's entries lie in the array in the order of their clocks; so the clock of an
 * entry is where it drops out of that list. Finding it by halving takes O(log clocks) looks for each entry.
 */
import type { Document, Entry } from '@understudy/document'
import { originOf, type Dot, type Lineage } from './lineage.js'

/** What stands for a name, and the write that made it so. */
export interface LiveAttribute {
  /** Absent: the name was removed, and the document still tells when. */
  readonly value: Uint8Array | undefined
  readonly origin: Dot
}

/** Name → value or removal, and its origin. */
export type LiveAttributes = ReadonlyMap<string, LiveAttribute>

/** What stands for each name that the document has an entry of. */
export function liveAttributes(document: Document, lineage: Lineage): LiveAttributes {
  const live = new Map<string, LiveAttribute>()
  const vector = document.vector()
  for (const [writer, end] of vector) {
    const entriesFrom = (clock: number) => document.uncovered(new Map(vector).set(writer, clock))
    for (const { entry, clock } of locate(entriesFrom, end)) {
      // Concurrent entries of one name can both be alive; the one whose value stands is meant.
      if (!equalBytes(entry.value, document.raw(entry.name))) continue
      const other = live.get(entry.name)
      const origin = originOf(lineage, { writer, clock })
      if (other === undefined || other.origin.writer < origin.writer) live.set(entry.name, { value: entry.value, origin })
    }
  }
  return live
}

interface Located {
  readonly entry: Entry
  readonly clock: number
}

/** The clocks of one writer's live entries, given the list of its entries from a clock on. */
function locate(entriesFrom: (clock: number) => readonly Entry[], end: number): Located[] {
  const found: Located[] = []
  /** `entries` are the live entries with clocks in [from, to). */
  const search = (entries: readonly Entry[], from: number, to: number): void => {
    if (entries.length === 0) return
    if (entries.length === to - from) {
      entries.forEach((entry, i) => found.push({ entry, clock: from + i }))
      return
    }
    const middle = Math.floor((from + to) / 2)
    const behind = entriesFrom(middle).length - entriesFrom(to).length
    const cut = entries.length - behind
    search(entries.slice(0, cut), from, middle)
    search(entries.slice(cut), middle, to)
  }
  search(entriesFrom(0), 0, end)
  return found
}

/** Same bytes, or both none? */
export function equalBytes(a: Uint8Array | undefined, b: Uint8Array | undefined): boolean {
  if (a === undefined || b === undefined) return a === b
  if (a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false
  return true
}
