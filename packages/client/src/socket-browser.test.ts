import { afterEach, expect, test, vi } from 'vitest'
import type { SocketEnd } from './socket.js'
import { openSocket, tokenProtocol } from './socket-browser.js'

/** Stands for the browser's own class. */
class FakeWebSocket extends EventTarget {
  static last: FakeWebSocket | undefined
  readonly url: string
  readonly protocols: readonly string[]
  binaryType = 'blob'
  readyState = 0
  readonly sent: Uint8Array[] = []
  constructor(url: string, protocols: readonly string[]) {
    super()
    this.url = url
    this.protocols = protocols
    FakeWebSocket.last = this
  }
  send(bytes: Uint8Array): void {
    this.sent.push(bytes)
  }
  close(): void {
    this.readyState = 2
  }
}

afterEach(() => vi.unstubAllGlobals())

function openFake(token?: string): { fake: FakeWebSocket; heard: unknown[]; socket: ReturnType<typeof openSocket> } {
  vi.stubGlobal('WebSocket', FakeWebSocket)
  const heard: unknown[] = []
  const socket = openSocket(
    { url: 'wss://a/client', token },
    {
      opened: () => heard.push('opened'),
      received: (bytes) => heard.push(bytes),
      closed: (end: SocketEnd) => heard.push(end),
    },
  )
  const fake = FakeWebSocket.last
  if (!fake) throw new Error('No WebSocket was made.')
  return { fake, heard, socket }
}

test('a token travels as a subprotocol in base64url, never in the URL [CLI-14]', () => {
  const token = 'gehe?im/ü+~~~'
  const { fake } = openFake(token)
  expect(fake.url).toBe('wss://a/client')
  expect(fake.protocols).toEqual(['understudy', tokenProtocol(token)])
  const encoded = tokenProtocol(token).replace('understudy.token.', '')
  expect(encoded).toMatch(/^[A-Za-z0-9_-]+$/)
  expect(Buffer.from(encoded, 'base64url').toString()).toBe(token)
  expect(openFake().fake.protocols).toEqual(['understudy'])
})

test('messages go both ways as bytes', () => {
  const { fake, heard, socket } = openFake()
  expect(fake.binaryType).toBe('arraybuffer')
  socket.send(new Uint8Array([1]))
  fake.readyState = 1
  fake.dispatchEvent(new Event('open'))
  socket.send(new Uint8Array([2]))
  fake.dispatchEvent(new MessageEvent('message', { data: new Uint8Array([3]).buffer }))
  fake.dispatchEvent(new MessageEvent('message', { data: 'text' }))
  expect(fake.sent).toEqual([new Uint8Array([2])])
  expect(heard).toEqual(['opened', new Uint8Array([3])])
})

test('the end is told once, and never after close', () => {
  const first = openFake()
  const end = Object.assign(new Event('close'), { code: 4401, reason: 'token' })
  first.fake.dispatchEvent(end)
  first.fake.dispatchEvent(end)
  expect(first.heard).toEqual([{ reason: 'closed with code 4401 token', unauthorized: true }])
  const second = openFake()
  second.socket.close()
  second.fake.dispatchEvent(end)
  expect(second.heard).toEqual([])
})
