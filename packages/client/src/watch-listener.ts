/** What those hear who watch all sessions. */
import type { SessionKey } from '@understudy/session'

/** Hears of every session; each method may be left out. Keys only: ids are known to nobody but apps. */
export interface WatchListener {
  /** A session is new. */
  created?(key: SessionKey): void
  /** Values of these attributes changed; several saves in quick succession may be told as one. */
  changed?(key: SessionKey, names: readonly string[]): void
  /** A session was destroyed, or rotated to another id. */
  destroyed?(key: SessionKey): void
  /** A session has expired. */
  expired?(key: SessionKey): void
  /** Events were lost before those that follow; undefined: nobody knows how many, because a link was cut. */
  missed?(count: number | undefined): void
}

/** An event of one session, as data. */
export type WatchEvent =
  | { readonly kind: 'created' | 'destroyed' | 'expired'; readonly key: SessionKey }
  | { readonly kind: 'changed'; readonly key: SessionKey; readonly names: readonly string[] }

/** Tells a listener; one that throws harms nobody, and its error surfaces as an uncaught exception. */
export function tellListener(listener: WatchListener, missed: number | undefined, events: readonly WatchEvent[]): void {
  if (missed !== 0) guarded(() => listener.missed?.(missed))
  for (const event of events) {
    guarded(() => (event.kind === 'changed' ? listener.changed?.(event.key, event.names) : listener[event.kind]?.(event.key)))
  }
}

function guarded(tell: () => void): void {
  try {
    tell()
  } catch (error) {
    queueMicrotask(() => {
      throw error
    })
  }
}
