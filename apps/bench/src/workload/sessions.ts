/** Sessions of a store, opened and filled for a measurement, and saves on them. */
import type { Session, Store } from '@understudy/client'
import { ATTRIBUTES, CHANGING, FROZEN, scattered, valueOf } from './attributes.js'
import { inFlight } from './in-flight.js'
import { Latencies } from './latencies.js'

/** Opens sessions and saves the ten attributes in each, three of them frozen, many at once. */
export async function filledSessions(store: Store, count: number, copies?: number): Promise<Session[]> {
  const sessions: Session[] = []
  await inFlight(count, 256, async (number) => {
    const session = await store.open(`session ${number}`)
    for (const [name, value] of ATTRIBUTES) session.set(name, value)
    for (const name of FROZEN) session.freeze(name)
    await session.save(copies === undefined ? {} : { copies })
    sessions.push(session)
  })
  return sessions
}

/** Changes one attribute of one session after another, scattered over all, and saves each change. */
export class Changes {
  readonly #sessions: readonly Session[]
  readonly #copies: { readonly copies?: number }
  /** Of all saves since it was cleared. */
  readonly latencies = new Latencies()
  #made = 0

  constructor(sessions: readonly Session[], copies?: number) {
    this.#sessions = sessions
    this.#copies = copies === undefined ? {} : { copies }
  }

  /**
   * Saves so many changes, `width` at once. Resolves to the ms it took.
   *
   * @throws Error when a save is held by fewer copies than were asked for: then something else was measured
   */
  make(count: number, width: number): Promise<number> {
    const wanted = this.#copies.copies ?? 1
    const save = async (): Promise<void> => {
      const number = this.#made++
      const session = this.#sessions[scattered(number, this.#sessions.length)]
      const saved = await session?.set(CHANGING, valueOf(number)).save(this.#copies)
      if (saved === undefined || saved.copies < wanted) throw new Error(`a save is held by fewer copies than ${wanted}`)
    }
    return inFlight(count, width, () => this.latencies.of(save))
  }
}
