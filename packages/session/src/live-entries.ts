/**
 * The live entries of a document by name, each with the write that it really is.
 *
 * Needed only when generations meet or begin.
 */
import type { Document } from '@understudy/document'
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
  for (const { name, value, writer, clock } of document.liveEntries()) {
    const entry = { value, origin: originOf(lineage, { writer, clock }) }
    const others = live.get(name)
    if (others === undefined) live.set(name, [entry])
    else others.push(entry)
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
