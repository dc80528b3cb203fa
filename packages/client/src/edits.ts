/**
 * Attributes that the app changes in place: what it was handed, and what that was then.
 *
 * ```
 *  edit ──► handed out ──the app changes it──► collect: compared leaf by leaf ──► operations, as if it had set them
 *                              ▲                                  │
 *                              └──────────────────────────────────┘
 * ```
 * Invariant: attributes that were not handed out are never compared.
 */
import type { Value } from '@understudy/document'
import { decodeValue, encodeValue } from '@understudy/document'
import type { Change } from './difference.js'
import { difference } from './difference.js'
import { copyOf } from './reading.js'

interface Edit {
  readonly draft: Value
  /** What the draft was when it was compared last. */
  before: Value
}

/** The edits of one handle. */
export class Edits {
  readonly #edits = new Map<string, Edit>()

  /** The names of the attributes that were handed out. */
  names(): Iterable<string> {
    return this.#edits.keys()
  }

  /** What was handed out of an attribute. */
  draftOf(name: string): Value | undefined {
    return this.#edits.get(name)?.draft
  }

  /** Hands an attribute out. */
  begin(name: string, value: Value): Value {
    const draft = copyOf(value)
    this.#edits.set(name, { draft, before: value })
    return draft
  }

  /** The attribute was set or removed as a whole: what was handed out counts no more. */
  drop(name: string): void {
    this.#edits.delete(name)
  }

  /** What the app changed in an attribute since it was compared last. */
  changes(name: string): readonly Change[] {
    const edit = this.#edits.get(name)
    return edit === undefined ? [] : difference(edit.before, edit.draft, [name])
  }

  /** The changes of an attribute have been taken over. */
  compared(name: string): void {
    const edit = this.#edits.get(name)
    if (edit !== undefined) edit.before = decodeValue(encodeValue(edit.draft))
  }
}
