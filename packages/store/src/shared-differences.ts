/**
 * ③ Differences made once for all back-ups that hold the same.
 *
 * Of a change all back-ups that were up to date are told with one object (`Before`), and who was sent the same difference
 * knows the same cut, one object again. So whether two hold the same is a question of identity; no vectors are compared.
 *
 * What changed in a turn of the event loop is sent to one back-up after the other. So a small table is enough, in which a
 * difference stays until another takes its place: nothing has to be ended, and nothing grows.
 */
import type { DeltaEntry } from './delta-entry.js'
import { differenceOf } from './difference.js'
import type { Before } from './store-calls.js'
import type { StoredSession } from './stored-session.js'

/** Differences kept at most, a power of two. */
const PLACES = 256

/** A class, for V8 would learn from a literal that these live long (docs/performance.md), as with many back-ups in flight they do. */
class Made {
  readonly stored: StoredSession
  readonly known: Before
  readonly entry: DeltaEntry
  readonly cut: Before

  constructor(stored: StoredSession, known: Before, entry: DeltaEntry, cut: Before) {
    this.stored = stored
    this.known = known
    this.entry = entry
    this.cut = cut
  }
}

/** See the file's header. */
export class SharedDifferences {
  readonly #mode: 'benchmark' | 'immutable'
  readonly #made: (Made | undefined)[] = Array.from({ length: PLACES }, () => undefined)
  #holders = 0

  constructor(mode: 'benchmark' | 'immutable') {
    this.#mode = mode
  }

  /** Another is to be sent differences. */
  join(): void {
    this.#holders++
  }

  /** One less is. */
  leave(): void {
    this.#holders--
    if (this.#holders < 2) this.#made.fill(undefined)
  }

  /** What brings a holder of `known` to the present state, and the cut it is made at; the same objects for all who hold the same. */
  of(stored: StoredSession, known: Before): { readonly entry: DeltaEntry; readonly cut: Before } {
    // Where there is one back-up, keeping would only make garbage live longer.
    if (this.#holders < 2) return differenceOf(stored, known, this.#mode)
    const place = stored.row & (PLACES - 1)
    const last = this.#made[place]
    if (last?.known === known && last.stored === stored && last.cut.since === stored.sequence) return last
    const { entry, cut } = differenceOf(stored, known, this.#mode)
    const made = new Made(stored, known, entry, cut)
    this.#made[place] = made
    return made
  }
}
