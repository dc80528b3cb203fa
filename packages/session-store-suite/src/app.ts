/** An instance of an app: an HTTP server with express-session's own middleware, and browsers that visit it. */
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import session from 'express-session'
import type { Session, SessionData, SessionOptions } from 'express-session'
import { Failure } from './check.js'

/** What a handler has of a request. */
export interface Visit {
  /** The session; absent where express-session serves without one. */
  readonly session: (Session & SessionData & Record<string, unknown>) | undefined
  readonly sessionID: string
  /** The request, for what replaces the session. */
  readonly request: { session: unknown }
  readonly query: URLSearchParams
}

/** Handlers by path. What they give is sent as JSON. */
export type Routes = Readonly<Record<string, (visit: Visit) => unknown>>

/** A response. */
export interface Answer {
  readonly status: number
  readonly body: unknown
  /** Whether the response set the session's cookie. */
  readonly hasCookie: boolean
}

/** The cookie's name, as express-session chooses it. */
const NAME = 'connect.sid'

/** An instance that can be visited, in this process or another. */
export class Visitable {
  /** Its address, without a path. */
  readonly url: string
  readonly #limit: number

  /** @param limit ms that a response may take */
  constructor(url: string, limit = 30_000) {
    this.url = url
    this.#limit = limit
  }

  /** A visit by a browser, which sends its cookie and keeps what it is given. */
  async visit(browser: Browser, path: string): Promise<Answer> {
    const headers: Record<string, string> = browser.cookie === undefined ? {} : { cookie: browser.cookie }
    const response = await fetch(this.url + path, { headers, signal: AbortSignal.timeout(this.#limit) }).catch((cause: unknown) => {
      throw new Failure(`the app did not answer ${path}`, { cause })
    })
    const cookie = response.headers.getSetCookie().find((one) => one.startsWith(`${NAME}=`))
    if (cookie !== undefined) browser.cookie = cookie.split(';', 1)[0]
    const body = await response.text()
    return { status: response.status, body: parsed(body), hasCookie: cookie !== undefined }
  }

  /** As `visit`; fails unless the app answered with 200. @returns what the handler gave */
  async get(browser: Browser, path: string): Promise<unknown> {
    const { status, body } = await this.visit(browser, path)
    if (status !== 200) throw new Failure(`the app answered ${path} with ${status}: ${String(body)}`)
    return body
  }
}

/** One instance, in this process. */
export class App extends Visitable {
  readonly #server: Server

  private constructor(server: Server, url: string, limit: number) {
    super(url, limit)
    this.#server = server
  }

  /** Starts one. @param limit ms that a response may take */
  static async start(routes: Routes, options: Partial<SessionOptions>, limit: number): Promise<App> {
    const middleware = session({ secret: 'suite', resave: false, saveUninitialized: false, ...options })
    const server = createServer((request, response) => {
      // Not Express: what express-session asks of a request, any server has.
      const next = (error?: unknown): void => void respond(routes, request, response, error)
      Reflect.apply(middleware, undefined, [request, response, next])
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const address = server.address()
    return new App(server, `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`, limit)
  }

  /** Ends it. */
  async close(): Promise<void> {
    this.#server.closeAllConnections()
    this.#server.close()
    await once(this.#server, 'close')
  }
}

/** A visitor. */
export class Browser {
  /** The session's cookie, as it is sent. */
  cookie: string | undefined

  /** The session's id: the cookie holds `s:` id `.` signature. */
  get id(): string {
    const value = decodeURIComponent(this.cookie?.slice(this.cookie.indexOf('=') + 1) ?? '')
    return value.slice(2, value.lastIndexOf('.'))
  }

  /** Another window of the same browser: it sends the same cookie. */
  twin(): Browser {
    const twin = new Browser()
    twin.cookie = this.cookie
    return twin
  }
}

async function respond(routes: Routes, request: IncomingMessage, response: ServerResponse, error: unknown): Promise<void> {
  try {
    if (error !== undefined && error !== null) throw error
    const url = new URL(request.url ?? '/', 'http://localhost')
    const handler = routes[url.pathname]
    if (handler === undefined) return void response.writeHead(404).end()
    const body: unknown = await handler(visitOf(request, url))
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify(body ?? null))
  } catch (thrown) {
    if (response.headersSent) return void response.destroy()
    response.statusCode = 500
    response.end(JSON.stringify(thrown instanceof Error ? thrown.message : String(thrown)))
  }
}

function visitOf(message: IncomingMessage, url: URL): Visit {
  const request = message as IncomingMessage & Pick<Visit, 'session' | 'sessionID'>
  return {
    get session() {
      return request.session
    },
    get sessionID() {
      return request.sessionID
    },
    request: request as { session: unknown },
    query: url.searchParams,
  }
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return body
  }
}
