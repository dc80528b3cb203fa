/** The client's socket in Node: the package `ws`, with the token in the Authorization header. */
import { WebSocket } from 'ws'
import type { OpenSocket } from './socket.js'
import { CLOSE_UNAUTHORIZED } from './socket.js'

/** Largest message taken from a node, bytes; above every session that the limits allow. */
const LARGEST_MESSAGE = 16 * 1024 * 1024

/** Opens a WebSocket with `ws`. */
export const openSocket: OpenSocket = ({ url, token }, events) => {
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` }
  const socket = new WebSocket(url, { headers, perMessageDeflate: false, maxPayload: LARGEST_MESSAGE })
  socket.binaryType = 'nodebuffer'
  let over = false
  let problem = ''
  let unauthorized = false
  socket.on('open', () => {
    if (!over) events.opened()
  })
  socket.on('message', (data) => {
    if (!over && Buffer.isBuffer(data)) events.received(data)
  })
  socket.on('unexpected-response', (_request, response) => {
    unauthorized = response.statusCode === 401 || response.statusCode === 403
    problem = `the node answered HTTP ${response.statusCode ?? '?'}`
    response.resume()
    socket.terminate()
  })
  socket.on('error', (error) => {
    problem ||= error.message
  })
  socket.on('close', (code, reason) => {
    if (over) return
    over = true
    const text = problem || `closed with code ${code} ${reason.toString()}`.trim()
    events.closed({ reason: text, unauthorized: unauthorized || code === CLOSE_UNAUTHORIZED })
  })
  return {
    send(bytes) {
      if (socket.readyState === WebSocket.OPEN) socket.send(bytes)
    },
    close() {
      over = true
      if (socket.readyState === WebSocket.CONNECTING) socket.terminate()
      else socket.close(1000)
    },
  }
}

/** Calls once the events at hand have been dealt with. */
export function soon(run: () => void): void {
  setImmediate(run)
}
