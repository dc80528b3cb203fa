/** Over real sockets: `ws` on both sides, on a port of the system's choice. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { WebSocketServer } from 'ws'
import { connect } from './connect.js'
import { ScriptedCluster, ScriptedNode } from './scripted-node.test-support.js'

const closers: (() => void)[] = []
afterEach(() => {
  for (const close of closers.splice(0)) close()
})

/** A scripted node behind a real server; with a token it answers HTTP 401 to clients without it. */
async function listen(token?: string): Promise<{ node: ScriptedNode; cut(): void; requests: string[] }> {
  const requests: string[] = []
  const server = createServer()
  const sockets = new WebSocketServer({ noServer: true })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  // A server on a TCP port has an address of this kind.
  const { port } = server.address() as AddressInfo
  const node = new ScriptedNode('real', `ws://127.0.0.1:${port}`, new ScriptedCluster(), () => Date.now())
  server.on('upgrade', (request, socket, head) => {
    requests.push(request.url ?? '')
    if (token !== undefined && request.headers.authorization !== `Bearer ${token}`) {
      socket.end('HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\nConnection: close\r\n\r\n')
      return
    }
    sockets.handleUpgrade(request, socket, head, (connection) => {
      const handler = node.accept({
        address: { url: request.url ?? '' },
        send: (bytes) => connection.send(bytes),
        close: () => connection.close(),
      })
      connection.on('message', (data) => Buffer.isBuffer(data) && handler.received(data))
      connection.on('close', () => handler.closed())
    })
  })
  const cut = (): void => {
    for (const connection of sockets.clients) connection.terminate()
  }
  closers.push(cut, () => server.close())
  return { node, cut, requests }
}

test('opens, saves, is cut, and goes on over a real WebSocket', async () => {
  const { node, cut, requests } = await listen()
  const store = await connect({ nodes: [node.url], reconnect: { first: 5, longest: 50 } })
  const session = await store.open('id', { idleTimeout: 60_000 })
  session.set('theme', 'dark').set('bytes', new Uint8Array([1, 2]))
  expect(await session.save()).toMatchObject({ copies: 1 })
  cut()
  expect(await session.increment('views').save()).toMatchObject({ copies: 1 })
  expect(session.toJSON()).toEqual({ theme: 'dark', bytes: new Uint8Array([1, 2]), views: 1 })
  expect(node.sessions.get(session.key)?.get('views')).toBe(1)
  expect(requests).toEqual(['/client', '/client'])
  await store.destroy('id')
  expect(session.ended).toBe('destroyed')
  await store.close()
})

test('the token goes in a header; without it the promise rejects with UNAUTHORIZED [CLI-14]', async () => {
  const { node, requests } = await listen('secret')
  await expect(connect({ nodes: [node.url] })).rejects.toMatchObject({ code: 'UNAUTHORIZED' })
  await expect(connect({ nodes: [node.url], token: 'guess' })).rejects.toMatchObject({ code: 'UNAUTHORIZED' })
  const store = await connect({ nodes: [node.url], token: 'secret' })
  expect(requests.join()).not.toMatch(/secret|guess/)
  await store.close()
})

test('a port on which nothing listens is NOT_CONNECTED, with the reason as cause', async () => {
  const { node } = await listen()
  closers.splice(0).forEach((close) => close())
  const connecting = connect({ nodes: [node.url], timeouts: { connect: 100 } })
  await expect(connecting).rejects.toMatchObject({ code: 'NOT_CONNECTED', cause: { code: 'NOT_CONNECTED' } })
})

test('bad options reject, and nothing is opened [CLI-17]', async () => {
  await expect(Reflect.apply(connect, undefined, [{ node: 'ws://a' }])).rejects.toMatchObject({ code: 'OPTION_INVALID' })
})
