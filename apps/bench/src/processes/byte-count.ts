/**
 * Counts what goes over a link, independently of what the nodes say themselves: a TCP relay between two of them. It
 * can also cut the link and keep it cut.
 */
import { connect, createServer } from 'node:net'
import type { Server, Socket } from 'node:net'

/** A relay to one address. */
export class ByteCount {
  /** Bytes of both directions so far: everything above TCP, the WebSocket handshake included. */
  bytes = 0
  /** Pieces of data towards the far end, and back from it. */
  readonly pieces = { there: 0, back: 0 }
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  #target: URL | undefined
  #port = 0
  #connected: () => void = () => {}
  #cut = false

  private constructor() {
    this.#server = createServer((near) => {
      if (this.#cut || this.#target === undefined) return void near.destroy()
      this.#connected()
      const far = connect({ host: this.#target.hostname, port: Number(this.#target.port), noDelay: true })
      near.setNoDelay(true)
      this.#relay(near, far, 'there')
      return this.#relay(far, near, 'back')
    })
  }

  /** Listens, and passes everything on to the address of a ws URL. */
  static async start(url: string): Promise<ByteCount> {
    const relay = await ByteCount.toBeLed()
    relay.leadTo(url)
    return relay
  }

  /** Listens, and accepts nothing until it is told where to lead. */
  static async toBeLed(): Promise<ByteCount> {
    const relay = new ByteCount()
    await new Promise<void>((resolve) => relay.#server.listen(0, '127.0.0.1', resolve))
    const address = relay.#server.address()
    relay.#port = typeof address === 'object' && address !== null ? address.port : 0
    return relay
  }

  /** Passes everything on to the address of a ws URL from now on. */
  leadTo(url: string): void {
    this.#target = new URL(url)
  }

  /** ws URL of the relay. */
  get url(): string {
    return `ws://127.0.0.1:${this.#port}`
  }

  /** Ends all connections and accepts none until `mend`. */
  cut(): void {
    this.#cut = true
    for (const socket of this.#sockets) socket.destroy()
  }

  /** Accepts connections again. */
  mend(): void {
    this.#cut = false
  }

  /** Resolves when the next connection is let through. */
  nextConnection(): Promise<void> {
    return new Promise((resolve) => (this.#connected = resolve))
  }

  /** Stops. */
  close(): void {
    this.cut()
    this.#server.close()
  }

  #relay(from: Socket, to: Socket, direction: 'there' | 'back'): void {
    this.#sockets.add(from)
    from.on('data', (data) => {
      this.bytes += data.length
      this.pieces[direction]++
      to.write(data)
    })
    from.on('close', () => {
      this.#sockets.delete(from)
      to.destroy()
    })
    from.on('error', () => to.destroy())
  }
}
