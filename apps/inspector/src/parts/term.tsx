/** A word with its meaning, shown when it is pointed at or focused. */
import type { ComponentChildren } from 'preact'
import { useId } from 'preact/hooks'
import type { Word } from './meanings.js'
import { MEANINGS } from './meanings.js'

/** `<Term of="benchmark" />`; children stand in for the word itself. */
export function Term({ of, children }: { readonly of: Word; readonly children?: ComponentChildren }) {
  const id = useId()
  return (
    <span class="term" tabIndex={0} aria-describedby={id}>
      {children ?? of}
      <span class="meaning" role="tooltip" id={id}>{MEANINGS[of]}</span>
    </span>
  )
}
