/**
 * A small HTTP server that keeps benchmarks for primaries in other processes, in a bounded map. Whoever may open a peer
 * link may use it: it is protected by the same `Access` as a node.
 */
import { createServer } from 'node:http'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { Access } from '../access/access.js'
import { checkExposure, listen, parseAddress } from '../listening.js'
import { bodyOf } from './body.js'
import { BoundedBenchmarks } from './bounded-benchmarks.js'
import { MessageFault, parseReadRequest, parseWriteRequest, readAnswerText } from './messages.js'

/** What `serveBenchmarks` takes. */
export interface ServeBenchmarksOptions {
  /** `host:port`; port 0 lets the system choose. Default `127.0.0.1:0`. */
  readonly listen?: string
  /** Who may use it: those whom it lets in as peers. Default: this machine only. */
  readonly access?: Access
  /** Benchmarks kept at most, of some 100 bytes each. Default 1,000,000. */
  readonly limit?: number
}

/** A running server. */
export interface BenchmarkServer {
  /** `http://` address by which it is reached from its own machine. */
  readonly url: string
  readonly port: number
  /** Stops; resolves when all connections are gone. */
  close(): Promise<void>
}

/** Connections at once at most; primaries need one or two each. */
const MAX_CONNECTIONS = 1_000

/**
 * Starts a server of benchmarks.
 *
 * @throws NodeError ADDRESS_IN_USE, ADDRESS_INVALID, INSECURE_ADDRESS (the promise rejects)
 */
export async function serveBenchmarks(options: ServeBenchmarksOptions = {}): Promise<BenchmarkServer> {
  const address = parseAddress(options.listen ?? '127.0.0.1:0')
  const access = options.access ?? Access.loopbackOnly()
  checkExposure(address, access.isLoopbackOnly)
  const benchmarks = new BoundedBenchmarks(options.limit ?? 1_000_000)
  const server = createServer((request, response) => void answer(request, response, access, benchmarks))
  server.maxConnections = MAX_CONNECTIONS
  const port = await listen(server, address)
  const host = address.host.includes(':') ? `[${address.host}]` : address.host
  return { url: `http://${host}:${port}`, port, close: () => stop(server) }
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  access: Access,
  benchmarks: BoundedBenchmarks,
): Promise<void> {
  const path = request.url ?? '/'
  const admission = access.authorize(
    { headers: request.headers, remoteAddress: request.socket.remoteAddress, path },
    'peer',
  )
  if (!admission.ok) return reply(response, admission.status, { error: admission.message, code: admission.code })
  if (request.method !== 'POST') return reply(response, 405, { error: 'only POST is answered here', code: 'METHOD' })
  try {
    if (path === '/read') return await read(request, response, benchmarks)
    if (path === '/write') return await write(request, response, benchmarks)
    return reply(response, 404, { error: 'only /read and /write are served here', code: 'PATH' })
  } catch (error) {
    if (error instanceof MessageFault) return reply(response, 400, { error: error.message, code: 'MALFORMED' })
    // The connection ended under way; nobody is left to answer.
    response.destroy()
    return undefined
  }
}

async function read(request: IncomingMessage, response: ServerResponse, benchmarks: BoundedBenchmarks): Promise<void> {
  const { backup, keys } = parseReadRequest(await bodyOf(request))
  const found = await benchmarks.read(backup, keys)
  response.writeHead(200, HEADERS).end(readAnswerText(found))
}

async function write(request: IncomingMessage, response: ServerResponse, benchmarks: BoundedBenchmarks): Promise<void> {
  const { backup, entries } = parseWriteRequest(await bodyOf(request))
  await benchmarks.write(backup, entries)
  response.writeHead(204).end()
}

const HEADERS = { 'content-type': 'application/json', 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' }

/** Refuses, and reads no more of what is being sent. */
function reply(
  response: ServerResponse,
  status: number,
  body: { readonly error: string; readonly code: string },
): void {
  response.writeHead(status, { ...HEADERS, connection: 'close' }).end(`${JSON.stringify(body)}\n`)
}

function stop(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}
