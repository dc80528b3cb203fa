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
async function listen(token?: string, at = 0): Promise<{ node: ScriptedNode; cut(): void; stop(): void; requests: string[] }> {
  const requests: string[] = []
  const server = createServer()
  const sockets = new WebSocketServer({ noServer: true })
  await new Promise<void>((resolve) => server.listen(at, '127.0.0.1', resolve))
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
  const stop = (): void => void server.close()
  closers.push(cut, stop)
  return { node, cut, stop, requests }
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

test('it goes on for as long as it takes, if it is to, and connects once a node is there [CLI-25]', async () => {
  const { node: gone, stop } = await listen()
  stop()
  const connecting = connect({ nodes: [gone.url], timeouts: { connect: Infinity }, reconnect: { first: 5, longest: 10 } })
  // Others have given up by now, by their limit.
  await expect(connect({ nodes: [gone.url], timeouts: { connect: 100 } })).rejects.toMatchObject({ code: 'NOT_CONNECTED' })
  await listen(undefined, Number(new URL(gone.url).port))
  const store = await connecting
  expect(store.isConnected).toBe(true)
  await store.close()
})

test('a signal ends it, before or while it is under way, and not afterwards [CLI-25]', async () => {
  const { node: gone, stop } = await listen()
  stop()
  const aborting = new AbortController()
  const connecting = connect({ nodes: [gone.url], timeouts: { connect: Infinity }, signal: aborting.signal })
  aborting.abort()
  await expect(connecting).rejects.toMatchObject({ code: 'STORE_CLOSED' })
  await expect(connect({ nodes: [gone.url], signal: aborting.signal })).rejects.toMatchObject({ code: 'STORE_CLOSED' })
  const { node } = await listen()
  const later = new AbortController()
  const store = await connect({ nodes: [node.url], signal: later.signal })
  later.abort()
  expect((await (await store.open('id')).set('a', 1).save()).copies).toBe(1)
  await store.close()
})

test('bad options reject, and nothing is opened [CLI-17]', async () => {
  await expect(Reflect.apply(connect, undefined, [{ node: 'ws://a' }])).rejects.toMatchObject({ code: 'OPTION_INVALID' })
})
