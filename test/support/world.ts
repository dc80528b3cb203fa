/** Time for nodes under test: the hour is the test's to set, and what happens every so often happens soon. */
import { realEnvironment } from '@understudy/node'
import type { Environment } from '@understudy/node'

/** ms between two of whatever happens every so often: sweeps, touches, marks, pings. */
const SOON = 10

/** An environment whose clock can be put forward. Nodes of one test share one. */
export class World implements Environment {
  #ahead = 0

  /** Puts the clock forward by so many ms. Timers do not notice; only what looks at the clock does. */
  forward(ms: number): void {
    this.#ahead += ms
  }

  /** Resolves when whatever happens every so often has happened so many times. */
  rounds(count: number): Promise<void> {
    return new Promise((resolve) => {
      let left = count
      const stop = this.every(SOON, () => {
        if (--left > 0) return
        stop()
        resolve()
      })
    })
  }

  now = (): number => realEnvironment.now() + this.#ahead
  random = realEnvironment.random
  after = realEnvironment.after
  every = (ms: number, callback: () => void): (() => void) => realEnvironment.every(Math.min(ms, SOON), callback)
  soon = realEnvironment.soon
}
