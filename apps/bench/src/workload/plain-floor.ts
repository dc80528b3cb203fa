/**
 * The plain floor: what saving costs with Yjs and ws alone, no more than it takes. A live Y.Doc with a Y.Map for each
 * session, one update a save against the last vector, sent to another process, which applies and acknowledges it.
 */
import { WebSocket } from 'ws'
import { Doc, encodeStateAsUpdate, encodeStateVector } from 'yjs'
import { Child } from '../processes/child.js'
import { ATTRIBUTES, CHANGING, scattered, valueOf } from './attributes.js'
import { inFlight } from './in-flight.js'

interface LiveSession {
  readonly doc: Doc
  vector: Uint8Array
}

/** The near end. */
export class PlainFloor {
  readonly #sessions: readonly LiveSession[]
  readonly #socket: WebSocket
  readonly #child: Child
  readonly #waiting: (() => void)[] = []
  #saved = 0

  private constructor(sessions: readonly LiveSession[], socket: WebSocket, child: Child) {
    this.#sessions = sessions
    this.#socket = socket
    this.#child = child
    // Acknowledgements come in the order of the saves.
    socket.on('message', () => this.#waiting.shift()?.())
  }

  /** Starts the far end and fills both. */
  static async start(count: number): Promise<PlainFloor> {
    const child = await Child.start('floor.js')
    const socket = new WebSocket(child.url, { perMessageDeflate: false })
    await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject))
    const sessions = Array.from({ length: count }, () => ({ doc: new Doc({ guid: '' }), vector: Uint8Array.of(0) }))
    const floor = new PlainFloor(sessions, socket, child)
    await inFlight(count, 64, (number) => floor.#save(number, ATTRIBUTES))
    return floor
  }

  /** Saves so many changes of one attribute, `width` at once. Resolves to the ms it took. */
  change(count: number, width: number): Promise<number> {
    return inFlight(count, width, () => {
      const number = this.#saved++
      return this.#save(scattered(number, this.#sessions.length), [[CHANGING, valueOf(number)]])
    })
  }

  /** Ends the far end. */
  async close(): Promise<void> {
    this.#socket.terminate()
    await this.#child.close()
  }

  #save(number: number, attributes: readonly (readonly [string, string])[]): Promise<void> {
    const session = this.#sessions[number]
    if (session === undefined) return Promise.resolve()
    const map = session.doc.getMap('attributes')
    session.doc.transact(() => {
      for (const [name, value] of attributes) map.set(name, value)
    })
    const update = encodeStateAsUpdate(session.doc, session.vector)
    session.vector = encodeStateVector(session.doc)
    const message = Buffer.allocUnsafe(4 + update.length)
    message.writeUInt32LE(number, 0)
    message.set(update, 4)
    this.#socket.send(message)
    return new Promise((resolve) => void this.#waiting.push(resolve))
  }
}
