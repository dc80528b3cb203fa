/**
 * What is to be told to one who watches all sessions: the events since the last hand-out, bounded. A watcher that is too
 * slow loses events, and is told how many.
 *
 * Invariants: events are handed out in the order in which they happened; of a session the changes between two of its
 * other events may be one event; a feed holds at most 10,000 events and 384 kB of names.
 */
import { EVENT_NAMES_LIMIT } from '@understudy/protocol'
import type { SessionEvent } from '@understudy/protocol'

/** Events held at most. */
const EVENTS = 10_000
/** Units of names held at most: at 3 bytes a unit with their lengths they fit a frame. */
const UNITS = 256 * 1024

/** Events that wait to be told. */
export interface Tidings {
  /** Events lost before these. */
  readonly missed: number
  readonly events: readonly SessionEvent[]
}

/** The events of one watcher. */
export class EventFeed {
  #events: SessionEvent[] = []
  /** Place of the latest event of each session. */
  readonly #places = new Map<string, number>()
  #units = 0
  #missed = 0

  /** Whether there is nothing to tell. */
  get isEmpty(): boolean {
    return this.#events.length === 0 && this.#missed === 0
  }

  /** Takes up an event. */
  add(event: SessionEvent): void {
    const place = this.#places.get(event.key)
    const latest = place === undefined ? undefined : this.#events[place]
    if (place !== undefined && latest?.kind === 'changed' && event.kind === 'changed') return this.#widen(place, latest, event.names)
    const units = unitsOf(event)
    const isHuge = event.kind === 'changed' && event.names.length > EVENT_NAMES_LIMIT
    if (isHuge || this.#events.length >= EVENTS || this.#units + units > UNITS) return void this.#missed++
    this.#units += units
    this.#places.set(event.key, this.#events.length)
    this.#events.push(event)
  }

  /** All that there is to tell; it is taken out. */
  take(): Tidings {
    const tidings = { missed: this.#missed, events: this.#events }
    this.#events = []
    this.#places.clear()
    this.#units = 0
    this.#missed = 0
    return tidings
  }

  #widen(place: number, latest: SessionEvent & { readonly kind: 'changed' }, names: readonly string[]): void {
    const all = [...new Set([...latest.names, ...names])]
    const widened: SessionEvent = { ...latest, names: all }
    const more = unitsOf(widened) - unitsOf(latest)
    if (all.length > EVENT_NAMES_LIMIT || this.#units + more > UNITS) return void this.#missed++
    this.#units += more
    this.#events[place] = widened
  }
}

function unitsOf(event: SessionEvent): number {
  return event.kind === 'changed' ? event.names.reduce((sum, name) => sum + name.length + 1, 0) : 0
}
