/**
 * How a node tells a page that its token is refused. Scripts see no HTTP status, so the node lets such a request through
 * the upgrade to say so, and nothing else: neither foreign pages nor other doors get as far.
 */
import { connect } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { Access, newToken, tokenHashHex } from '@understudy/node'
import type { Node } from '@understudy/node'
import { decodeClientDownFrame, encodeClientUpFrame, PROTOCOL_VERSION } from '@understudy/protocol'
import type { ClientDownFrame } from '@understudy/protocol'
import { WebSocket } from 'ws'
import { startNode } from '../support/nodes.js'

const TOKEN = newToken()
const OLD = newToken()
const HELLO = encodeClientUpFrame({ type: 'hello', version: PROTOCOL_VERSION, minVersion: 1, client: 1, name: 'page' })
const UPGRADE =
  'GET /client HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n' +
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: understudy\r\n\r\n'

/** What came of one attempt to connect. */
interface Attempt {
  /** HTTP status of a refusal before the upgrade. */
  status?: number
  /** Close code after an upgrade. */
  code?: number
  readonly frames: ClientDownFrame[]
}

function startGuarded(): Promise<Node> {
  const tokens = [
    { name: 'app', role: 'write', sha256: tokenHashHex(TOKEN) },
    { name: 'gone', role: 'write', sha256: tokenHashHex(OLD), expires: '2020-01-01' },
  ] as const
  return startNode({ name: 'a', access: new Access({ tokens, peerSecret: newToken(), origins: ['https://shop.example'] }) })
}

/** Connects as a page does that presents this token; says hello whatever comes. */
function attempt(node: Node, { token, path = '/client', origin, protocols = ['understudy'] }: { token?: string; path?: string; origin?: string; protocols?: string[] } = {}): Promise<Attempt> {
  const offered = token === undefined ? protocols : [...protocols, `understudy.token.${Buffer.from(token).toString('base64url')}`]
  const socket = new WebSocket(`${node.url}${path}`, offered, origin === undefined ? {} : { origin })
  const frames: ClientDownFrame[] = []
  return new Promise((resolve) => {
    socket.on('error', () => {})
    socket.on('unexpected-response', (_, response) => {
      response.resume()
      resolve({ status: response.statusCode ?? 0, frames })
      socket.terminate()
    })
    socket.on('open', () => socket.send(HELLO))
    socket.on('message', (data: Buffer) => {
      frames.push(decodeClientDownFrame(data))
      if (frames.at(-1)?.type === 'welcome') socket.close()
    })
    socket.on('close', (code) => resolve({ code, frames }))
  })
}

describe('a page whose token is refused', () => {
  it.each([
    ['none', undefined, 'TOKEN_MISSING: a token is needed'],
    ['an unknown one', newToken(), 'TOKEN_UNKNOWN: this token is not known here'],
    ['an expired one', OLD, 'TOKEN_EXPIRED: this token has expired'],
  ])('is told so inside the WebSocket: %s [BRO-6]', async (_, token, message) => {
    const node = await startGuarded()
    const { code, frames } = await attempt(node, token === undefined ? {} : { token })
    expect(frames).toEqual([{ type: 'bye', code: 'UNAUTHORIZED', message: expect.stringContaining(message) }])
    expect(code).toBe(4401)
  })

  it('gets in with a good one', async () => {
    const node = await startGuarded()
    expect((await attempt(node, { token: TOKEN })).frames).toMatchObject([{ type: 'welcome', node: 'a' }])
  })

  it('is cut off if it does not close its end [BRO-6]', async () => {
    const node = await startGuarded()
    const socket = connect({ port: node.port, host: '127.0.0.1', allowHalfOpen: true })
    onTestFinished(() => void socket.destroy())
    const ended = new Promise((resolve) => socket.once('end', resolve))
    socket.resume().write(UPGRADE)
    // ws alone would wait for 30 s, beyond this test's time.
    await ended
  }, 20_000)
})

describe('nobody else gets through the upgrade', () => {
  it('of a foreign origin, whatever the token [BRO-7]', async () => {
    const node = await startGuarded()
    for (const token of [TOKEN, newToken()]) {
      expect(await attempt(node, { token, origin: 'https://evil.example' })).toEqual({ status: 403, frames: [] })
      expect((await attempt(node, { token, origin: 'https://shop.example' })).status).toBeUndefined()
    }
  })

  it('with a token in the address, which anybody could have put there [BRO-7]', async () => {
    const node = await startGuarded()
    expect(await attempt(node, { path: `/client?token=${TOKEN}` })).toEqual({ status: 401, frames: [] })
  })

  it('without offering the subprotocol, or by another door [BRO-7]', async () => {
    const node = await startGuarded()
    expect(await attempt(node, { protocols: [] })).toEqual({ status: 401, frames: [] })
    expect(await attempt(node, { path: '/peer' })).toEqual({ status: 401, frames: [] })
    expect(await attempt(node, { path: '/yjs/00000000000000000000000000000000' })).toEqual({ status: 401, frames: [] })
  })
})
