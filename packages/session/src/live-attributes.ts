/**
 * The live attributes of a document together with the write that gave each its value.
 *
 * Needed only when generations meet or begin. A document tells which of its live entries a state vector does not
 * cover, in array order, and a writer's entries lie in the array in the order of their clocks; so the clock of an
 * entry is where it drops out of that list. Finding it by halving takes O(log clocks) looks for each entry.
 */
import type { Document, Entry } from '@understudy/document'
import { originOf, type Dot, type Lineage } from './lineage.js'

/** A value and the write that gave it. */
export interface LiveAttribute {
  readonly value: Uint8Array
  readonly origin: Dot
}

/** Name → value and origin, in the order of the document's names. */
export type LiveAttributes = ReadonlyMap<string, LiveAttribute>

/** All attributes that have a value. */
export function liveAttributes(document: Document, lineage: Lineage): LiveAttributes {
  const ids = idsOfValues(document)
  const live = new Map<string, LiveAttribute>()
  for (const name of document.names()) {
    const value = document.raw(name)
    const id = ids.get(name)
    if (value !== undefined && id !== undefined) live.set(name, { value, origin: originOf(lineage, id) })
  }
  return live
}

/** Name → id of the entry that gives its value. */
function idsOfValues(document: Document): Map<string, Dot> {
  const ids = new Map<string, Dot>()
  const vector = document.vector()
  for (const [writer, end] of vector) {
    const entriesFrom = (clock: number) => document.uncovered(new Map(vector).set(writer, clock))
    for (const { entry, clock } of locate(entriesFrom, { from: 0, to: end })) {
      // Concurrent entries of one name can both be alive; the one whose value stands is meant.
      if (entry.value === undefined || !equalBytes(entry.value, document.raw(entry.name))) continue
      const other = ids.get(entry.name)
      if (other === undefined || other.writer < writer) ids.set(entry.name, { writer, clock })
    }
  }
  return ids
}

interface Located {
  readonly entry: Entry
  readonly clock: number
}

/** The clocks of one writer's live entries, given the list of its entries from a clock on. */
function locate(entriesFrom: (clock: number) => readonly Entry[], span: { from: number; to: number }): Located[] {
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
  search(entriesFrom(span.from), span.from, span.to)
  return found
}

/** Same bytes? */
export function equalBytes(a: Uint8Array, b: Uint8Array | undefined): boolean {
  if (b === undefined || a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false
  return true
}
