/**
 * Debian's Chromium, one for a test file, with a fresh profile that is removed at the end. It reaches this machine only:
 * the names of `HOSTS` lead here, all others nowhere.
 */
import { chromium } from 'playwright-core'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, beforeAll, onTestFinished } from 'vitest'
import type * as client from '@understudy/client'
import type * as yWebsocket from 'y-websocket'
import type * as yjs from 'yjs'
import { INSTALLATION_TIME, needDebianPackage } from './debian-packages.js'
import { Site } from './site.js'

// What the page of `Site` imports, for functions that a test runs in it.
declare global {
  var understudy: typeof client
  var Y: typeof yjs
  var WebsocketProvider: typeof yWebsocket.WebsocketProvider
}

const CHROMIUM = '/usr/bin/chromium'

/** ms for the page to load its modules. */
const LOADING_TIME = 10_000

/** Names under which pages can be opened that are not of this machine, as far as the browser and nodes can tell. */
const HOSTS = ['shop.example', 'foreign.example']

const ARGUMENTS = [
  '--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync',
  `--host-resolver-rules=${HOSTS.map((host) => `MAP ${host} 127.0.0.1, `).join('')}MAP * ~NOTFOUND, EXCLUDE 127.0.0.1`,
]

/** Browser and site of a test file. */
export interface Browsing {
  /** Origin of the site under one of `HOSTS`, or by address. */
  origin(host?: string): string
  /** Opens the site's page in a profile of its own, closed when the test is over. */
  visit(host?: string): Promise<Visit>
  /** Opens any page of this machine in a profile of its own; `prepare` runs before it is loaded. */
  open(address: string, options?: BrowserContextOptions, prepare?: (page: Page) => Promise<unknown>): Promise<Visit>
}

/** An open page, and what it did beside what was asked of it. */
export interface Visit {
  readonly page: Page
  /** Errors and warnings of the console, exceptions, requests that failed: there should be none. */
  readonly problems: readonly string[]
  /** Origins of everything requested: of the page, its modules and its WebSockets. */
  readonly origins: ReadonlySet<string>
  /** URLs of the WebSockets opened so far. */
  readonly sockets: readonly string[]
  /** WebSocket messages sent so far. */
  readonly sent: number
}

/** Starts browser and site before the tests of this file and closes both after them. */
export function browse(): Browsing {
  let browser: Browser | undefined
  let site: Site | undefined
  beforeAll(async () => {
    await needDebianPackage('chromium', CHROMIUM)
    site = await Site.start()
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ARGUMENTS })
  }, INSTALLATION_TIME)
  afterAll(async () => {
    await browser?.close()
    await site?.close()
  })
  const origin = (host?: string): string => {
    if (site === undefined) throw new Error('the site is not open yet')
    return site.origin(host)
  }
  const blank = async (options?: BrowserContextOptions): Promise<Page> => {
    if (browser === undefined) throw new Error('the browser is not open yet')
    const page = await browser.newPage(options)
    onTestFinished(() => page.close())
    return page
  }
  return {
    origin,
    async open(address, options, prepare) {
      const page = await blank(options)
      const visit = watch(page)
      await prepare?.(page)
      await page.goto(address)
      return visit
    },
    async visit(host) {
      const page = await blank()
      const visit = watch(page)
      await page.goto(origin(host))
      await page.waitForFunction(() => 'understudy' in globalThis, undefined, { timeout: LOADING_TIME }).catch((cause: unknown) => {
        throw new Error(`the page could not load its modules (is all built?): ${visit.problems.join('; ')}`, { cause })
      })
      return visit
    },
  }
}

function watch(page: Page): Visit {
  const problems: string[] = []
  const origins = new Set<string>()
  const sockets: string[] = []
  let sent = 0
  page.on('console', (message) => {
    if (['error', 'warning', 'assert'].includes(message.type())) problems.push(`${message.type()}: ${message.text()}`)
  })
  page.on('pageerror', (error) => problems.push(`exception: ${error.message}`))
  page.on('requestfailed', (request) => problems.push(`failed: ${request.url()}`))
  page.on('request', (request) => {
    if (!request.url().startsWith('data:')) origins.add(new URL(request.url()).origin)
  })
  page.on('websocket', (socket) => {
    sockets.push(socket.url())
    origins.add(new URL(socket.url()).origin)
    socket.on('framesent', () => sent++)
  })
  return {
    page,
    problems,
    origins,
    sockets,
    get sent() {
      return sent
    },
  }
}
