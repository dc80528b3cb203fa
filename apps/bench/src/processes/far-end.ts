/**
 * The far end of a plain program: `far-end.js apply|store|count`. A frame holds updates, each with its session's number
 * and its length before it. They are applied to a live Y.Doc each, or kept unopened, or no more than counted; then their
 * number is acknowledged.
 */
import { WebSocketServer } from 'ws'
import { applyUpdate, Doc } from 'yjs'
import { serveFigures } from './child.js'

const manner = process.argv[2]
const docs = new Map<number, Doc>()
const unopened = new Map<number, Uint8Array>()

function take(session: number, update: Uint8Array): void {
  if (manner === 'store') return void unopened.set(session, Uint8Array.from(update))
  let doc = docs.get(session)
  if (doc === undefined) docs.set(session, (doc = new Doc({ guid: '' })))
  applyUpdate(doc, update)
}

function takeAll(frame: Buffer): number {
  let count = 0
  for (let at = 0; at < frame.length; count++) {
    const end = at + 8 + frame.readUInt32LE(at + 4)
    take(frame.readUInt32LE(at), frame.subarray(at + 8, end))
    at = end
  }
  return count
}

const server = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: false })

server.on('connection', (socket, request) => {
  let counted = 0
  const acknowledge = (count: number): void => {
    const ack = Buffer.allocUnsafe(4)
    ack.writeUInt32LE(count)
    socket.send(ack)
  }
  const acknowledgeCounted = (): void => {
    acknowledge(counted)
    counted = 0
  }
  request.socket.setNoDelay(true)
  socket.on('message', (frame: Buffer) => {
    if (manner !== 'count') acknowledge(takeAll(frame))
    else if (counted++ === 0) setImmediate(acknowledgeCounted)
  })
})

server.once('listening', () => {
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  serveFigures(`ws://127.0.0.1:${port}`, () => ({ sessions: docs.size + unopened.size }))
})
