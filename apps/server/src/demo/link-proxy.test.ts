import { createServer, connect } from 'node:net'
import type { Server, Socket } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { portOf } from './free-ports.js'
import { LinkProxy } from './link-proxy.js'

const toClose: { close(): unknown }[] = []
afterEach(async () => {
  for (const each of toClose.splice(0).toReversed()) await each.close()
})

/** A server that sends back what it gets. */
async function echo(): Promise<Server> {
  const server = createServer((socket) => socket.on('error', () => socket.destroy()).pipe(socket))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  toClose.push(server)
  return server
}

/** Says something over a way; undefined when the connection ends instead of an answer. */
function ask(url: string, text: string): Promise<{ answer: string | undefined; socket: Socket }> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1')
  toClose.push({ close: () => socket.destroy() })
  return new Promise((resolve) => {
    socket.on('error', () => {})
    socket.once('close', () => resolve({ answer: undefined, socket }))
    socket.once('data', (data) => resolve({ answer: data.toString(), socket }))
    socket.write(text)
  })
}

test('a way passes bytes until it is cut, and again once it is mended', async () => {
  const way = await LinkProxy.start(portOf(await echo()))
  toClose.push({ close: () => way.stop() })
  const { answer, socket } = await ask(way.url, 'hello')
  expect(answer).toBe('hello')
  const ended = new Promise((resolve) => socket.once('close', resolve))
  way.cut()
  await ended
  expect((await ask(way.url, 'hello')).answer).toBeUndefined()
  way.mend()
  expect((await ask(way.url, 'again')).answer).toBe('again')
})

test('a way to where nobody listens turns away, and leads there once somebody does', async () => {
  const server = await echo()
  const port = portOf(server)
  await new Promise((resolve) => server.close(resolve))
  const way = await LinkProxy.start(port)
  toClose.push({ close: () => way.stop() })
  expect((await ask(way.url, 'hello')).answer).toBeUndefined()
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  expect((await ask(way.url, 'hello')).answer).toBe('hello')
})
