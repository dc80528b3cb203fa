/** An instance of an app: an HTTP server with express-session's own middleware, and browsers that visit it. */
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import session from 'express-session'
import type { Session, SessionData, SessionOptions } from 'express-session'
import { Failure } from './check.js'
import type { Middleware } from './store-bed.js'

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
    const headers = { cookie: browser.header }
    const response = await fetch(this.url + path, { headers, signal: AbortSignal.timeout(this.#limit) }).catch((cause: unknown) => {
      throw new Failure(`the app did not answer ${path}`, { cause })
    })
    const cookies = response.headers.getSetCookie()
    for (const cookie of cookies) browser.keep(cookie)
    const body = await response.text()
    return { status: response.status, body: parsed(body), hasCookie: cookies.some((cookie) => cookie.startsWith(`${NAME}=`)) }
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

  /** Starts one. @param limit ms that a response may take; @param before what stands before express-session's middleware */
  static async start(routes: Routes, options: Partial<SessionOptions>, limit: number, before: Middleware = passOn): Promise<App> {
    const middleware = session({ secret: 'suite', resave: false, saveUninitialized: false, ...options })
    const server = createServer((request, response) => {
      const handle = (error?: unknown): void => void respond(routes, request, response, error)
      // Not Express: what express-session asks of a request, any server has.
      before(request, response, (error) => (error === undefined ? Reflect.apply(middleware, undefined, [request, response, handle]) : handle(error)))
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
  /** What it was given, by name. */
  readonly #cookies: Map<string, string>

  constructor(cookies: Iterable<readonly [string, string]> = []) {
    this.#cookies = new Map(cookies)
  }

  /** All of its cookies, as they are sent. */
  get header(): string {
    return Array.from(this.#cookies, ([name, value]) => `${name}=${value}`).join('; ')
  }

  /** The session's id: the cookie holds `s:` id `.` signature. */
  get id(): string {
    const value = decodeURIComponent(this.#cookies.get(NAME) ?? '')
    return value.slice(2, value.lastIndexOf('.'))
  }

  /** Keeps a cookie, as a response sets it; its attributes do not matter here. */
  keep(cookie: string): void {
    const [pair = ''] = cookie.split(';', 1)
    const end = pair.indexOf('=')
    this.#cookies.set(pair.slice(0, end), pair.slice(end + 1))
  }

  /** Another window of the same browser: it sends the same cookies. */
  twin(): Browser {
    return new Browser(this.#cookies)
  }
}

const passOn: Middleware = (_request, _response, next) => next()

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
