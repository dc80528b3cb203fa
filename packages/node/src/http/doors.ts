/**
 * The one HTTP port of a node: `/healthz`, `/readyz`, `/metrics`, `/status`, `/admin/<command>`, `/inspector/`, and the
 * WebSockets `/peer`, `/client`, `/yjs/<key>`, `/inspect`. Everything but the two health checks is judged by `Access` first.
 */
import { createServer } from 'node:http'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { INSPECT_UP_LIMIT } from '@understudy/protocol/inspect'
import { WebSocketServer } from 'ws'
import type { WebSocket } from 'ws'
import type { Access, AccessRequest, Admission, Refusal } from '../access/access.js'
import { answerProtocol, offersSubprotocol } from '../access/presented-token.js'
import type { Need } from '../access/role.js'
import { MAX_PEER_MESSAGE, byteSocket } from '../byte-socket.js'
import type { ByteSocket } from '../byte-socket.js'
import { listen } from '../listening.js'
import type { Address } from '../listening.js'
import { InspectorFiles, isInspectorPath } from './inspector-files.js'

/** Bytes of one message of a client at most. */
const MAX_CLIENT_MESSAGE = 1024 * 1024

/** Bytes of one message of a client that is turned away: room for its hello. */
const MAX_REFUSED_MESSAGE = 1024

/** ms for connections to end by themselves when the node closes. */
const GOODBYE = 500

/** A WebSocket that may enter, and what becomes of it. */
export interface Entrance {
  readonly need: Need
  readonly maxMessage: number
  /** Refuses before the upgrade: status and reason. */
  readonly refuse?: () => { readonly status: number; readonly message: string } | undefined
  readonly enter: (socket: ByteSocket, admission: Admission) => void
  /** Tells a page inside the WebSocket that its token is refused. Without it, pages learn only that nothing opened. */
  readonly turnAway?: (socket: ByteSocket, refusal: Refusal) => void
}

/** What the doors lead to. */
export interface DoorsOptions {
  readonly access: Access
  readonly ready: () => boolean
  readonly status: () => object
  /** What `/metrics` answers; undefined where nothing is measured. */
  readonly metrics: (() => Promise<{ readonly type: string; readonly text: string }>) | undefined
  /** Carries out a command of an operator; undefined when there is none of that name. */
  readonly command: (name: string) => object | undefined
  readonly peer: Entrance['enter']
  readonly client: Required<Pick<Entrance, 'enter' | 'turnAway'>>
  readonly inspect: Required<Pick<Entrance, 'enter' | 'turnAway'>>
  /** Folder of the inspector's files; undefined where there are none. */
  readonly inspectorFolder: string | undefined
  /** The entrance of `/yjs/<key>`; undefined for a key that is none. */
  readonly follow: (keyInHex: string) => Pick<Entrance, 'refuse' | 'enter'> | undefined
}

/** Where a node is reached: `Doors` on a port, or in memory in a simulator. */
export interface Front {
  /** Lets others in. @returns the port; @throws NodeError ADDRESS_IN_USE, ADDRESS_INVALID (the promise rejects) */
  open(address: Address): Promise<number>
  /** Takes nobody in any more; resolves when everyone has gone. */
  close(): Promise<void>
}

/** The HTTP server of a node. */
export class Doors implements Front {
  readonly #server: Server
  readonly #options: DoorsOptions
  readonly #files: InspectorFiles | undefined
  readonly #webSockets = new Map<number, WebSocketServer>()
  /** Every connection, upgraded or not: the server itself forgets those that were upgraded. */
  readonly #sockets = new Set<Socket>()

  constructor(options: DoorsOptions) {
    this.#options = options
    this.#files = options.inspectorFolder === undefined ? undefined : new InspectorFiles(options.inspectorFolder)
    this.#server = createServer((request, response) => this.#answer(request, response))
    this.#server.on('connection', (socket: Socket) => {
      this.#sockets.add(socket)
      socket.once('close', () => this.#sockets.delete(socket))
    })
    this.#server.on('upgrade', (request, socket, head) => this.#upgrade(request, socket, head))
  }

  open(address: Address): Promise<number> {
    return listen(this.#server, address)
  }

  /** Takes nobody in any more; resolves when all connections are gone, cutting off who does not say good-bye in time. */
  close(): Promise<void> {
    return new Promise((resolve) => {
      const cut = setTimeout(() => {
        for (const socket of this.#sockets) socket.destroy()
      }, GOODBYE)
      this.#server.close(() => {
        clearTimeout(cut)
        resolve()
      })
      this.#server.closeIdleConnections()
    })
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const path = pathOf(request)
    const command = /^\/admin\/([a-z]+)$/.exec(path)?.[1]
    if (command !== undefined) return this.#command(request, response, command)
    if (request.method !== 'GET' && request.method !== 'HEAD') return reply(response, 405, { error: 'only GET is answered here' })
    if (path === '/healthz') return reply(response, 200, { ok: true })
    if (path === '/readyz') {
      const ready = this.#options.ready()
      return reply(response, ready ? 200 : 503, { ready })
    }
    if (this.#files !== undefined && isInspectorPath(path)) return this.#file(this.#files, request, response)
    if (path !== '/status' && path !== '/metrics') return reply(response, 404, { error: `nothing is served at ${path}` })
    const admission = this.#judge(request, 'read')
    if (!admission.ok) return reply(response, admission.status, { error: admission.message, code: admission.code })
    if (path === '/status') return reply(response, 200, this.#options.status())
    return this.#metrics(response)
  }

  #metrics(response: ServerResponse): void {
    const { metrics } = this.#options
    if (metrics === undefined) return reply(response, 404, { error: 'nothing is measured here' })
    return void metrics().then(
      ({ type, text }) => send(response, 200, type, text),
      (error: unknown) => reply(response, 500, { error: `the metrics cannot be written: ${String(error)}` }),
    )
  }

  #file(files: InspectorFiles, request: IncomingMessage, response: ServerResponse): void {
    const refusal = this.#options.access.refusePage(asked(request))
    if (refusal !== undefined) return reply(response, refusal.status, { error: refusal.message, code: refusal.code })
    return void files.answer(request, response, pathOf(request)).catch((error: unknown) => {
      // The disk failed: the page says so, and the node goes on.
      if (!response.headersSent) reply(response, 500, { error: `the file cannot be read: ${String(error)}` })
      else response.destroy()
    })
  }

  #command(request: IncomingMessage, response: ServerResponse, name: string): void {
    if (request.method !== 'POST') return reply(response, 405, { error: 'commands are sent with POST' })
    const admission = this.#judge(request, 'admin')
    if (!admission.ok) return reply(response, admission.status, { error: admission.message, code: admission.code })
    const done = this.#options.command(name)
    return done === undefined ? reply(response, 404, { error: `there is no command "${name}"` }) : reply(response, 200, done)
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    // Without a listener an early reset by the other side would end the process.
    socket.on('error', () => socket.destroy())
    const entrance = this.#entrance(pathOf(request))
    if (entrance === undefined) return refuse(socket, 404, 'no WebSocket is served here')
    const admission = this.#judge(request, entrance.need)
    const { turnAway } = entrance
    if (!admission.ok && turnAway !== undefined && seesNoStatus(request, admission)) {
      return this.#webSocketServer(MAX_REFUSED_MESSAGE).handleUpgrade(request, socket, head, (webSocket: WebSocket) => {
        turnAway(byteSocket(webSocket, false), admission)
      })
    }
    if (!admission.ok) return refuse(socket, admission.status, `${admission.code}: ${admission.message}`)
    const refusal = entrance.refuse?.()
    if (refusal !== undefined) return refuse(socket, refusal.status, refusal.message)
    return this.#webSocketServer(entrance.maxMessage).handleUpgrade(request, socket, head, (webSocket: WebSocket) => {
      entrance.enter(byteSocket(webSocket, false), admission)
    })
  }

  #entrance(path: string): Entrance | undefined {
    if (path === '/peer') return { need: 'peer', maxMessage: MAX_PEER_MESSAGE, enter: this.#options.peer }
    if (path === '/inspect') return { need: 'read', maxMessage: INSPECT_UP_LIMIT, ...this.#options.inspect }
    if (path === '/client') return { need: 'read', maxMessage: MAX_CLIENT_MESSAGE, ...this.#options.client }
    const follow = /^\/yjs\/([0-9a-fA-F]{32})$/.exec(path)?.[1]
    const followed = follow && this.#options.follow(follow.toLowerCase())
    return followed ? { need: 'read', maxMessage: MAX_CLIENT_MESSAGE, ...followed } : undefined
  }

  #webSocketServer(maxPayload: number): WebSocketServer {
    const known = this.#webSockets.get(maxPayload)
    if (known !== undefined) return known
    const server = new WebSocketServer({ noServer: true, maxPayload, perMessageDeflate: false, clientTracking: false, handleProtocols: answerProtocol })
    this.#webSockets.set(maxPayload, server)
    return server
  }

  #judge(request: IncomingMessage, need: Need): ReturnType<Access['authorize']> {
    return this.#options.access.authorize(asked(request), need)
  }
}

function asked({ headers, socket, url }: IncomingMessage): AccessRequest {
  return { headers, remoteAddress: socket.remoteAddress, path: url ?? '/' }
}

function pathOf(request: IncomingMessage): string {
  return (request.url ?? '/').split('?', 1)[0] ?? '/'
}

/**
 * Whether this is a page whose token alone is refused: scripts see no HTTP status, so it is told after the upgrade.
 * Foreign origins and hosts, and tokens in addresses, never get as far as that.
 */
function seesNoStatus({ headers }: IncomingMessage, { code }: Refusal): boolean {
  return offersSubprotocol(headers) && TOKEN_REFUSALS.has(code)
}

const TOKEN_REFUSALS: ReadonlySet<Refusal['code']> = new Set(['TOKEN_MISSING', 'TOKEN_UNKNOWN', 'TOKEN_EXPIRED', 'ROLE_TOO_LOW'])

function reply(response: ServerResponse, status: number, body: object): void {
  send(response, status, 'application/json', `${JSON.stringify(body)}\n`)
}

function send(response: ServerResponse, status: number, type: string, text: string): void {
  response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' })
  response.end(text)
}

function refuse(socket: Duplex, status: number, message: string): void {
  const body = `${JSON.stringify({ error: message })}\n`
  socket.end(`HTTP/1.1 ${status} ${REASONS[status] ?? 'Refused'}\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`)
}

const REASONS: Readonly<Record<number, string>> = { 401: 'Unauthorized', 403: 'Forbidden', 404: 'Not Found', 410: 'Gone', 503: 'Service Unavailable' }
