import { EventEmitter } from 'node:events'
import { createServer, get } from 'node:http'
import type { IncomingMessage } from 'node:http'
import { sessionKey } from '@understudy/session'
import { expect, test } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import { closeOnLogout } from './close-on-logout.js'
import { openWorld, run } from './test-cluster.test-support.js'

/** A WebSocket as far as it matters. */
class FakeSocket extends EventEmitter {
  readonly readyState = 1
  readonly closed: unknown[] = []

  close(code?: number, reason?: string): void {
    this.closed.push([code, reason])
    this.emit('close')
  }
}

test('a live connection is closed when its session ends, though the request’s handle is closed [WAT-5]', async () => {
  const { world, node, open } = await openWorld()
  for (const reason of ['destroyed', 'expired'] as const) {
    const session = await open(reason)
    const socket = new FakeSocket()
    closeOnLogout(socket, session)
    session.close()
    await world.settle()
    expect(socket.closed).toEqual([])
    node.end(sessionKey(reason), reason)
    await world.settle()
    expect(socket.closed).toEqual([[1008, `session ${reason}`]])
  }
})

test('one of a session that is over is closed at once [WAT-5]', async () => {
  const { world, node, open } = await openWorld()
  const session = await open()
  node.end(session.key, 'destroyed')
  await world.settle()
  const socket = new FakeSocket()
  closeOnLogout(socket, session)()
  expect(socket.closed).toEqual([[1008, 'session destroyed']])
})

test('a connection that closes first stops the following; so does who asked for it [WAT-5]', async () => {
  const { world, node, open } = await openWorld()
  const [session, other] = [await open(), await open('other')]
  const [socket, kept] = [new FakeSocket(), new FakeSocket()]
  closeOnLogout(socket, session)
  const stop = closeOnLogout(kept, other)
  session.close()
  other.close()
  socket.emit('close')
  stop()
  await world.settle()
  expect(node.received('leave').map(({ key }) => key)).toEqual([session.key, other.key])
  node.end(session.key, 'destroyed')
  node.end(other.key, 'destroyed')
  await world.settle()
  expect([socket.closed, kept.closed]).toEqual([[], []])
})

test('a rotation ends it, too: the connection was opened under the old id [WAT-5]', async () => {
  const { world, open } = await openWorld()
  const session = await open()
  const socket = new FakeSocket()
  closeOnLogout(socket, session)
  await run(world, session.rotate('new'))
  expect(socket.closed).toHaveLength(1)
})

test('a real WebSocket and a real stream of events end [WAT-5]', async () => {
  const { world, node, open } = await openWorld()
  const session = await open()
  const server = createServer((_, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders()
    closeOnLogout(response, session)
  })
  const sockets = new WebSocketServer({ server })
  sockets.on('connection', (socket) => closeOnLogout(socket, session))
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : 0
  const response = await new Promise<IncomingMessage>((resolve, reject) => void get({ port, host: '127.0.0.1' }, resolve).on('error', reject))
  const streamed = new Promise<string>((resolve) => void response.on('end', () => resolve('ended')).resume())
  const client = new WebSocket(`ws://127.0.0.1:${port}`)
  const closed = new Promise<number>((resolve) => void client.on('close', resolve))
  await new Promise((resolve) => void client.once('open', resolve))
  node.end(session.key, 'destroyed')
  await world.settle()
  expect(await Promise.all([streamed, closed])).toEqual(['ended', 1008])
  await new Promise((resolve) => void sockets.close(resolve))
  await new Promise((resolve) => void server.close(resolve))
})
