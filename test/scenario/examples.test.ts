/** The example app of each adapter, started by its command and visited over HTTP, alone and as two instances. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { createNode } from '@understudy/node'
import { describe, expect, onTestFinished, test } from 'vitest'

const EXAMPLES = ['express-session', 'fastify-session', 'koa-session', 'hono', 'react-router', 'unstorage']

/** A shop that runs. */
interface Shop {
  readonly url: string
}

for (const adapter of EXAMPLES) {
  describe(`the example of ${adapter}`, () => {
    test('logs in, fills a cart, and logs out [ADP-14]', async () => {
      const shop = await startShop(adapter)
      const visitor = new Visitor()
      expect(await visitor.go(shop, '/')).toEqual({ cart: {} })
      await visitor.go(shop, '/buy/pen')
      const before = visitor.cookies
      expect(await visitor.go(shop, '/login/ann')).toMatchObject({ user: 'ann' })
      expect(visitor.cookies).not.toBe(before)
      await visitor.go(shop, '/buy/pen')
      expect(await visitor.go(shop, '/buy/ink')).toMatchObject({ user: 'ann', cart: { pen: expect.any(Number), ink: 1 } })
      const stolen = visitor.copy()
      expect(await visitor.go(shop, '/logout')).toEqual({ cart: {} })
      expect(await stolen.go(shop, '/')).toEqual({ cart: {} })
    })

    test('shares its sessions with another instance [ADP-14]', async () => {
      const node = await createNode({ name: 'a' })
      onTestFinished(() => node.close())
      await node.whenReady()
      const [one, two] = await Promise.all([startShop(adapter, node.url), startShop(adapter, node.url)])
      const visitor = new Visitor()
      await visitor.go(one, '/login/ann')
      expect(await visitor.go(two, '/buy/pen')).toEqual({ user: 'ann', cart: { pen: 1 } })
      for (const [i, item] of ['pen', 'ink', 'nib'].entries()) await visitor.go(i % 2 ? two : one, `/buy/${item}`)
      expect(await visitor.go(one, '/')).toMatchObject({ user: 'ann', cart: { pen: 2, ink: 1, nib: 1 } })
      await visitor.go(one, '/logout')
      expect(await visitor.go(two, '/')).toEqual({ cart: {} })
    })
  })
}

/** Starts the example as its command does. */
async function startShop(adapter: string, node?: string): Promise<Shop> {
  const cwd = fileURLToPath(new URL(`../../packages/${adapter}/`, import.meta.url))
  const env = { ...process.env, PORT: '0', ...(node !== undefined && { UNDERSTUDY_NODES: node }) }
  const child = spawn(process.execPath, ['example/shop.js'], { cwd, env, stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = once(child, 'exit')
  onTestFinished(async () => {
    child.kill()
    await ended
  })
  let said = ''
  for await (const chunk of child.stdout) {
    said += String(chunk)
    const url = /http:\/\/127\.0\.0\.1:\d+/.exec(said)?.[0]
    if (url !== undefined) return { url }
  }
  throw new Error(`the example of ${adapter} ended: ${said}`)
}

/** Someone with a browser: keeps cookies, follows redirects. */
class Visitor {
  readonly #jar = new Map<string, string>()

  get cookies(): string {
    return [...this.#jar].map(([name, value]) => `${name}=${value}`).join('; ')
  }

  /** Another window of the same browser. */
  copy(): Visitor {
    const copy = new Visitor()
    for (const [name, value] of this.#jar) copy.#jar.set(name, value)
    return copy
  }

  async go({ url }: Shop, path: string): Promise<unknown> {
    const response = await fetch(new URL(path, url), { headers: { cookie: this.cookies }, redirect: 'manual' })
    for (const cookie of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? []
      if (value === '' || /expires=Thu, 01 Jan 1970/i.test(cookie)) this.#jar.delete(name)
      else this.#jar.set(name, value)
    }
    const location = response.headers.get('location')
    // As browsers do: on to where it leads, without waiting for the end of the response.
    if (location !== null) return this.go({ url }, location)
    const text = await response.text()
    if (!response.ok) throw new Error(`${path} answered ${response.status}: ${text}`)
    return JSON.parse(text)
  }
}
