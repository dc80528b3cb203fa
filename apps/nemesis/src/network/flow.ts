/**
 * One direction of a connection through a proxy: bytes from one socket to the other, as the network is at the moment.
 *
 *            hold                     heal
 *   passing ───────► holding ─────────────────────► passing      what was held goes on, as TCP would repeat it
 *      │                │ source closed: the other end is not told before `heal`
 *      └── tear: after so many bytes, in the middle of a frame, both ends are closed
 */
import type { Socket } from 'node:net'

/** Bytes on their way from one socket to another. */
export class Flow {
  readonly #from: Socket
  readonly #to: Socket
  #delay = 0
  #holding = false
  #held: Buffer[] = []
  /** Bytes to pass until the connection is torn. */
  #left = Number.POSITIVE_INFINITY
  #ended = false
  /** Chunks that are delayed, in order. */
  #late = Promise.resolve()

  constructor(from: Socket, to: Socket) {
    this.#from = from
    this.#to = to
    from.on('data', (chunk: Buffer) => this.#take(chunk))
    from.on('error', () => from.destroy())
    from.on('close', () => this.#close())
  }

  /** ms that every byte takes. */
  set delay(ms: number) {
    this.#delay = ms
  }

  /** Nothing passes any more, and nobody is told. */
  hold(): void {
    this.#holding = true
    this.#from.pause()
  }

  /** What was held goes on. */
  heal(): void {
    this.#delay = 0
    this.#holding = false
    for (const chunk of this.#held.splice(0)) this.#pass(chunk)
    if (this.#ended) this.#to.destroy()
    else this.#from.resume()
  }

  /** After so many more bytes both ends are closed. */
  tearAfter(bytes: number): void {
    this.#left = bytes
  }

  #take(chunk: Buffer): void {
    if (this.#holding) return void this.#held.push(chunk)
    if (this.#delay === 0) return this.#pass(chunk)
    const arrival = new Promise((resolve) => setTimeout(resolve, this.#delay))
    this.#late = this.#late.then(() => arrival).then(() => (this.#holding ? void this.#held.push(chunk) : this.#pass(chunk)))
  }

  #pass(chunk: Buffer): void {
    const whole = chunk.length < this.#left
    this.#to.write(whole ? chunk : chunk.subarray(0, this.#left))
    this.#left -= chunk.length
    if (whole) return
    this.#from.destroy()
    this.#to.destroySoon()
  }

  #close(): void {
    this.#ended = true
    if (!this.#holding) void this.#late.then(() => this.#to.destroy())
  }
}
