/**
 * The frozen attributes of one session, and what every save asks of them: whether a name is among them, and how far they
 * are. Both are known without the document, which seldom changes and, of a session at random, is in no cache.
 *
 * Invariants: `vector` is the document's; a name that the document has has its mark in `#marks`, for frozen attributes
 * never go; what may have changed the document goes through `append` and `merge`.
 */
import { Document, writerId, type Admit, type CheckedDelta, type Entry, type LiveDocuments, type Reign, type StateVector } from '@understudy/document'
import { documentHash } from './fingerprint.js'

/** The frozen part of one session. */
export class FrozenPart {
  /** To be read only. */
  readonly document: Document
  /** What the document holds. */
  vector: StateVector
  #marks = 0
  #hash: number | undefined

  constructor(live: LiveDocuments) {
    this.document = Document.empty('frozen', live)
    this.vector = this.document.vector()
  }

  /** Whether the attribute is frozen. */
  has(attribute: string): boolean {
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
    for (const name of names) this.#marks |= markOf(name)
    this.vector = this.document.vector()
    this.#hash = undefined
  }
}

/** One of 30 bits, which V8 keeps in the place of a reference; names of the same mark may differ. */
function markOf(name: string): number {
  const { length } = name
  const mixed = length + 31 * name.charCodeAt(length - 1) + 7 * name.charCodeAt(0) + 3 * name.charCodeAt(length >> 1)
  return 1 << mixed % 30
}
