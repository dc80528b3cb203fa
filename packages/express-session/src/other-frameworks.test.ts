/** The store where express-session is used without Express: connect, Koa through koa-connect, NestJS. */
import 'reflect-metadata'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { IncomingMessage, RequestListener } from 'node:http'
import { Controller, Get, Req } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { Browser, Visitable } from '@understudy/session-store-suite'
import connect from 'connect'
import session from 'express-session'
import type { SessionData } from 'express-session'
import Koa from 'koa'
import koaConnect from 'koa-connect'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { Middleware } from './own-writes.js'
import { connectTo, startNode } from './shop.test-support.js'
import { UnderstudyStore } from './understudy-store.js'

/** A request as express-session leaves it. */
type Request = IncomingMessage & { readonly session: SessionData & Record<string, unknown> & Pick<session.Session, 'destroy'> }

/** The one page of the app: does what its query says. */
async function page({ url = '', session: data }: Request): Promise<Record<string, unknown>> {
  const { wait, logout, cycle, ...values } = Object.fromEntries(new URL(url, 'http://shop.test').searchParams)
  if (wait !== undefined) await new Promise((resolve) => void setTimeout(resolve, Number(wait)))
  if (logout !== undefined) return new Promise((resolve) => void data.destroy(() => resolve({})))
  Object.assign(data, values, cycle !== undefined && { cycle: data })
  return Object.fromEntries(Object.entries(data).filter(([name]) => name !== 'cookie' && name !== 'cycle'))
}

/** Starts an app with these in front of its page. @returns its URL */
type Start = (...middlewares: readonly Middleware[]) => Promise<string>

const FRAMEWORKS: Readonly<Record<string, Start>> = {
  connect(...middlewares) {
    const app = connect()
    for (const middleware of middlewares) app.use(middleware)
    app.use((request, response, next) => {
      page(request as Request).then((body) => response.end(JSON.stringify(body)), next)
    })
    return listen(app)
  },
  'Koa through koa-connect'(...middlewares) {
    const app = new Koa()
    app.silent = true
    for (const middleware of middlewares) app.use(koaConnect(middleware))
    app.use(async (ctx) => void (ctx.body = await page(ctx.req as Request)))
    return listen(app.callback())
  },
  async NestJS(...middlewares) {
    class Pages {
      show(request: Request): Promise<Record<string, unknown>> {
        return page(request)
      }
    }
    // By hand what decorators do: vitest keeps them for a later version of the language.
    Req()(Pages.prototype, 'show', 0)
    Get()(Pages.prototype, 'show', Object.getOwnPropertyDescriptor(Pages.prototype, 'show') ?? {})
    Controller()(Pages)
    const app = await NestFactory.create({ module: Pages, controllers: [Pages] }, { logger: false, abortOnError: false })
    for (const middleware of middlewares) app.use(middleware)
    await app.listen(0, '127.0.0.1')
    onTestFinished(() => app.close())
    return app.getUrl()
  },
}

async function listen(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const address = server.address()
  return `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`
}

for (const [framework, start] of Object.entries(FRAMEWORKS)) {
  describe(framework, () => {
    test('two instances lose nothing that overlaps, and bring back nothing that was logged out [ADP-28]', async () => {
      const node = await startNode()
      const late: string[] = []
      const instance = async (): Promise<Visitable> => {
        const store = new UnderstudyStore({ client: await connectTo(node) })
        store.on('late', (id: string) => late.push(id))
        const sessions = session({ secret: 'shop', resave: false, saveUninitialized: false, store })
        const middleware: Middleware = (request, response, next) => void Reflect.apply(sessions, undefined, [request, response, next])
        return new Visitable(await start(store.readsOwnWrites(), middleware))
      }
      const [one, two] = [await instance(), await instance()]
      const browser = new Browser()
      await one.get(browser, '/?user=ann')
      await Promise.all([one.get(browser.twin(), '/?a=1&wait=30'), two.get(browser.twin(), '/?b=2&wait=30')])
      await expect.poll(() => two.get(browser, '/')).toEqual({ user: 'ann', a: '1', b: '2' })
      const slow = one.visit(browser.twin(), '/?a=2&wait=100')
      const { id } = browser
      await two.get(browser.twin(), '/?logout=1')
      await slow
      expect(await two.get(browser, '/')).toEqual({})
      expect(late).toEqual([id])
    })

    test('a value that cannot be kept ends the response, and nothing of the request is kept [ADP-28]', async () => {
      const node = await startNode()
      const store = new UnderstudyStore({ client: node.store })
      const sessions = session({ secret: 'shop', resave: false, saveUninitialized: false, store })
      const app = new Visitable(await start((request, response, next) => void Reflect.apply(sessions, undefined, [request, response, next])))
      const browser = new Browser()
      await app.get(browser, '/?user=ann')
      await app.visit(browser, '/?user=bob&cycle=1')
      await expect.poll(() => app.get(browser, '/')).toEqual({ user: 'ann' })
    })
  })
}
