/** A word with its meaning, shown when it is pointed at or focused. */
import type { ComponentChildren } from 'preact'
import { useSignal } from '@preact/signals'
import { useId } from 'preact/hooks'
import type { Word } from './meanings.js'
import { MEANINGS } from './meanings.js'

/** CSS pixels that a meaning is wide at most. */
const WIDTH = 320

/** `<Term of="benchmark" />`; children stand in for the word itself. Escape puts the meaning away. */
export function Term({ of, children }: { readonly of: Word; readonly children?: ComponentChildren }) {
  const id = useId()
  const place = useSignal<{ readonly left: string; readonly top: string } | undefined>(undefined)
  const show = ({ currentTarget }: { readonly currentTarget: HTMLElement }): void => {
    // Fixed to the window, so that no scrolling table cuts it off.
    const { left, bottom } = currentTarget.getBoundingClientRect()
    place.value = { left: `${Math.max(8, Math.min(left, innerWidth - WIDTH - 8))}px`, top: `${bottom + 6}px` }
  }
  const hide = (): void => {
    place.value = undefined
  }
  return (
    <span class="term" tabIndex={0} aria-describedby={place.value && id} onPointerEnter={show} onFocus={show} onPointerLeave={hide} onBlur={hide} onKeyDown={({ key }) => key === 'Escape' && hide()}>
      {children ?? of}
      {place.value !== undefined && <span class="meaning" role="tooltip" id={id} style={place.value}>{MEANINGS[of]}</span>}
    </span>
  )
}
