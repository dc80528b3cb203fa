/** Saves of any store, in a closed loop, each of which is timed. */
import { inFlight } from './in-flight.js'
import { Latencies } from './latencies.js'

/** Saves one after the other, under numbers that go on from run to run. */
export class Saves {
  readonly #save: (number: number) => Promise<unknown>
  /** Of all saves since it was cleared. */
  readonly latencies = new Latencies()
  #made = 0

  /** @param save makes the save of this number, and resolves when it counts */
  constructor(save: (number: number) => Promise<unknown>) {
    this.#save = save
  }

  /** Makes so many saves, `width` at once. Resolves to the ms it took. */
  make(count: number, width: number): Promise<number> {
    return inFlight(count, width, () => this.latencies.of(() => this.#save(this.#made++)))
  }
}
