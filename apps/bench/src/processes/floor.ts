/**
 * The other end of the plain floor, in a process of its own: keeps a live Y.Doc for each session, applies every update
 * as it comes and acknowledges it.
 */
import { WebSocketServer } from 'ws'
import { applyUpdate, Doc } from 'yjs'
import { serveFigures } from './child.js'

const docs = new Map<number, Doc>()
const server = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: false })

server.on('connection', (socket) => {
  socket.on('message', (message: Buffer) => {
    const session = message.readUInt32LE(0)
    let doc = docs.get(session)
    if (doc === undefined) docs.set(session, (doc = new Doc({ guid: '' })))
    applyUpdate(doc, message.subarray(4))
    socket.send(Buffer.of(1))
  })
})

server.once('listening', () => {
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  serveFigures(`ws://127.0.0.1:${port}`, () => ({ sessions: docs.size }))
})
