/**
 * Documents brought to life as Y.Docs, for what the compact form leaves to Yjs: merging concurrent entries.
 *
 *     compact ──bring to life──► Y.Doc ──Yjs merges──► read back ──► another compact
 *
 * The compact form stays the truth: a Y.Doc is kept only so that the next concurrent merge of the same document is
 * cheaper, and forgetting it loses nothing. Whatever Yjs does or throws, the document is as before until the caller
 * takes the result.
 *
 * Invariant: at most `limit` Y.Docs; each equals the compact document (and its revision) that it is kept under.
 */
import * as Y from 'yjs'
import { Compact, type Arrival } from './compact.js'
import { DocumentError } from './document-error.js'
import { FreshEntry } from './fresh-entry.js'
import { encodeName } from './name.js'
import { REPLACED } from './segment.js'
import { equalVectors } from './state-vector.js'
import { encodeUpdate } from './update-encoding.js'
import { encodeValue } from './value.js'
import type { Root } from './writer-id.js'

interface Alive {
  readonly doc: Y.Doc
  /** The compact document's revision that `doc` equals. */
  readonly revision: number
}

/** A bounded number of Y.Docs, the least recently used forgotten first. One for all documents of a node. */
export class LiveDocuments {
  /** The most Y.Docs kept. */
  readonly limit: number
  readonly #alive = new Map<Compact, Alive>()
  #awakened = 0
  #forgotten = 0
  #merged = 0

  constructor({ limit = 256 }: { limit?: number } = {}) {
    this.limit = limit
  }

  /** How many Y.Docs there are now, and how often one was made, forgotten for want of room, and left a merge to. */
  get counts(): { alive: number; awakened: number; forgotten: number; merged: number } {
    return { alive: this.#alive.size, awakened: this.#awakened, forgotten: this.#forgotten, merged: this.#merged }
  }

  /**
   * What Yjs makes of a document and a checked update; the document itself stays as it is. Throws DELTA_MALFORMED
   * if Yjs cannot place all of the update.
   */
  merge(compact: Compact, root: Root, update: Uint8Array): Compact {
    const doc = this.#awaken(compact, root)
    this.#merged++
    applyWhole(doc, update)
    const merged = readBack(doc, root)
    this.#keep(merged, doc)
    return merged
  }

  /** A Y.Doc that equals the document, no longer kept: merging makes it something else. */
  #awaken(compact: Compact, root: Root): Y.Doc {
    const alive = this.#alive.get(compact)
    this.#alive.delete(compact)
    if (alive?.revision === compact.revision) return alive.doc
    this.#awakened++
    // With a guid of our own Yjs makes no UUID, which would be most of the cost.
    const doc = new Y.Doc({ guid: '', gc: true })
    doc.getArray(root)
    if (compact.lastWriter >= 0) Y.applyUpdate(doc, encodeUpdate(compact, root, new Map()))
    return doc
  }

  #keep(compact: Compact, doc: Y.Doc): void {
    this.#alive.set(compact, { doc, revision: compact.revision })
    for (const [oldest] of this.#alive) {
      if (this.#alive.size <= this.limit) return
      this.#alive.delete(oldest)
      this.#forgotten++
    }
  }
}

function applyWhole(doc: Y.Doc, update: Uint8Array): void {
  let cause: unknown
  try {
    Y.applyUpdate(doc, update)
    if (doc.store.pendingStructs === null && doc.store.pendingDs === null) return
  } catch (error) {
    cause = error
  }
  throw new DocumentError('DELTA_MALFORMED', 'The update builds on itself in a circle; it is refused.', { cause })
}

function readBack(doc: Y.Doc, root: Root): Compact {
  const arrivals = [...arrivalsOf(doc, root)]
  requireAscending(arrivals)
  const compact = Compact.of(arrivals)
  if (equalVectors(compact.vector(), Y.decodeStateVector(Y.encodeStateVector(doc)))) return compact
  throw new DocumentError('DELTA_MALFORMED', 'Yjs kept entries of the update outside the array; it is refused.')
}

/** A writer appends behind its own earlier entries. Yjs would place a forged origin before them. */
function requireAscending(arrivals: readonly Arrival[]): void {
  const clocks = new Map<number, number>()
  for (const { writer, clock, length } of arrivals) {
    if (clock !== (clocks.get(writer) ?? 0)) {
      const message = 'The update puts an entry before an earlier one of its writer; it is refused.'
      throw new DocumentError('DELTA_FOREIGN_SHAPE', message)
    }
    clocks.set(writer, clock + length)
  }
}

function* arrivalsOf(doc: Y.Doc, root: Root): Iterable<Arrival> {
  for (let item = doc.getArray(root)._start; item !== null; item = item.right) {
    const { id, origin, length } = item
    yield {
      writer: id.client,
      clock: id.clock,
      length,
      origin: origin === null ? undefined : { writer: origin.client, clock: origin.clock },
      entries: item.deleted ? undefined : item.content.getContent().map(entryOf),
    }
  }
}

/** What the entry replaced is not known any more: another primary's entry may have come between. */
function entryOf(content: unknown): FreshEntry {
  const [name, value]: unknown[] = Array.isArray(content) ? content : []
  const names = encodeName(String(name))
  const values = value === undefined ? NO_VALUE : encodeValue(value)
  const place = { nameAt: 0, nameLength: names.length, valueAt: 0, valueLength: values.length }
  const entry = new FreshEntry(names, values, place)
  entry.replaced = REPLACED.unknown
  return entry
}

const NO_VALUE = new Uint8Array(0)
