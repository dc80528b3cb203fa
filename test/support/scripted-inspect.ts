/**
 * A stand-in for a node's `/inspect` that says what a test tells it to, and serves the built inspector: for what real nodes
 * cannot be made to say, such as another protocol version.
 */
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { Server } from 'node:http'
import { extname, join, normalize } from 'node:path'
import { folder } from '@understudy/inspector'
import { decodeInspectUpFrame, encodeInspectDownFrame } from '@understudy/protocol/inspect'
import type { InspectDownFrame, InspectUpFrame } from '@understudy/protocol/inspect'
import { onTestFinished } from 'vitest'
import { WebSocketServer } from 'ws'

/** What the stand-in says to a frame; `say` sends a frame now or later. */
export type Script = (frame: InspectUpFrame, say: (frame: InspectDownFrame) => void) => void

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
}

/** Serves the inspector and the script; gives the inspector's address. Ends with the test. */
export async function startScriptedInspect(script: Script): Promise<string> {
  const server = createServer((request, response) => {
    const path = normalize(decodeURIComponent((request.url ?? '/').split('?', 1)[0] ?? '/')).replace(/^\/inspector\/?/, '')
    const file = path === '' ? 'index.html' : path
    readFile(join(folder, file)).then(
      (content) => response.writeHead(200, { 'content-type': TYPES[extname(file)] ?? 'application/octet-stream' }).end(content),
      () => response.writeHead(404).end(),
    )
  })
  const sockets = new WebSocketServer({ server, path: '/inspect', handleProtocols: (offered) => offered.has('understudy') && 'understudy' })
  sockets.on('connection', (socket) => {
    const say = (frame: InspectDownFrame): void => socket.send(encodeInspectDownFrame(frame))
    socket.on('message', (data: Buffer) => script(decodeInspectUpFrame(new Uint8Array(data)), say))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => stop(server, sockets))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the stand-in has no address')
  return `http://127.0.0.1:${address.port}/inspector/`
}

async function stop(server: Server, sockets: WebSocketServer): Promise<void> {
  for (const socket of sockets.clients) socket.terminate()
  const closed = new Promise((resolve) => server.close(resolve))
  server.closeAllConnections()
  await closed
}
