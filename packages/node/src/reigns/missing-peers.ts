/**
 * Peers that are away and may hold more than this node: before it serves their slots, they come, or are waited for long
 * enough (`peerWait`).
 *
 *   unmet: configured, and not met since this process began        owing: gone before they had told what they alone hold
 */
import type { Environment } from '../environment.js'
import type { Log } from '../log.js'

/** What the wait for peers needs of its node. */
export interface MissingPeersOptions {
  readonly environment: Environment
  readonly log: Log
  /** Names of the peers to meet. */
  readonly awaited: readonly string[]
  /** ms to wait for each at most. */
  readonly peerWait: number
  /** The wait for those never met is over. */
  readonly waited: () => void
  /** A peer that owed its word is waited for no longer. */
  readonly released: () => void
}

/** Who is waited for. */
export class MissingPeers {
  readonly #options: MissingPeersOptions
  readonly #unmet: Set<string>
  /** With what ends the wait. */
  readonly #owing = new Map<string, () => void>()
  #hasWaited = false
  #cancelWait: () => void = () => {}

  constructor(options: MissingPeersOptions) {
    this.#options = options
    this.#unmet = new Set(options.awaited)
  }

  /** Whether all were met. */
  get areMet(): boolean {
    return this.#unmet.size === 0
  }

  /** Names of those never met. */
  get unmet(): Iterable<string> {
    return this.#unmet
  }

  /** Names of those that owe their word. */
  get owing(): Iterable<string> {
    return this.#owing.keys()
  }

  /** Starts to wait for those never met. */
  start(): void {
    this.#cancelWait = this.#options.environment.after(this.#options.peerWait, () => {
      this.#hasWaited = true
      this.#options.waited()
    })
  }

  /** A peer greeted. */
  met(name: string): void {
    this.#unmet.delete(name)
    this.settle(name)
  }

  /** It greeted, but had not told where it stands: it counts as if it had never come. */
  unmeet(name: string): void {
    this.#unmet.add(name)
  }

  /** A peer's link was lost before it had told what it alone holds. */
  owes(name: string): void {
    if (this.#owing.has(name)) return
    const { environment, log, peerWait, released } = this.#options
    const cancel = environment.after(peerWait, () => {
      log.warn({ peer: name }, `serves without "${name}": it did not return in time; what it holds is merged when it comes`)
      this.settle(name)
      released()
    })
    this.#owing.set(name, cancel)
  }

  /** The peer owes nothing, or is waited for no longer. */
  settle(name: string): void {
    this.#owing.get(name)?.()
    this.#owing.delete(name)
  }

  /** Whether one is away, and waited for, that stores what is asked about. */
  anyOwing(stores: (name: string) => boolean): boolean {
    return some(this.#owing.keys(), stores)
  }

  /** Whether one was not met yet, and is waited for, that stores what is asked about. */
  anyUnmet(stores: (name: string) => boolean): boolean {
    return !this.#hasWaited && some(this.#unmet, stores)
  }

  /** Waits for nobody any more. */
  close(): void {
    this.#cancelWait()
    for (const cancel of this.#owing.values()) cancel()
  }
}

function some(names: Iterable<string>, holds: (name: string) => boolean): boolean {
  for (const name of names) if (holds(name)) return true
  return false
}
