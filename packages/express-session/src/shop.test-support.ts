/** An Express app over the store, a node, and browsers. All of it is stopped when the test is over. */
import type { Server } from 'node:http'
import { connect } from '@understudy/client'
import type { Store as Client } from '@understudy/client'
import { createNode } from '@understudy/node'
import type { Node, NodeOptions } from '@understudy/node'
import { Browser, Visitable } from '@understudy/session-store-suite'
import express from 'express'
import type { ErrorRequestHandler, Express } from 'express'
import session from 'express-session'
import type { SessionOptions } from 'express-session'
import { onTestFinished } from 'vitest'
import { UnderstudyStore } from './understudy-store.js'
import type { UnderstudyStoreOptions } from './understudy-store.js'

/** Starts a node in this process. */
export async function startNode(options: Partial<NodeOptions> = {}): Promise<Node> {
  const node = await createNode({ name: 'a', ...options })
  onTestFinished(() => node.close())
  await node.whenReady()
  return node
}

/** Connects to it. */
export async function connectTo(node: Pick<Node, 'url'>, options: { operation?: number } = {}): Promise<Client> {
  const client = await connect({ nodes: [node.url], timeouts: options, reconnect: { first: 10, longest: 50 } })
  onTestFinished(() => client.close())
  return client
}

/** An app and what it told of errors. */
export interface Shop {
  readonly app: Visitable
  readonly store: UnderstudyStore
  /** Codes, or messages, of the errors that reached the app's error handler. */
  readonly errors: string[]
  readonly late: string[]
}

/** Starts an app. @param pages adds its pages @param first adds what stands before session() */
export async function startShop(
  options: UnderstudyStoreOptions,
  pages: (app: Express) => void,
  sessionOptions: Partial<SessionOptions> = {},
  first: (app: Express, store: UnderstudyStore) => void = () => undefined,
): Promise<Shop> {
  const store = new UnderstudyStore(options)
  onTestFinished(() => store.close())
  const [app, errors, late]: [Express, string[], string[]] = [express(), [], []]
  store.on('late', (id: string) => late.push(id))
  first(app, store)
  app.use(session({ secret: 'shop', resave: false, saveUninitialized: false, store, ...sessionOptions }))
  pages(app)
  const failed: ErrorRequestHandler = (error: Error & { code?: string }, _request, response, _next) => {
    errors.push(error.code ?? error.message)
    if (response.headersSent) response.end()
    else response.status(500).json(error.code ?? error.message)
  }
  app.use(failed)
  const server = await new Promise<Server>((resolve) => {
    const listening = app.listen(0, '127.0.0.1', () => resolve(listening))
  })
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const address = server.address()
  return { app: new Visitable(`http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`, 20_000), store, errors, late }
}

export { Browser }
