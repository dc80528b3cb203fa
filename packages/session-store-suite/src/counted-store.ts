/** Counts what the middleware asks of a store. */
import type { Store } from 'express-session'

/** How often each method was called. */
export interface Counts {
  get: number
  set: number
  touch: number
  destroy: number
}

/** Counts the calls of a store from now on. */
export function counted(store: Store): Counts {
  const counts: Counts = { get: 0, set: 0, touch: 0, destroy: 0 }
  for (const method of ['get', 'set', 'touch', 'destroy'] as const) {
    const original: unknown = Reflect.get(store, method)
    if (typeof original !== 'function') continue
    Reflect.set(store, method, (...args: unknown[]): unknown => {
      counts[method]++
      return Reflect.apply(original, store, args)
    })
  }
  return counts
}
