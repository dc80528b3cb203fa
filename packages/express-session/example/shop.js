/**
 * A shop with express-session over Understudy. Type: npm run example
 *
 * It has a store node in its own process. With UNDERSTUDY_NODES=ws://…,ws://… it uses those instead, and several shops
 * share their sessions. PORT is where it listens; any free port by default.
 */
import { connect } from '@understudy/client'
import { UnderstudyStore } from '@understudy/express-session'
import express from 'express'
import session from 'express-session'

const nodes = process.env.UNDERSTUDY_NODES?.split(',')
const client = nodes ? await connect({ nodes }) : (await (await import('@understudy/node')).createNode({ name: 'shop' })).store

const app = express()
app.use(
  session({
    store: new UnderstudyStore({ client }),
    secret: process.env.SECRET ?? 'change me',
    resave: false,
    saveUninitialized: false,
    cookie: { maxAge: 30 * 60_000 },
  }),
)

// While no node can be reached, express-session goes on without a session.
app.use((request, response, next) => (request.session ? next() : response.status(503).json('The shop is closed for a moment.')))

app.get('/', (request, response) => {
  const { user, cart = {} } = request.session
  response.json({ user, cart })
})

app.get('/login/:user', (request, response, next) => {
  // Another id, so that nobody who knew the old one is logged in with us.
  request.session.regenerate((error) => {
    if (error) return next(error)
    request.session.user = request.params.user
    response.redirect('/')
  })
})

app.get('/buy/:item', (request, response) => {
  const cart = (request.session.cart ??= {})
  cart[request.params.item] = (cart[request.params.item] ?? 0) + 1
  response.redirect('/')
})

app.get('/logout', (request, response, next) => {
  request.session.destroy((error) => (error ? next(error) : response.redirect('/')))
})

const server = app.listen(Number(process.env.PORT ?? 0), '127.0.0.1', () => {
  console.log(`The shop is at http://127.0.0.1:${server.address().port}/: see /login/ann, /buy/pen, /logout`)
})
