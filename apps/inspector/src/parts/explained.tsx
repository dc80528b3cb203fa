/** Something with a meaning, shown when it is pointed at or focused. Escape puts the meaning away. */
import type { ComponentChildren } from 'preact'
import { useSignal } from '@preact/signals'
import { useId } from 'preact/hooks'

/** CSS pixels that a meaning is wide at most. */
const WIDTH = 320

/** What is explained, and by what. */
export interface ExplainedProps {
  readonly meaning: string
  readonly children: ComponentChildren
}

/** `<Explained meaning="…">word</Explained>`. */
export function Explained({ meaning, children }: ExplainedProps) {
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
      {children}
      {place.value !== undefined && <span class="meaning" role="tooltip" id={id} style={place.value}>{meaning}</span>}
    </span>
  )
}
