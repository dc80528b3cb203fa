/** A way from one node to another that can be cut: passes TCP bytes on as they are, until it is told not to. */
import { connect, createServer } from 'node:net'
import type { Server, Socket } from 'node:net'
import { portOf } from './free-ports.js'

const HOST = '127.0.0.1'

/** One way, one direction of dialling; what is dialled carries bytes both ways. */
export class LinkProxy {
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  readonly #target: number
  #isCut = false

  private constructor(target: number) {
    this.#target = target
    this.#server = createServer((near) => this.#pass(near))
  }

  /** @param target port that it leads to, whether or not anybody listens there yet */
  static async start(target: number): Promise<LinkProxy> {
    const proxy = new LinkProxy(target)
    await new Promise<void>((resolve, reject) => proxy.#server.once('error', reject).listen(0, HOST, resolve))
    return proxy
  }

  /** ws URL of the way. */
  get url(): string {
    return `ws://${HOST}:${portOf(this.#server)}`
  }

  /** Ends all connections; who comes from now on is turned away. */
  cut(): void {
    this.#isCut = true
    for (const socket of this.#sockets) socket.destroy()
  }

  /** New connections pass again. */
  mend(): void {
    this.#isCut = false
  }

  /** Ends everything. */
  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve))
    this.cut()
    await closed
  }

  #pass(near: Socket): void {
    if (this.#isCut) return void near.destroy()
    const far = connect(this.#target, HOST)
    for (const [one, other] of [[near, far], [far, near]] as const) {
      this.#sockets.add(one)
      one.setNoDelay(true).pipe(other)
      // An error is always followed by 'close', which ends the other side, too.
      one.on('error', () => one.destroy())
      one.on('close', () => {
        this.#sockets.delete(one)
        other.destroy()
      })
    }
  }
}
