/**
 * The client's socket in browsers and their workers: the global WebSocket. It cannot send headers, so the token
 * travels as a subprotocol; the node answers with the subprotocol `understudy`.
 */
import type { OpenSocket } from './socket.js'
import { CLOSE_UNAUTHORIZED } from './socket.js'

/** The part of the standard WebSocket that is used here. */
interface StandardWebSocket {
  binaryType: string
  readonly readyState: number
  addEventListener(type: 'open', listener: () => void): void
  addEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): void
  addEventListener(type: 'close', listener: (event: { readonly code: number; readonly reason: string }) => void): void
  send(bytes: Uint8Array): void
  close(code: number): void
}

declare const WebSocket: new (url: string, protocols: string[]) => StandardWebSocket

/** The standard's readyState of an open socket. */
const OPEN = 1

/** Opens the global WebSocket. */
export const openSocket: OpenSocket = ({ url, token }, events) => {
  const protocols = token === undefined ? ['understudy'] : ['understudy', tokenProtocol(token)]
  const socket = new WebSocket(url, protocols)
  socket.binaryType = 'arraybuffer'
  let over = false
  socket.addEventListener('open', () => {
    if (!over) events.opened()
  })
  socket.addEventListener('message', ({ data }) => {
    if (!over && data instanceof ArrayBuffer) events.received(new Uint8Array(data))
  })
  socket.addEventListener('close', ({ code, reason }) => {
    if (over) return
    over = true
    events.closed({ reason: `closed with code ${code} ${reason}`.trim(), unauthorized: code === CLOSE_UNAUTHORIZED })
  })
  return {
    send(bytes) {
      if (socket.readyState === OPEN) socket.send(bytes)
    },
    close() {
      over = true
      socket.close(1000)
    },
  }
}

/** The subprotocol that carries a token: base64url, because a subprotocol may hold only token characters. */
export function tokenProtocol(token: string): string {
  const binary = Array.from(new TextEncoder().encode(token), (byte) => String.fromCharCode(byte)).join('')
  return `understudy.token.${btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')}`
}

/** Calls once what is running now has run: browsers have nothing between that and a timer. */
export function soon(run: () => void): void {
  queueMicrotask(run)
}
