/** Visitors who come and go when they are told to, counted all together. */
import { newTally } from './tally.js'
import type { Tally } from './tally.js'
import { startTraffic } from './traffic.js'
import type { Traffic } from './traffic.js'

/** Traffic that can be switched off and on. */
export class TrafficSwitch {
  readonly tally: Readonly<Tally>
  readonly #tally = newTally()
  readonly #options: { readonly users: number; readonly instances: readonly string[] }
  #traffic: Traffic | undefined

  constructor(options: { readonly users: number; readonly instances: readonly string[] }) {
    this.#options = options
    this.tally = this.#tally
  }

  /** Whether there is traffic. */
  get isOn(): boolean {
    return this.#traffic !== undefined
  }

  /** Lets visitors in. */
  start(): void {
    this.#traffic ??= startTraffic({ ...this.#options, tally: this.#tally })
  }

  /** Lets every visitor finish and go; resolves when all have. */
  async stop(): Promise<void> {
    const traffic = this.#traffic
    this.#traffic = undefined
    await traffic?.stop()
  }
}
