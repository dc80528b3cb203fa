/**
 * A response whose head waits for the saves that its request began.
 *
 * ```
 *  end ─► save begins ─► head, body: held, in order ─► save settles ─► what the head is to carry ─► head, body sent
 * ```
 * express-session sends the head of a response before its save has settled; then nothing of the save can be in it.
 *
 * Invariants: what the app called reaches the response in the order of the calls, once; a head that went out before a
 * save began is not held; nothing is held when no save is under way.
 */
import type { ServerResponse } from 'node:http'

/** A method of the response that sends something. */
type Sending = 'writeHead' | 'flushHeaders' | 'write' | 'end'

/** What each returns while the response is held; a stream that hears false waits for `drain`. */
const HELD: Readonly<Record<Sending, (response: ServerResponse) => unknown>> = {
  writeHead: (response) => response,
  flushHeaders: () => undefined,
  write: () => false,
  end: (response) => response,
}

/** Holds back one response. To be made before anything else that wraps it for the sake of its session. */
export class HeldResponse {
  readonly #response: ServerResponse
  readonly #beforeHead: () => void
  /** Saves under way. */
  #saves = 0
  /** What was called since the first of them kept the head back. */
  #held: (() => unknown)[] | undefined

  /** @param beforeHead called once, just before the head is sent, while headers can be set */
  constructor(response: ServerResponse, beforeHead: () => void) {
    this.#response = response
    this.#beforeHead = beforeHead
    for (const method of ['writeHead', 'flushHeaders', 'write', 'end'] as const) this.#wrap(method)
    // Whoever handles an error looks here whether another head can be sent; it cannot.
    Object.defineProperty(response, 'headersSent', { configurable: true, get: () => this.#held !== undefined || this.#isSent })
  }

  /** Holds the response back, unless its head is sent already, until a save has settled. */
  during(save: Promise<unknown>): void {
    this.#saves++
    const settled = (): void => {
      if (--this.#saves === 0) this.#release()
    }
    save.then(settled, settled)
  }

  #wrap(method: Sending): void {
    const response = this.#response
    const original: unknown = Reflect.get(response, method)
    if (typeof original !== 'function') return
    const call = (...args: unknown[]): unknown => {
      const send = (): unknown => {
        if (method === 'writeHead' && !this.#isSent) this.#beforeHead()
        return Reflect.apply(original, response, args)
      }
      return this.#mustWait ? this.#hold(method, send) : send()
    }
    Object.defineProperty(response, method, { configurable: true, enumerable: true, writable: true, value: call })
  }

  get #mustWait(): boolean {
    return this.#held !== undefined || (this.#saves > 0 && !this.#isSent)
  }

  /** Whether the head is sent: what the response itself says. */
  get #isSent(): boolean {
    return Boolean(Reflect.get(Object.getPrototypeOf(this.#response), 'headersSent', this.#response))
  }

  #hold(method: Sending, send: () => unknown): unknown {
    const held = (this.#held ??= [])
    // Of a head, the first counts: while it is not sent, each write asks for it anew.
    if (method !== 'writeHead' || held.length === 0) held.push(send)
    return HELD[method](this.#response)
  }

  #release(): void {
    const [response, held] = [this.#response, this.#held]
    this.#held = undefined
    if (held === undefined || response.destroyed) return
    try {
      for (const send of held) send()
    } catch (error) {
      // A head that cannot be sent: the app's call has returned, so the connection is all that is left to tell.
      response.destroy(error instanceof Error ? error : undefined)
      return
    }
    if (!response.writableEnded && !response.writableNeedDrain) response.emit('drain')
  }
}
