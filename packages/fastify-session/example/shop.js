/**
 * A shop with @fastify/session over Understudy. Type: npm run example
 *
 * It has a store node in its own process. With UNDERSTUDY_NODES=ws://…,ws://… it uses those instead, and several shops
 * share their sessions. PORT is where it listens; any free port by default.
 */
import cookie from '@fastify/cookie'
import session from '@fastify/session'
import { connect } from '@understudy/client'
import { UnderstudyStore } from '@understudy/fastify-session'
import fastify from 'fastify'

const nodes = process.env.UNDERSTUDY_NODES?.split(',')
const client = nodes ? await connect({ nodes }) : (await (await import('@understudy/node')).createNode({ name: 'shop' })).store

const app = fastify()
await app.register(cookie)
await app.register(session, {
  store: new UnderstudyStore({ client }),
  secret: process.env.SECRET ?? 'change me: at least 32 characters',
  saveUninitialized: false,
  cookie: { secure: false, maxAge: 30 * 60_000 },
})

app.get('/', ({ session: { user, cart = {} } }) => ({ user, cart }))

app.get('/login/:user', async (request, reply) => {
  // Another id, so that nobody who knew the old one is logged in with us.
  await request.session.regenerate()
  request.session.user = request.params.user
  return reply.redirect('/')
})

app.get('/buy/:item', async ({ session, params: { item } }, reply) => {
  const cart = session.cart ?? {}
  session.cart = { ...cart, [item]: (cart[item] ?? 0) + 1 }
  return reply.redirect('/')
})

app.get('/logout', async ({ session }, reply) => {
  await session.destroy()
  return reply.redirect('/')
})

const url = await app.listen({ host: '127.0.0.1', port: Number(process.env.PORT ?? 0) })
console.log(`The shop is at ${url}/: see /login/ann, /buy/pen, /logout`)
