/** A WebSocket to another process that acknowledges what it is sent, in order, by number. */
import type { Socket } from 'node:net'
import { WebSocket } from 'ws'

/** The near end. */
export class FarLink {
  readonly #socket: WebSocket
  readonly #wire: Socket
  readonly #waiting: (() => void)[] = []
  /** Acknowledged of `#waiting`, from its beginning. */
  #done = 0

  private constructor(socket: WebSocket, wire: Socket) {
    this.#socket = socket
    this.#wire = wire
    socket.on('message', (ack: Buffer) => this.#acknowledged(ack.readUInt32LE(0)))
  }

  /** Connects. */
  static async open(url: string): Promise<FarLink> {
    const socket = new WebSocket(url, { perMessageDeflate: false })
    const wire = new Promise<Socket>((resolve) => void socket.once('upgrade', (response) => resolve(response.socket)))
    await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject))
    return new FarLink(socket, await wire)
  }

  /** Sends a frame. */
  send(frame: Uint8Array): void {
    this.#socket.send(frame)
  }

  /** Sends what follows in this turn of the event loop in one piece, frames of their own as they are. */
  cork(): void {
    this.#wire.cork()
    process.nextTick(() => this.#wire.uncork())
  }

  /** Resolves when one more of what was sent is acknowledged. */
  acknowledged(): Promise<void> {
    return new Promise((resolve) => void this.#waiting.push(resolve))
  }

  /** Ends it. */
  close(): void {
    this.#socket.terminate()
  }

  #acknowledged(count: number): void {
    for (const end = this.#done + count; this.#done < end; this.#done++) this.#waiting[this.#done]?.()
    if (this.#done === this.#waiting.length) {
      this.#waiting.length = 0
      this.#done = 0
    } else if (this.#done > 1_024) {
      this.#waiting.splice(0, this.#done)
      this.#done = 0
    }
  }
}
