/** Touches that wait: many accesses of a session within a second are one frame. */
import type { SessionKey } from '@understudy/session'
import type { Environment } from '../environment.js'

/** How long touches are collected, ms. */
const COLLECT = 1_000
/** A session that expires within this time is not kept waiting, ms. */
const URGENT = 3 * COLLECT

/** The touches of a gateway. */
export class Touches {
  readonly #environment: Environment
  /** Sends one touch; false when it cannot be sent now. */
  readonly #send: (key: SessionKey) => boolean
  readonly #keys = new Set<SessionKey>()
  #cancel: (() => void) | undefined

  constructor(environment: Environment, send: (key: SessionKey) => boolean) {
    this.#environment = environment
    this.#send = send
  }

  /**
   * Notes a touch.
   * @param left ms until the session expires without it
   */
  add(key: SessionKey, left: number): void {
    if (left < URGENT && this.#send(key)) return
    this.#keys.add(key)
    this.#cancel ??= this.#environment.startTimer(COLLECT, () => this.flush())
  }

  /** Sends what waits; what cannot be sent waits on. */
  flush(): void {
    this.#cancel?.()
    this.#cancel = undefined
    for (const key of this.#keys) if (this.#send(key)) this.#keys.delete(key)
    if (this.#keys.size > 0) this.#cancel = this.#environment.startTimer(COLLECT, () => this.flush())
  }

  /** Sends what can be sent, and forgets the rest. */
  close(): void {
    this.flush()
    this.#cancel?.()
    this.#cancel = undefined
    this.#keys.clear()
  }
}
