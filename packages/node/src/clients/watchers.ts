/**
 * Who watches all sessions of which this node is primary, and what they are told: keys and names of attributes, never
 * values. As every session has one primary, who watches all primaries hears of everything once.
 */
import type { SessionEvent } from '@understudy/protocol'
import type { Before, SessionStore, StoredSession } from '@understudy/store'
import type { Environment } from '../environment.js'
import { EventFeed } from './event-feed.js'
import type { Tidings } from './event-feed.js'

/** One who watches. */
export interface Watcher {
  /** Whether it can take something now; if not, it is asked again with the next event, or calls `resume`. */
  readonly isReady: boolean
  /** What has happened: once for all events of a turn of the event loop. */
  tell(tidings: Tidings): void
}

/** The watchers of one node. */
export class Watchers {
  readonly #store: SessionStore
  readonly #environment: Environment
  readonly #feeds = new Map<Watcher, EventFeed>()
  #stopObserving: () => void = () => {}
  #telling = false

  constructor(store: SessionStore, environment: Environment) {
    this.#store = store
    this.#environment = environment
  }

  /** Tells a watcher of everything from now on. */
  add(watcher: Watcher): void {
    if (this.#feeds.size === 0) this.#stopObserving = this.#store.observe((stored, before, names) => this.#note(stored, before, names))
    if (!this.#feeds.has(watcher)) this.#feeds.set(watcher, new EventFeed())
  }

  /** Tells it no more. */
  remove(watcher: Watcher): void {
    if (this.#feeds.delete(watcher) && this.#feeds.size === 0) this.#stopObserving()
  }

  /** A watcher that was slow may be ready. */
  resume(watcher: Watcher): void {
    const feed = this.#feeds.get(watcher)
    if (feed !== undefined && !feed.isEmpty && watcher.isReady) watcher.tell(feed.take())
  }

  #note(stored: StoredSession, before: Before, names: readonly string[]): void {
    if (this.#store.slot(stored.slot).reign === undefined) return
    for (const event of eventsOf(stored, before, names)) for (const feed of this.#feeds.values()) feed.add(event)
    if (this.#telling) return
    this.#telling = true
    this.#environment.soon(() => {
      this.#telling = false
      for (const watcher of this.#feeds.keys()) this.resume(watcher)
    })
  }
}

function eventsOf(stored: StoredSession, before: Before, names: readonly string[]): SessionEvent[] {
  const { key, death } = stored
  if (death !== undefined) return [{ kind: death.reason, key }]
  const events: SessionEvent[] = []
  // Nobody held anything of it before: that is how a new session differs from a changed one.
  if (before.since === 0 && before.benchmark === undefined) events.push({ kind: 'created', key })
  if (names.length > 0) events.push({ kind: 'changed', key, names })
  return events
}
