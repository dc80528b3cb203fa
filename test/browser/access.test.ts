/** Tokens and origins, presented by a browser that can't be told to present anything else. */
import { describe, expect, it } from 'vitest'
import { Access, newToken, tokenHashHex } from '@understudy/node'
import type { Node } from '@understudy/node'
import { browse } from '../support/browser.js'
import type { Visit } from '../support/browser.js'
import { startNode } from '../support/nodes.js'

const TOKEN = newToken()
const READ = newToken()

const chromium = browse()

/** A node that knows TOKEN and READ, and the page of shop.example. */
function startGuarded(): Promise<Node> {
  const tokens = [
    { name: 'app', role: 'write', sha256: tokenHashHex(TOKEN) },
    { name: 'board', role: 'read', sha256: tokenHashHex(READ) },
  ] as const
  return startNode({ name: 'a', access: new Access({ tokens, origins: [chromium.origin('shop.example')] }) })
}

/** Connects from the page and changes a session: `ok`, or the code and message of what came of it. */
function change({ page }: Visit, url: string, token?: string): Promise<string> {
  return page.evaluate(async ({ url, token }) => {
    try {
      const store = await understudy.connect({ nodes: [url], timeouts: { connect: 700 }, ...(token !== undefined && { token }) })
      await (await store.open('visitor')).set('theme', 'dark').save()
      await store.close()
      return 'ok'
    } catch (error) {
      return error instanceof understudy.UnderstudyError ? `${error.code} ${error.message}` : String(error)
    }
  }, { url, token })
}

/** Close code of a WebSocket that the page opens as the client does; 0 if it opened. */
function knock({ page }: Visit, url: string): Promise<number> {
  return page.evaluate((url) => new Promise<number>((resolve) => {
    const socket = new WebSocket(`${url}/client`, ['understudy'])
    socket.addEventListener('open', () => resolve(0))
    socket.addEventListener('close', ({ code }) => resolve(code))
  }), url)
}

describe('a token', () => {
  it('is presented by subprotocol, never in an address, and accepted; the page need not be a secure one [BRO-8]', async () => {
    const node = await startGuarded()
    const visit = await chromium.visit('shop.example')
    expect(await change(visit, node.url, TOKEN)).toBe('ok')
    expect(visit.sockets).toEqual([`${node.url}/client`])
    expect((await node.store.find('visitor'))?.get('theme')).toBe('dark')
    expect(visit.problems).toEqual([])
  })

  it('that is wrong or missing gives UNAUTHORIZED at once, with what to do, and nothing in the console [BRO-6]', async () => {
    const node = await startGuarded()
    const visit = await chromium.visit('shop.example')
    expect(await change(visit, node.url, newToken())).toMatch(/^UNAUTHORIZED .*this token is not known here.*Pass connect\(\) a token that the node accepts/)
    expect(await change(visit, node.url)).toMatch(/^UNAUTHORIZED .*a token is needed/)
    expect(visit.sockets).toHaveLength(2)
    expect(visit.problems).toEqual([])
  })

  it('of role read opens no door to writing [BRO-8]', async () => {
    const node = await startGuarded()
    await (await node.store.open('visitor')).set('theme', 'light').save()
    const visit = await chromium.visit('shop.example')
    expect(await change(visit, node.url, READ)).toMatch(/^UNAUTHORIZED .*this token may only read/)
    const read = await visit.page.evaluate(async ({ url, token }) => {
      const store = await understudy.connect({ nodes: [url], token })
      const session = await store.find('visitor')
      return session?.get('theme')
    }, { url: node.url, token: READ })
    expect(read).toBe('light')
    expect(visit.problems).toEqual([])
  })
})

describe('a page of a foreign origin', () => {
  it('is refused before the upgrade, though its token is good [BRO-7]', async () => {
    const node = await startGuarded()
    const visit = await chromium.visit('foreign.example')
    expect(await change(visit, node.url, TOKEN)).toMatch(/^NOT_CONNECTED /)
    expect(await knock(visit, node.url)).toBe(1006)
    expect(await node.store.find('visitor')).toBeUndefined()
    expect(new Set(visit.problems)).toEqual(new Set([expect.stringContaining('Unexpected response code: 403')]))
  })

  it('is refused by a node without tokens, also under a name that was made to lead to it; pages of this machine are not [BRO-7]', async () => {
    const node = await startNode({ name: 'a' })
    const rebound = `ws://foreign.example:${node.port}`
    const foreign = await chromium.visit('foreign.example')
    expect(await knock(foreign, node.url)).toBe(1006)
    expect(await knock(foreign, rebound)).toBe(1006)
    const own = await chromium.visit()
    expect(await knock(own, rebound)).toBe(1006)
    expect(await knock(own, node.url)).toBe(0)
    expect(await change(own, node.url)).toBe('ok')
  })
})
