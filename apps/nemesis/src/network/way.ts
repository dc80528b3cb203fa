/** A proxy in user space on the way of one node to another: whatever passes between them can be made to fail here. */
import { connect, createServer } from 'node:net'
import type { Server, Socket } from 'node:net'
import { Flow } from './flow.js'

/** Which bytes are concerned: those of the node that dials, those of the node that is dialled, or both. */
export type Direction = 'there' | 'back' | 'both'

interface Connection {
  readonly near: Socket
  readonly far: Socket
  readonly there: Flow
  readonly back: Flow
}

/** One way, and the connections over it. */
export class Way {
  readonly #server: Server
  readonly #target: () => number
  readonly #connections = new Set<Connection>()
  /** Connections that came about while nothing passed. */
  readonly #waiting = new Set<Socket>()
  #state: 'whole' | 'cut' | Direction = 'whole'
  #delay = 0

  private constructor(target: () => number) {
    this.#target = target
    this.#server = createServer((near) => this.#accept(near))
  }

  /** Listens on a port of the system's choice. @param target port of the node that it leads to */
  static async open(target: () => number): Promise<Way> {
    const way = new Way(target)
    await new Promise<void>((resolve) => way.#server.listen(0, '127.0.0.1', resolve))
    return way
  }

  /** ws URL of this way. */
  get url(): string {
    const address = this.#server.address()
    if (address === null || typeof address === 'string') throw new Error('the way is closed')
    return `ws://127.0.0.1:${address.port}`
  }

  /** Ends all connections, and refuses new ones. */
  cut(): void {
    this.#state = 'cut'
    this.#drop()
  }

  /** A black hole: nothing passes in this direction, and nobody is told. */
  swallow(direction: Direction): void {
    this.#state = direction
    for (const connection of this.#connections) hold(connection, direction)
  }

  /** Every byte takes so many ms. */
  slow(ms: number): void {
    this.#delay = ms
    for (const { there, back } of this.#connections) there.delay = back.delay = ms
  }

  /** The dialled node's end of each connection is closed, the other end is not told: half open. */
  halve(): void {
    for (const connection of this.#connections) {
      connection.back.hold()
      connection.far.destroy()
    }
  }

  /** Each connection ends after so many more bytes from the node that dials. */
  tear(bytes: number): void {
    for (const { there } of this.#connections) there.tearAfter(bytes)
  }

  /** Whole again. */
  mend(): void {
    this.#state = 'whole'
    this.#delay = 0
    for (const { there, back } of this.#connections) {
      there.heal()
      back.heal()
    }
    for (const near of this.#waiting) this.#lead(near)
    this.#waiting.clear()
  }

  /** Is there no more. */
  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve))
    this.#drop()
    await closed
  }

  #accept(near: Socket): void {
    near.on('error', () => near.destroy())
    if (this.#state === 'cut') return void near.destroy()
    if (this.#state === 'whole') return this.#lead(near)
    // A handshake needs both directions.
    near.pause()
    this.#waiting.add(near)
  }

  #lead(near: Socket): void {
    if (near.destroyed) return
    const far = connect(this.#target(), '127.0.0.1')
    near.setNoDelay(true)
    far.setNoDelay(true)
    const connection = { near, far, there: new Flow(near, far), back: new Flow(far, near) }
    this.#connections.add(connection)
    near.once('close', () => far.destroyed && this.#connections.delete(connection))
    far.once('close', () => near.destroyed && this.#connections.delete(connection))
    if (this.#delay > 0) connection.there.delay = connection.back.delay = this.#delay
  }

  #drop(): void {
    for (const { near, far } of this.#connections) {
      near.destroy()
      far.destroy()
    }
    for (const near of this.#waiting) near.destroy()
    this.#connections.clear()
    this.#waiting.clear()
  }
}

function hold({ there, back }: Connection, direction: Direction): void {
  if (direction !== 'back') there.hold()
  if (direction !== 'there') back.hold()
}
