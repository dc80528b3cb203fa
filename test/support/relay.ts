/**
 * An address that exists before the node behind it does, and outlives it: members list one another by address, and a
 * node that is restarted comes back under its own. Passes TCP bytes on as they are.
 */
import { connect, createServer } from 'node:net'
import type { Server, Socket } from 'node:net'
import { onTestFinished } from 'vitest'

/** A listening address that leads to whichever node it is pointed at. */
export class Relay {
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  #port: number | undefined
  #state: 'whole' | 'cut' | 'frozen' = 'whole'

  private constructor() {
    this.#server = createServer((near) => this.#pass(near))
  }

  /** Listens, leading nowhere yet: who comes is turned away. */
  static async start(): Promise<Relay> {
    const relay = new Relay()
    await new Promise<void>((resolve) => relay.#server.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => relay.#close())
    return relay
  }

  /** ws URL of this address. */
  get url(): string {
    const address = this.#server.address()
    if (address === null || typeof address === 'string') throw new Error('the relay is closed')
    return `ws://127.0.0.1:${address.port}`
  }

  /** From now on new connections lead to this node. */
  leadTo({ port }: { readonly port: number }): void {
    this.#port = port
    this.#state = 'whole'
  }

  /** Ends all connections; who comes from now on is turned away. */
  cut(): void {
    this.#state = 'cut'
    for (const socket of this.#sockets) socket.destroy()
  }

  /** Passes nothing on any more over the connections there are, and keeps them open: what a dead host looks like. */
  stall(): void {
    for (const socket of this.#sockets) socket.unpipe().pause()
  }

  /** A black hole: connections stand, and come about, but nothing passes any more. */
  freeze(): void {
    this.#state = 'frozen'
    for (const socket of this.#sockets) socket.unpipe().pause()
  }

  /** Whole again: connections from before are gone, new ones pass. */
  mend(): void {
    this.cut()
    this.#state = 'whole'
  }

  #pass(near: Socket): void {
    if (this.#port === undefined || this.#state === 'cut') return void near.destroy()
    if (this.#state === 'frozen') {
      this.#sockets.add(near)
      near.on('error', () => near.destroy()).pause()
      return
    }
    const far = connect(this.#port, '127.0.0.1')
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      this.#sockets.add(one)
      one.setNoDelay(true).pipe(other)
      one.on('error', () => other.destroy())
      one.on('close', () => {
        this.#sockets.delete(one)
        other.destroy()
      })
    }
  }

  async #close(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve))
    this.cut()
    await closed
  }
}
