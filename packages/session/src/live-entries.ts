/**
 * The live entries of a document, each with the write that it really is.
 *
 * Needed only when generations meet or begin. A document tells which of its live entries a state vector does not
 * cover, in array order, and a writer's entries lie in the array in the order of their clocks; so the clock of an
 * entry is where it drops out of that list. Finding it by halving takes O(log clocks) looks for each entry.
 */
import type { Document, Entry } from '@understudy/document'
import { originOf, type Dot, type Lineage } from './lineage.js'

/** What a write left: a value, or the note that there is none. */
export interface LiveEntry {
  /** Absent: a removal. */
  readonly value: Uint8Array | undefined
  readonly origin: Dot
}

/** Name → its live entries: one, or several that were written at the same time. */
export type LiveEntries = ReadonlyMap<string, readonly LiveEntry[]>

/** All live entries of a document. */
export function liveEntries(document: Document, lineage: Lineage): LiveEntries {
  const live = new Map<string, LiveEntry[]>()
  const vector = document.vector()
  for (const [writer, end] of vector) {
    const entriesFrom = (clock: number) => document.uncovered(new Map(vector).set(writer, clock))
    for (const { entry, clock } of locate(entriesFrom, end)) {
      const origin = originOf(lineage, { writer, clock })
      const others = live.get(entry.name)
      if (others === undefined) live.set(entry.name, [{ value: entry.value, origin }])
      else others.push({ value: entry.value, origin })
    }
  }
  return live
}

/** Of entries that know nothing of each other the one that stands: that of the highest writer. */
export function standingOf(entries: readonly LiveEntry[]): LiveEntry | undefined {
  let standing: LiveEntry | undefined
  for (const entry of entries) {
    if (standing === undefined || compareDots(entry.origin, standing.origin) > 0) standing = entry
  }
  return standing
}

function compareDots(a: Dot, b: Dot): number {
  return a.writer - b.writer || a.clock - b.clock
}

interface Located {
  readonly entry: Entry
  readonly clock: number
}

/** The clocks of one writer's live entries, given the list of its entries from a clock on and its next clock. */
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
