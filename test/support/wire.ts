/**
 * A cable between a node and those it dials: real sockets underneath, but a test can cut it, mend it, count what goes
 * over it, and spoil what comes in. Handed to a node as its `dial`.
 */
import { dialWebSocket } from '@understudy/node'
import type { ByteSocket, Dial } from '@understudy/node'
import { PeerDecoder, PeerEncoder } from '@understudy/protocol'
import type { PeerFrame } from '@understudy/protocol'

/** The peer links that one node dials. */
export class Wire {
  /** Types of the frames sent by the node that dials, pings left out, in order. */
  readonly sent: PeerFrame['type'][] = []
  /** Types of the frames that it received. */
  readonly received: PeerFrame['type'][] = []
  readonly #spoil: ((frame: PeerFrame) => PeerFrame) | undefined
  readonly #sockets = new Set<ByteSocket>()
  #whole = true

  /** @param spoil what becomes of frames on their way to the node that dials; the next node will not notice */
  constructor(spoil?: (frame: PeerFrame) => PeerFrame) {
    this.#spoil = spoil
  }

  /** Dials as ever while the cable is whole. */
  readonly dial: Dial = async (url, headers) => {
    if (!this.#whole) throw new Error('the cable is cut')
    return this.#watch(await dialWebSocket(url, headers))
  }

  /** Ends the links; no others come about until `mend`. Neither node is told to stop. */
  cut(): void {
    this.#whole = false
    for (const socket of this.#sockets) socket.terminate()
  }

  /** From now on links can be dialled again. What was counted before is forgotten. */
  mend(): void {
    this.#whole = true
    this.sent.length = 0
    this.received.length = 0
  }

  #watch(inner: ByteSocket): ByteSocket {
    const outgoing = new PeerDecoder()
    const incoming = new PeerDecoder()
    const respoken = new PeerEncoder()
    const outer: ByteSocket = {
      get buffered() {
        return inner.buffered
      },
      get sentBytes() {
        return inner.sentBytes
      },
      get receivedBytes() {
        return inner.receivedBytes
      },
      send: (message) => {
        note(this.sent, outgoing.decode(message))
        inner.send(message)
      },
      close: (code, reason) => inner.close(code, reason),
      terminate: () => inner.terminate(),
      message: () => {},
      closed: () => {},
    }
    inner.message = (bytes) => {
      const frame = incoming.decode(bytes)
      note(this.received, frame)
      outer.message(this.#spoil === undefined ? bytes : respoken.encode(this.#spoil(frame)))
    }
    inner.closed = () => {
      this.#sockets.delete(inner)
      outer.closed()
    }
    this.#sockets.add(inner)
    return outer
  }
}

function note(types: PeerFrame['type'][], { type }: PeerFrame): void {
  if (type !== 'ping' && type !== 'pong') types.push(type)
}
