/**
 * The frozen attributes of one session, and what every save asks of them: whether a name is among them, and how far they
 * are. Both are known without the document, which seldom changes and, of a session at random, is in no cache.
 *
 * Invariants: `vector` is the document's; a name that the document has has its mark in `#marks`, once those are known, for
 * frozen attributes never go; what may have changed the document goes through `append` and `merge`.
 */
import { Document, writerId, type Admit, type CheckedDelta, type Entry, type LiveDocuments, type Reign, type StateVector } from '@understudy/document'
import { documentHash } from './fingerprint.js'

/** The frozen part of one session. */
export class FrozenPart {
  /** To be read only. */
  readonly document: Document
  /** What the document holds. */
  vector: StateVector
  /** Undefined until somebody asks: a session that wakes is often only read. */
  #marks: number | undefined
  #hash: number | undefined

  /** @param hash of the document, if it is known */
  constructor(document: Document, hash?: number) {
    this.document = document
    this.vector = document.vector()
    this.#hash = hash
  }

  /** Nothing is frozen yet. */
  static empty(live: LiveDocuments): FrozenPart {
    return new FrozenPart(Document.empty('frozen', live))
  }

  /** Whether the attribute is frozen. */
  has(attribute: string): boolean {
    this.#marks ??= marksOf(this.document.names())
    return (this.#marks & markOf(attribute)) !== 0 && this.document.has(attribute)
  }

  /** 32-bit hash of the document; 0 when nothing is frozen. */
  hash(): number {
    this.#hash ??= documentHash(this.document)
    return this.#hash
  }

  /** Freezes attributes under a reign. */
  append({ epoch, nonce }: Reign, entries: readonly Entry[]): void {
    this.document.append(writerId({ epoch, nonce, restart: 0, root: 'frozen' }), entries)
    this.#changed(entries.map(({ name }) => name))
  }

  /** As `Document.check`. */
  check(update: Uint8Array, admit: Admit): CheckedDelta {
    return this.document.check(update, admit)
  }

  /** Merges what was checked. @returns names whose value changed */
  merge(checked: CheckedDelta): readonly string[] {
    const changed = this.document.merge(checked)
    this.#changed(changed)
    return changed
  }

  #changed(names: readonly string[]): void {
    if (this.#marks !== undefined) this.#marks |= marksOf(names)
    this.vector = this.document.vector()
    this.#hash = undefined
  }
}

function marksOf(names: readonly string[]): number {
  let marks = 0
  for (const name of names) marks |= markOf(name)
  return marks
}

/** One of 30 bits, which V8 keeps in the place of a reference; names of the same mark may differ. */
function markOf(name: string): number {
  const { length } = name
  const mixed = length + 31 * name.charCodeAt(length - 1) + 7 * name.charCodeAt(0) + 3 * name.charCodeAt(length >> 1)
  return 1 << mixed % 30
}
