/**
 * A shop whose carts are items of unstorage, as Nuxt, Nitro and Astro use it. Type: npm run example
 *
 * It has a store node in its own process. With UNDERSTUDY_NODES=ws://…,ws://… it uses those instead, and several shops
 * share their carts. PORT is where it listens; any free port by default.
 */
import { randomUUID } from 'node:crypto'
import { createServer } from 'node:http'
import understudyDriver from '@understudy/unstorage'
import { createStorage } from 'unstorage'

const nodes = process.env.UNDERSTUDY_NODES?.split(',')
const where = nodes ? { nodes } : { client: (await (await import('@understudy/node')).createNode({ name: 'shop' })).store }
const storage = createStorage({ driver: understudyDriver({ ...where, ttl: 30 * 60 }) })

const server = createServer(async (request, response) => {
  const [, page, what] = request.url.split('/')
  let id = /(?:^|; )shop=([\w-]{36})/.exec(request.headers.cookie ?? '')?.[1]
  const { user, cart = {} } = (id && (await storage.getItem(id))) || {}

  const done = (cookie) => response.writeHead(302, { location: '/', 'set-cookie': cookie }).end()
  const save = async (session) => {
    // Another id at a login, so that nobody who knew the old one is logged in with us; and one that we have drawn.
    if (page === 'login' || user === undefined) {
      if (id) await storage.removeItem(id)
      id = randomUUID()
    }
    await storage.setItem(id, session)
    done(`shop=${id}; Path=/; HttpOnly; SameSite=Lax`)
  }

  if (page === 'login') return save({ user: what, cart })
  if (page === 'buy') return save({ user, cart: { ...cart, [what]: (cart[what] ?? 0) + 1 } })
  if (page === 'logout') {
    if (id) await storage.removeItem(id)
    return done('shop=; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT')
  }
  return response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ user, cart }))
})

server.listen(Number(process.env.PORT ?? 0), '127.0.0.1', () => {
  console.log(`The shop is at http://127.0.0.1:${server.address().port}/: see /login/ann, /buy/pen, /logout`)
})
