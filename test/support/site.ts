/**
 * A web site of static files: one page that imports the built client package, and y-websocket, as the ES modules they
 * are. What it imports stands in globals, because functions that a test runs in the page can't import by themselves.
 */
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { extname, join, normalize } from 'node:path'
import { importMap, packageFolder } from './import-map.js'

/** All that the page needs. A package that is not here is refused, so nothing slips in unnoticed. */
const PACKAGES = [
  '@understudy/client', '@understudy/document', '@understudy/session', '@understudy/differencing', '@understudy/protocol',
  'lib0', 'yjs', 'y-protocols', 'y-websocket',
]

const PAGE = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>A page that uses Understudy</title>
<link rel="icon" href="data:,">
<script type="importmap">${JSON.stringify({ imports: importMap(PACKAGES) })}</script>
<script type="module">
import * as understudy from '@understudy/client'
import * as Y from 'yjs'
import { WebsocketProvider } from 'y-websocket'
Object.assign(globalThis, { understudy, Y, WebsocketProvider })
</script>
</html>
`

/** A running web site. */
export class Site {
  readonly #server: Server

  private constructor() {
    this.#server = createServer((request, response) => void answer(request, response))
  }

  /** Serves on a port of the system's choice. */
  static async start(): Promise<Site> {
    const site = new Site()
    await new Promise<void>((resolve) => site.#server.listen(0, '127.0.0.1', resolve))
    return site
  }

  /** Origin of its page under any name that leads here. */
  origin(host = '127.0.0.1'): string {
    const address = this.#server.address()
    if (address === null || typeof address === 'string') throw new Error('the site is closed')
    return `http://${host}:${address.port}`
  }

  /** Serves no more. */
  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve))
    this.#server.closeAllConnections()
    await closed
  }
}

async function answer({ url = '/' }: IncomingMessage, response: ServerResponse): Promise<void> {
  if (url === '/') return void response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(PAGE)
  const path = normalize(decodeURIComponent(url)).slice(1)
  const name = PACKAGES.find((one) => path.startsWith(`${one}/`))
  if (name === undefined || !['.js', '.mjs'].includes(extname(path))) return void response.writeHead(404).end()
  try {
    const text = await readFile(join(packageFolder(name), path.slice(name.length + 1)))
    return void response.writeHead(200, { 'content-type': 'text/javascript; charset=utf-8' }).end(text)
  } catch {
    return void response.writeHead(404).end()
  }
}
