/** The store as replication sees it: the interfaces that `@understudy/replication` declares, over a `SessionStore`. */
import { coversBenchmark } from '@understudy/differencing'
import type { Benchmark } from '@understudy/differencing'
import type { Forgotten, SessionDeltaEntry, SlotMark } from '@understudy/protocol'
import type { BackupSessions, Known, Merge, PrimarySessions, SlotPosition, SlotView, Whole } from '@understudy/replication'
import type { SessionKey } from '@understudy/session'
import { believable } from '@understudy/store'
import type { SessionStore, Slot, StoredSession } from '@understudy/store'

/** Both sides' view of one store; `nonce` is that of the peer whose deltas are merged. */
export class ReplicatedSessions implements PrimarySessions<StoredSession>, BackupSessions<StoredSession> {
  readonly #store: SessionStore
  readonly #nonce: number
  readonly #now: () => number

  constructor(store: SessionStore, nonce: number, now: () => number) {
    this.#store = store
    this.#nonce = nonce
    this.#now = now
  }

  find(key: SessionKey): StoredSession | undefined {
    return this.#store.find(key)
  }

  slot(slot: number): SlotView {
    return viewOf(this.#store.slot(slot))
  }

  position(slot: number): SlotPosition {
    return this.#store.slot(slot)
  }

  all(slot: number): Iterable<StoredSession> {
    return this.#store.slot(slot).all()
  }

  changedSince(slot: number, sequence: number): Iterable<StoredSession> {
    return this.#store.slot(slot).changedSince(sequence)
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

  difference(session: StoredSession, known: Known): { readonly entry: SessionDeltaEntry; readonly cut: Known } | undefined {
    if (session.death === undefined && session.session === undefined) return undefined
    return this.#store.differences.of(session, known)
  }

  whole(session: StoredSession): Whole | undefined {
    return this.#store.wholes.write(session)
  }

  take(key: SessionKey, bytes: Uint8Array, epoch: number): Merge {
    return this.#store.wholes.take(key, bytes, { epoch, nonce: this.#nonce }, this.#now())
  }

  merge(entry: SessionDeltaEntry, epoch: number): Merge {
    return this.#store.merge(entry, { epoch, nonce: this.#nonce }, this.#now())
  }

  adopt(entry: SessionDeltaEntry): void {
    // What was asked for in a reign that is over by now is the next primary's to fetch.
    if (this.#store.slotOf(entry.key).reign !== undefined) this.#store.adopt(entry, this.#now())
  }

  follow(slot: number, epoch: number): void {
    this.#store.slot(slot).follow(epoch)
  }

  agrees({ slot, digest, forgotten }: SlotMark): boolean {
    return this.#store.forgetting.agree(slot, digest, believable(forgotten, this.#now()))
  }

  learn(slot: number, forgotten: Forgotten): void {
    this.#store.forgetting.learn(slot, believable(forgotten, this.#now()))
  }

  advance(slot: number, sequence: number): void {
    this.#store.slot(slot).advance(sequence)
  }
}

/** A slot as peers are told of it. */
export function markOf(slot: Slot): SlotMark {
  const { number, epoch, sequence, digest, size, reign, forgotten } = slot
  const mark = { slot: number, epoch, sequence, digest, count: size, reigns: reign !== undefined }
  return hasForgotten(forgotten) ? { ...mark, forgotten } : mark
}

/** A slot as replication sees it. */
function viewOf({ epoch, sequence, digest, size, forgotten }: Slot): SlotView {
  const view = { epoch, sequence, digest, count: size }
  return hasForgotten(forgotten) ? { ...view, forgotten } : view
}

function hasForgotten({ destroyed, expired }: Forgotten): boolean {
  return destroyed !== 0 || expired !== 0
}
