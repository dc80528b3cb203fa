/**
 * An instance of a shop with Express and express-session, in a process of its own: `shop-app.js KIND URL COPIES [NAME:PORT PEER=URL]`.
 * Its only page changes an attribute of the visitor's session where it is given one, and else reads it.
 */
import express from 'express'
import session from 'express-session'
import { CHANGING } from '../workload/attributes.js'
import { isShopKind, SHOP_KINDS } from '../workload/shop-stores.js'
import { ownCpu, serveFigures } from './child.js'
import { SECRET } from '../workload/visitors.js'

declare module 'express-session' {
  interface SessionData {
    [CHANGING]?: string
  }
}

const [kind, ...place] = process.argv.slice(2)
if (!isShopKind(kind)) throw new Error(`there is no shop "${String(kind)}"`)

const app = express()
app.disable('x-powered-by')
app.disable('etag')
const { store, ready } = await SHOP_KINDS[kind].open(...place)
app.use(session({ store, secret: SECRET, resave: false, saveUninitialized: false, cookie: { maxAge: 1_800_000 } }))
app.get('/', (request, response) => {
  const { session: attributes } = request
  const { value } = request.query
  if (typeof value === 'string') attributes[CHANGING] = value
  response.type('text').send(String(attributes[CHANGING]))
})

const server = app.listen(0, '127.0.0.1', () => {
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  serveFigures(`http://127.0.0.1:${port}`, async () => {
    await ready()
    return { cpu: ownCpu() }
  })
})
// Visitors pause while other variants have their turn.
server.keepAliveTimeout = 0
