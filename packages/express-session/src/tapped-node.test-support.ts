/** A node whose links are tapped: what each client sends is counted, and what a client hears can be kept from it. */
import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { connect } from '@understudy/client'
import type { Store as Client } from '@understudy/client'
import { createNode } from '@understudy/node'
import type { Node } from '@understudy/node'
import { decodeClientDownMessage, decodeClientUpMessage } from '@understudy/protocol'
import { onTestFinished } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'

/** One client's link. */
export interface Tap {
  readonly client: Client
  /** Types of the frames that the client sent, but for touches, which travel by themselves, and signs of life. */
  readonly sent: string[]
  /** What changes elsewhere comes late: with the next answer to what the client asks, and not before. */
  isDeaf: boolean
}

/** A node and clients that reach it by way of the tap alone. */
export interface TappedNode {
  readonly node: Node
  connect(): Promise<Tap>
}

/** Frames that clients send by themselves. */
const UNASKED: ReadonlySet<string> = new Set(['touch', 'ping'])

/** Starts one; it is stopped when the test is over. */
export async function startTappedNode(): Promise<TappedNode> {
  const door = new WebSocketServer({ host: '127.0.0.1', port: 0 })
  onTestFinished(() => void door.close())
  await once(door, 'listening')
  const address = door.address()
  const url = `ws://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`
  const node = await createNode({ name: 'a', advertise: url })
  onTestFinished(() => node.close())
  await node.whenReady()
  return {
    node,
    async connect() {
      const link = { sent: [] as string[], isDeaf: false }
      const onLink = (socket: WebSocket, request: IncomingMessage): void => relay(socket, `ws://127.0.0.1:${node.port}${request.url ?? ''}`, link)
      door.on('connection', onLink)
      const client = await connect({ nodes: [url] })
      door.off('connection', onLink)
      onTestFinished(() => client.close())
      return Object.assign(link, { client })
    },
  }
}

function relay(near: WebSocket, url: string, link: Pick<Tap, 'sent' | 'isDeaf'>): void {
  const far = new WebSocket(url)
  const early: Buffer[] = []
  let late: Buffer[] = []
  near.on('message', (bytes: Buffer) => {
    for (const { type } of decodeClientUpMessage(bytes)) if (!UNASKED.has(type)) link.sent.push(type)
    if (far.readyState === WebSocket.OPEN) far.send(bytes)
    else early.push(bytes)
  })
  far.on('open', () => {
    for (const bytes of early) far.send(bytes)
  })
  far.on('message', (bytes: Buffer) => {
    late.push(bytes)
    if (link.isDeaf && decodeClientDownMessage(bytes).every(({ type }) => type === 'changed')) return
    const due = late
    late = []
    for (const one of due) near.send(one)
  })
  near.on('close', () => far.close())
  far.on('close', () => near.close())
}
