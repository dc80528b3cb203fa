/**
 * Which view is shown: the part of the address after `#`, so that views can be linked to, and back and forward work. A
 * session is addressed by its key; ids never stand in an address.
 */
import { signal } from '@preact/signals'

/** A view. */
export type Route =
  | { readonly view: 'cluster' | 'flow' | 'sessions' | 'demo' }
  | { readonly view: 'session'; readonly key: string }

/** The address of a view. */
export function addressOf(route: Route): string {
  return route.view === 'session' ? `#/session/${route.key}` : `#/${route.view}`
}

/** The view of an address; the cluster for anything unknown. */
export function routeOf(address: string): Route {
  const key = /^#\/session\/([0-9a-f]{32})$/.exec(address)?.[1]
  if (key !== undefined) return { view: 'session', key }
  const view = /^#\/(flow|sessions|demo)$/.exec(address)?.[1]
  return view === 'flow' || view === 'sessions' || view === 'demo' ? { view } : { view: 'cluster' }
}

/** The view shown now. */
export const route = signal<Route>(routeOf(location.hash))

addEventListener('hashchange', () => {
  route.value = routeOf(location.hash)
})

/** Goes to a view. */
export function go(to: Route): void {
  location.hash = addressOf(to)
}
