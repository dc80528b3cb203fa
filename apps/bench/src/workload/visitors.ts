/**
 * Visitors of a site, over HTTP and bare sockets: each connection sends a request when the answer to the one before has
 * come. A client with more comfort would take more of the processor than what it visits.
 */
import { createHmac } from 'node:crypto'
import { connect } from 'node:net'
import type { Socket } from 'node:net'

/** Signs session cookies. */
export const SECRET = 'of the bench, at least 32 characters'

/** The cookie header of a session, signed as express-session does it. */
export function cookieOf(id: string): string {
  const signature = createHmac('sha256', SECRET).update(id).digest('base64').replace(/=+$/, '')
  return `connect.sid=${encodeURIComponent(`s:${id}.${signature}`)}`
}

/** Connections to some addresses, in turns. */
export class Visitors {
  readonly #connections: readonly Connection[]

  private constructor(connections: readonly Connection[]) {
    this.#connections = connections
  }

  /** Connects `width` times. */
  static async connect(urls: readonly string[], width: number): Promise<Visitors> {
    const connections = Array.from({ length: width }, (_, i) => Connection.open(new URL(urls[i % urls.length] ?? '')))
    return new Visitors(await Promise.all(connections))
  }

  /** Makes so many requests, all connections at once. Resolves to the ms it took. */
  async make(count: number, request: (number: number) => { readonly path: string; readonly cookie: string; readonly expected?: string }): Promise<number> {
    let next = 0
    const start = performance.now()
    await Promise.all(
      this.#connections.map(async (connection) => {
        while (next < count) {
          const { path, cookie, expected } = request(next++)
          const body = await connection.get(path, cookie)
          if (expected !== undefined && body !== expected) throw new Error(`the shop answered ${path} with ${body}, not ${expected}`)
        }
      }),
    )
    return performance.now() - start
  }

  /** Disconnects. */
  close(): void {
    for (const connection of this.#connections) connection.close()
  }
}

/** One connection, one request at a time; answers must state their length. */
class Connection {
  readonly #socket: Socket
  readonly #host: string
  #received = ''
  #answered: (body: string) => void = () => {}
  #failed: (error: Error) => void = () => {}
  /** Why nothing will come any more. */
  #end: Error | undefined

  private constructor(socket: Socket, host: string) {
    this.#socket = socket
    this.#host = host
    socket.setNoDelay(true)
    socket.setEncoding('latin1')
    socket.on('data', (text: string) => this.#receive(text))
    socket.on('close', () => this.#over(new Error('the shop closed a connection')))
    socket.on('error', (error) => this.#over(error))
  }

  static open(url: URL): Promise<Connection> {
    return new Promise((resolve, reject) => {
      const socket = connect(Number(url.port), url.hostname)
      socket.once('error', reject)
      socket.once('connect', () => resolve(new Connection(socket, url.host)))
    })
  }

  get(path: string, cookie: string): Promise<string> {
    if (this.#end !== undefined) return Promise.reject(this.#end)
    this.#socket.write(`GET ${path} HTTP/1.1\r\nHost: ${this.#host}\r\nCookie: ${cookie}\r\n\r\n`)
    return new Promise((resolve, reject) => {
      this.#answered = resolve
      this.#failed = reject
    })
  }

  close(): void {
    this.#failed = () => {}
    this.#socket.destroy()
  }

  #over(error: Error): void {
    this.#end ??= error
    this.#failed(this.#end)
  }

  #receive(text: string): void {
    this.#received += text
    const end = this.#received.indexOf('\r\n\r\n')
    if (end < 0) return
    const length = Number(/^content-length: (\d+)/im.exec(this.#received.slice(0, end))?.[1])
    if (Number.isNaN(length)) return this.#failed(new Error('an answer does not state its length'))
    if (this.#received.length < end + 4 + length) return
    const [status, body] = [this.#received.slice(9, 12), this.#received.slice(end + 4, end + 4 + length)]
    this.#received = this.#received.slice(end + 4 + length)
    if (status === '200') this.#answered(body)
    else this.#failed(new Error(`the shop answered with ${status}: ${body}`))
  }
}
