/**
 * The saves of an app in this process, each session's in order, while its primary may move.
 *
 *   waiting ── applied here ──► applied ── answered ──────────────────► over
 *      │                           │                                     ▲
 *      └───── this node is not primary any more ──► leaving ── its turn ──► gone
 *
 * A primary drops a save whose number is not above the last one it took from its client. So no save may overtake an
 * earlier one of its session, here or on the way to another node, and none stays here behind one that went.
 */
import type { SessionKey } from '@understudy/session'

/** One save under way. */
export interface Ticket {
  /** Whether all saves before it have been applied. */
  readonly isNext: boolean
  /** Number of the save, whichever way it goes. */
  readonly number: number
  /** Whether a primary here may have applied it. */
  wasTried: boolean
  /** Number of the oldest save of the session that is under way; this one's if none is older. */
  readonly oldest: number
  /** Resolves when all saves before it have been applied, or have gone, or are over. */
  turn(): Promise<void>
  /** The save has been applied here. */
  applied(): void
  /** The save goes to another node; resolves when none before it is here any more. */
  leave(): Promise<void>
  /** The save has been handed over to the way to the other node. */
  left(): void
  /** The save has its answer. */
  over(): void
}

/** The saves under way. */
export class SaveOrder {
  readonly #lanes = new Map<SessionKey, Entry[]>()

  /** Whether a save of the session is on its way to another node: what comes after it goes there, too. */
  isAway(key: SessionKey): boolean {
    return this.#lanes.get(key)?.some(({ at }) => at === 'leaving' || at === 'gone') ?? false
  }

  /** A save of this number begins. */
  enter(key: SessionKey, number: number): Ticket {
    const lane = this.#lanes.get(key) ?? []
    const entry = new Entry(number, lane, () => this.#lanes.delete(key))
    if (lane.push(entry) === 1) this.#lanes.set(key, lane)
    return entry
  }
}

type Place = 'waiting' | 'applied' | 'leaving' | 'gone' | 'over'

class Entry implements Ticket {
  at: Place = 'waiting'
  wasTried = false
  readonly number: number
  readonly #lane: Entry[]
  readonly #emptied: () => void
  #heard: (() => void)[] = []

  constructor(number: number, lane: Entry[], emptied: () => void) {
    this.number = number
    this.#lane = lane
    this.#emptied = emptied
  }

  get isNext(): boolean {
    return this.#lane[0] === this || this.#before(['waiting', 'leaving']).length === 0
  }

  get oldest(): number {
    return this.#lane[0]?.number ?? this.number
  }

  turn(): Promise<void> {
    return this.#until(['waiting', 'leaving'])
  }

  applied(): void {
    this.#move('applied')
  }

  leave(): Promise<void> {
    this.#move('leaving')
    return this.#until(['waiting', 'applied', 'leaving'])
  }

  left(): void {
    this.#move('gone')
  }

  over(): void {
    this.#lane.splice(this.#lane.indexOf(this), 1)
    if (this.#lane.length === 0) this.#emptied()
    this.#move('over')
  }

  #move(at: Place): void {
    this.at = at
    const heard = this.#heard
    this.#heard = []
    for (const tell of heard) tell()
  }

  #before(places: readonly Place[]): readonly Entry[] {
    return this.#lane.slice(0, this.#lane.indexOf(this)).filter(({ at }) => places.includes(at))
  }

  /** Resolves when no earlier save is at any of these places. */
  async #until(places: readonly Place[]): Promise<void> {
    for (;;) {
      const [first] = this.#before(places)
      if (first === undefined) return
      await new Promise<void>((resolve) => first.#heard.push(resolve))
    }
  }
}
