/**
 * A connection that carries whole binary messages in order: what a node sees of a WebSocket. A test or a simulator
 * hands in its own.
 */
import type { IncomingMessage } from 'node:http'
import { WebSocket } from 'ws'
import type { RawData } from 'ws'

/** One open connection. Callbacks are set once, by its owner. */
export interface ByteSocket {
  /** Bytes handed to `send` that have not left the process. */
  readonly buffered: number
  /** Bytes sent and received so far, frame headers and masks included: everything above TCP. */
  readonly sentBytes: number
  readonly receivedBytes: number
  send(message: Uint8Array): void
  /** Says good-bye with a WebSocket close code; `closed` is called when the connection is gone. */
  close(code: number, reason: string): void
  /** Drops the connection at once. */
  terminate(): void
  message: (bytes: Uint8Array) => void
  closed: () => void
}

/**
 * Makes an accepted or opened WebSocket a `ByteSocket`. Text messages are refused by closing.
 *
 * @param dialled whether this end opened the connection; its messages are then masked (RFC 6455 §5.3)
 */
export function byteSocket(webSocket: WebSocket, dialled: boolean): ByteSocket {
  let sentBytes = 0
  let receivedBytes = 0
  const socket: ByteSocket = {
    get buffered() {
      return webSocket.bufferedAmount
    },
    get sentBytes() {
      return sentBytes
    },
    get receivedBytes() {
      return receivedBytes
    },
    send(message) {
      sentBytes += framedSize(message.length, dialled)
      webSocket.send(message)
    },
    close: (code, reason) => webSocket.close(code, reason.slice(0, 120)),
    terminate: () => webSocket.terminate(),
    message: () => {},
    closed: () => {},
  }
  webSocket.binaryType = 'nodebuffer'
  webSocket.on('message', (data: RawData, binary: boolean) => {
    if (!binary) return webSocket.close(1003, 'only binary messages are understood')
    const bytes = whole(data)
    receivedBytes += framedSize(bytes.length, !dialled)
    return socket.message(bytes)
  })
  webSocket.on('close', () => socket.closed())
  // An error is always followed by 'close', which is what the owner acts on.
  webSocket.on('error', () => webSocket.terminate())
  return socket
}

/** Size of a message with its header (RFC 6455 §5.2). */
function framedSize(length: number, masked: boolean): number {
  const header = length < 126 ? 2 : length < 65_536 ? 4 : 10
  return length + header + (masked ? 4 : 0)
}

function whole(data: RawData): Uint8Array {
  if (Array.isArray(data)) return Buffer.concat(data)
  return data instanceof ArrayBuffer ? new Uint8Array(data) : data
}

/** Opens connections to other nodes. */
export type Dial = (url: string, headers: Readonly<Record<string, string>>) => Promise<ByteSocket>

/**
 * Dials a WebSocket.
 *
 * @throws whatever kept the connection from opening, with the status a server refused it by in the message
 */
export const dialWebSocket: Dial = (url, headers) =>
  new Promise((resolve, reject) => {
    const webSocket = new WebSocket(url, { headers: { ...headers }, perMessageDeflate: false, maxPayload: MAX_PEER_MESSAGE, handshakeTimeout: 5_000 })
    webSocket.once('open', () => {
      webSocket.removeListener('error', reject)
      resolve(byteSocket(webSocket, true))
    })
    webSocket.once('error', reject)
    webSocket.once('unexpected-response', (request, response) => {
      refusalOf(response).then(reject, reject)
      response.once('close', () => request.destroy())
    })
  })

/** Why a server refused, in its own words where it gave any. */
async function refusalOf(response: IncomingMessage): Promise<Error> {
  let body = ''
  for await (const chunk of response) {
    body += String(chunk)
    if (body.length > MAX_REFUSAL) break
  }
  const reason = /"error":"((?:[^"\\]|\\.)*)"/.exec(body)?.[1]
  return new Error(`refused with status ${response.statusCode}${reason === undefined ? '' : `: ${JSON.parse(`"${reason}"`)}`}`)
}

/** Characters read of a refusal at most. */
const MAX_REFUSAL = 2_000

/** Bytes of one message on a peer link at most. */
export const MAX_PEER_MESSAGE = 4 * 1024 * 1024
