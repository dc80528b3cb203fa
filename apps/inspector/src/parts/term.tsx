/** A word of the product, explained. */
import type { ComponentChildren } from 'preact'
import { Explained } from './explained.js'
import type { Word } from './meanings.js'
import { MEANINGS } from './meanings.js'

/** `<Term of="benchmark" />`; children stand in for the word itself. */
export function Term({ of, children }: { readonly of: Word; readonly children?: ComponentChildren }) {
  return <Explained meaning={MEANINGS[of]}>{children ?? of}</Explained>
}
