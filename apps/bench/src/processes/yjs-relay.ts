/**
 * A stock relay of y-protocols, as y-websocket's server is one, but with many documents over one connection, each named
 * before its message: applies updates, hands them to everybody else, answers sync step 1.
 */
import { createDecoder, readVarString } from 'lib0/decoding'
import { createEncoder, length, toUint8Array, writeVarString } from 'lib0/encoding'
import { WebSocketServer } from 'ws'
import type { WebSocket } from 'ws'
import { readSyncMessage, writeUpdate } from 'y-protocols/sync'
import { Doc } from 'yjs'
import { ownCpu, serveFigures } from './child.js'

const docs = new Map<string, Doc>()
const server = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: false })

function docNamed(name: string): Doc {
  const known = docs.get(name)
  if (known !== undefined) return known
  const doc = new Doc()
  docs.set(name, doc)
  doc.on('update', (update: Uint8Array, origin: WebSocket) => {
    const encoder = createEncoder()
    writeVarString(encoder, name)
    writeUpdate(encoder, update)
    const message = toUint8Array(encoder)
    for (const other of server.clients) if (other !== origin) other.send(message)
  })
  return doc
}

server.on('connection', (socket, request) => {
  request.socket.setNoDelay(true)
  socket.on('message', (message: Buffer) => {
    const decoder = createDecoder(message)
    const name = readVarString(decoder)
    const encoder = createEncoder()
    writeVarString(encoder, name)
    const before = length(encoder)
    readSyncMessage(decoder, encoder, docNamed(name), socket)
    if (length(encoder) > before) socket.send(toUint8Array(encoder))
  })
})

server.once('listening', () => {
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  serveFigures(`ws://127.0.0.1:${port}`, () => ({ sessions: docs.size, cpu: ownCpu() }))
})
