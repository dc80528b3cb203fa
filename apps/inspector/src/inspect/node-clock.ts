/**
 * The node's clock. Ages and deadlines are by it: the browser's clock may be off by hours. Between two words of the node
 * the time that passes is measured, not read off a clock.
 */
import { signal } from '@preact/signals'

/** ms between two ticks. */
const TICK = 1_000

/** The node's time minus the browser's monotonic one, ms. */
let ahead = Date.now() - performance.now()

/** Changes every second, for whatever counts down. */
export const tick = signal(0)

setInterval(() => {
  tick.value++
}, TICK)

/** The node said what time it is. */
export function heardTime(at: number): void {
  ahead = at - performance.now()
}

/** What time it is at the node, ms since 1970. */
export function nodeNow(): number {
  return performance.now() + ahead
}

/** The same, for a view that is to be drawn again every second. */
export function nodeNowTicking(): number {
  // Reading it subscribes the view.
  void tick.value
  return nodeNow()
}
