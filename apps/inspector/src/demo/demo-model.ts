/** The demo's state, and what its buttons did. Only `understudy demo` offers it. */
import { signal } from '@preact/signals'
import type { DemoControl, DemoResult, DemoState } from '@understudy/protocol/inspect'
import { askNode, hear } from '../inspect/inspector.js'
import { RequestFailure } from '../inspect/requests.js'
import { warn } from '../parts/toasts.js'

/** What a button did, and when the page heard of it (browser's monotonic clock). */
export interface Shown {
  readonly control: DemoControl['kind']
  readonly result: DemoResult
}

/** How the demo stands. */
export const demo = signal<DemoState | undefined>(undefined)

/** Results, newest first. */
export const results = signal<readonly Shown[]>([])

/** Buttons that are under way. */
export const busy = signal<ReadonlySet<DemoControl['kind']>>(new Set())

hear('demo', ({ state }) => {
  demo.value = state
})

/** Presses a button. */
export async function press(control: DemoControl): Promise<void> {
  const { kind } = control
  busy.value = new Set(busy.value).add(kind)
  try {
    const { result } = await askNode({ type: 'demo', control })
    results.value = [{ control: kind, result }, ...results.value].slice(0, 20)
  } catch (error) {
    if (!(error instanceof RequestFailure)) throw error
    warn(error.message)
  } finally {
    const left = new Set(busy.value)
    left.delete(kind)
    busy.value = left
  }
}
