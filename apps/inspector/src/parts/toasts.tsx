/** What became of actions, told in a corner, and to screen readers. */
import { signal } from '@preact/signals'

/** One message. */
interface Toast {
  readonly number: number
  readonly text: string
  readonly isBad: boolean
}

/** ms that a good message stays; a bad one waits to be dismissed. */
const STAY = 6_000

/** Messages kept at most. */
const MOST = 4

const toasts = signal<readonly Toast[]>([])
let last = 0

/** Tells that something was done. */
export function tell(text: string): void {
  const toast = add(text, false)
  setTimeout(() => dismiss(toast), STAY)
}

/** Tells that something failed. */
export function warn(text: string): void {
  add(text, true)
}

function add(text: string, isBad: boolean): Toast {
  const toast = { number: ++last, text, isBad }
  toasts.value = [...toasts.value, toast].slice(-MOST)
  return toast
}

function dismiss({ number }: Toast): void {
  toasts.value = toasts.value.filter((one) => one.number !== number)
}

/** The corner. */
export function Toasts() {
  return (
    <div class="toasts" role="status" aria-live="polite">
      {toasts.value.map((toast) => (
        <div class={`toast ${toast.isBad ? 'bad' : ''}`} key={toast.number}>
          <span>{toast.text}</span>
          <button class="button quiet small" type="button" aria-label="Dismiss this message" onClick={() => dismiss(toast)}>✕</button>
        </div>
      ))}
    </div>
  )
}
