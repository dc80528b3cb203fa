/** The outside world of one node under test: nothing happens in it unless the test says so. */
import type { Environment } from '@understudy/node'

/** A clock that several nodes share, ms since 1970. */
export interface SharedClock {
  now: number
}

/** Time, chance and the event loop, by hand. */
export class ManualEnvironment implements Environment {
  readonly #clock: SharedClock
  #soon: (() => void)[] = []
  readonly #later = new Set<() => void>()

  constructor(clock: SharedClock) {
    this.#clock = clock
  }

  /** Whether something waits for the next turn of the event loop. */
  get busy(): boolean {
    return this.#soon.length > 0
  }

  now(): number {
    return this.#clock.now
  }

  random(): number {
    return 0.5
  }

  soon(callback: () => void): void {
    this.#soon.push(callback)
  }

  after(_: number, callback: () => void): () => void {
    this.#later.add(callback)
    return () => this.#later.delete(callback)
  }

  every(): () => void {
    return () => {}
  }

  /** One turn of the event loop. */
  turn(): void {
    const callbacks = this.#soon
    this.#soon = []
    for (const callback of callbacks) callback()
  }

  /** Everything that was put off is due now: waiting is over. */
  elapse(): void {
    for (const callback of this.#later) {
      this.#later.delete(callback)
      callback()
    }
  }
}
