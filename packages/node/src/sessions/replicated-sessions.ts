/** The store as replication sees it: the interfaces that `@understudy/replication` declares, over a `SessionStore`. */
import { coversBenchmark } from '@understudy/differencing'
import type { Benchmark } from '@understudy/differencing'
import type { SessionDeltaEntry } from '@understudy/protocol'
import type { BackupSessions, Known, Merge, PrimarySessions, SlotView } from '@understudy/replication'
import type { SessionKey } from '@understudy/session'
import type { SessionStore, StoredSession } from '@understudy/store'

/** Both sides' view of one store; `nonce` is that of the peer whose deltas are merged. */
export class ReplicatedSessions implements PrimarySessions<StoredSession>, BackupSessions<StoredSession> {
  readonly #store: SessionStore
  readonly #nonce: number

  constructor(store: SessionStore, nonce: number) {
    this.#store = store
    this.#nonce = nonce
  }

  find(key: SessionKey): StoredSession | undefined {
    return this.#store.find(key)
  }

  slot(slot: number): SlotView {
    const { epoch, sequence, digest, sessions } = this.#store.slot(slot)
    return { epoch, sequence, digest, count: sessions.size }
  }

  all(slot: number): Iterable<StoredSession> {
    return this.#store.slot(slot).sessions.values()
  }

  changedSince(slot: number, sequence: number): Iterable<StoredSession> {
    return this.#store.slot(slot).order.since(sequence)
  }

  benchmark(session: StoredSession): Benchmark | undefined {
    return session.session?.benchmark()
  }

  covers({ session }: StoredSession, benchmark: Benchmark): boolean {
    // Of another generation only the whole session can tell; fetching it in vain is harmless.
    return session === undefined || coversBenchmark(session.benchmark(), benchmark)
  }

  fingerprint(session: StoredSession): readonly [number, number] {
    return session.fingerprint
  }

  isDead(session: StoredSession): boolean {
    return session.death !== undefined
  }

  difference(session: StoredSession, known: Known): { readonly entry: SessionDeltaEntry; readonly cut: Known } {
    return this.#store.difference(session, known)
  }

  merge(entry: SessionDeltaEntry, epoch: number): Merge {
    return this.#store.merge(entry, { epoch, nonce: this.#nonce })
  }

  adopt(entry: SessionDeltaEntry): void {
    // What was asked for in a reign that is over by now is the next primary's to fetch.
    if (this.#store.slotOf(entry.key).reign !== undefined) this.#store.adopt(entry)
  }

  follow(slot: number, epoch: number): void {
    this.#store.slot(slot).follow(epoch)
  }

  advance(slot: number, sequence: number): void {
    this.#store.slot(slot).advance(sequence)
  }
}
