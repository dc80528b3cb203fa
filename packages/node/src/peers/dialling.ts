/**
 * Keeps trying to reach a configured peer, with growing pauses, for as long as there is no link to it.
 *
 * The first attempt after a link that had stood for a while comes nearly at once: it decides whether the peer counts as
 * gone (`Hearing`), and until then nobody serves its slots.
 */
import type { ByteSocket, Dial } from '../byte-socket.js'
import type { Environment } from '../environment.js'
import type { Log } from '../log.js'

const FIRST_PAUSE = 50
const LONGEST_PAUSE = 2_000
/** ms, at most, before the first attempt after a link that stood: at random, or two that live dial each other at once. */
const QUICK_PAUSE = 20
/** ms from which on a link has stood: one that ends sooner, time and again, must not be dialled without rest. */
const STOOD = 1_000

/** What dialling needs to know and to hand over. */
export interface DiallingOptions {
  readonly name: string
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly environment: Environment
  readonly log: Log
  readonly dial: Dial
  readonly linked: () => boolean
  readonly connected: (socket: ByteSocket) => void
  readonly failed: () => void
}

/** The attempts to reach one peer. */
export class Dialling {
  readonly #options: DiallingOptions
  #pause = FIRST_PAUSE
  #cancel: () => void = () => {}
  #stopped = false
  #busy = false
  #failures = 0
  /** When the present or latest link was greeted, ms since 1970; undefined once an attempt has been made since. */
  #linkedAt: number | undefined
  /** Why the last attempt failed. */
  lastError: string | undefined

  constructor(options: DiallingOptions) {
    this.#options = options
  }

  /** Tries now, unless an attempt is under way or a link stands. */
  start(): void {
    if (this.#stopped || this.#busy || this.#options.linked()) return
    this.#cancel()
    this.#busy = true
    const { url, headers, dial } = this.#options
    dial(`${url.replace(/\/$/, '')}/peer`, headers).then(
      (socket) => this.#reached(socket),
      (error: unknown) => this.#failed(error),
    )
  }

  /** Tries again after a pause: a link was lost or refused. */
  again(): void {
    const { environment, linked } = this.#options
    if (this.#stopped || linked()) return
    this.#cancel()
    const hasStood = this.#linkedAt !== undefined && environment.now() - this.#linkedAt >= STOOD
    this.#linkedAt = undefined
    const pause = hasStood ? QUICK_PAUSE * environment.random() : this.#pause * (0.5 + environment.random())
    this.#cancel = environment.after(pause, () => this.start())
    if (!hasStood) this.#pause = Math.min(LONGEST_PAUSE, this.#pause * 2)
  }

  /** A greeting succeeded: the next pause is short again. */
  succeeded(): void {
    this.#pause = FIRST_PAUSE
    this.#failures = 0
    this.#linkedAt = this.#options.environment.now()
  }

  /** Ends all attempts. */
  stop(): void {
    this.#stopped = true
    this.#cancel()
  }

  #reached(socket: ByteSocket): void {
    this.#busy = false
    if (this.#stopped) socket.close(1001, 'shutting down')
    else this.#options.connected(socket)
  }

  #failed(error: unknown): void {
    this.#busy = false
    this.lastError = error instanceof Error ? error.message || String(Reflect.get(error, 'code')) : String(error)
    const { log, name, url } = this.#options
    const level = this.#failures++ === 0 ? 'warn' : 'debug'
    log[level]({ peer: name, url, error: this.lastError }, `peer "${name}" can't be reached at ${url}; trying again until it can`)
    this.again()
    this.#options.failed()
  }
}
