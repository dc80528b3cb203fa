/**
 * A shop with Hono and sessions in Understudy. Type: npm run example
 *
 * It has a store node in its own process. With UNDERSTUDY_NODES=ws://…,ws://… it uses those instead, and several shops
 * share their sessions. PORT is where it listens; any free port by default.
 */
import { serve } from '@hono/node-server'
import { connect } from '@understudy/client'
import { sessions } from '@understudy/hono'
import { Hono } from 'hono'

const nodes = process.env.UNDERSTUDY_NODES?.split(',')
const client = nodes ? await connect({ nodes }) : (await (await import('@understudy/node')).createNode({ name: 'shop' })).store

const app = new Hono()
app.use(sessions({ client, ttl: 30 * 60 }))

app.get('/', (c) => c.json({ user: c.var.session.get('user'), cart: c.var.session.get('cart') ?? {} }))

app.get('/login/:user', async (c) => {
  // Another id, so that nobody who knew the old one is logged in with us.
  await c.var.session.regenerate()
  c.var.session.set('user', c.req.param('user'))
  return c.redirect('/')
})

app.get('/buy/:item', (c) => {
  const cart = c.var.session.get('cart') ?? {}
  const item = c.req.param('item')
  c.var.session.set('cart', { ...cart, [item]: (cart[item] ?? 0) + 1 })
  return c.redirect('/')
})

app.get('/logout', async (c) => {
  await c.var.session.destroy()
  return c.redirect('/')
})

serve({ fetch: app.fetch, hostname: '127.0.0.1', port: Number(process.env.PORT ?? 0) }, ({ port }) => {
  console.log(`The shop is at http://127.0.0.1:${port}/: see /login/ann, /buy/pen, /logout`)
})
