/**
 * A shop with koa-session over Understudy. Type: npm run example
 *
 * It has a store node in its own process. With UNDERSTUDY_NODES=ws://…,ws://… it uses those instead, and several shops
 * share their sessions. PORT is where it listens; any free port by default.
 */
import { connect } from '@understudy/client'
import { UnderstudyStore } from '@understudy/koa-session'
import Koa from 'koa'
import session from 'koa-session'

const nodes = process.env.UNDERSTUDY_NODES?.split(',')
const client = nodes ? await connect({ nodes }) : (await (await import('@understudy/node')).createNode({ name: 'shop' })).store

const app = new Koa()
app.keys = [process.env.SECRET ?? 'change me']
app.use(session({ store: new UnderstudyStore({ client }), maxAge: 30 * 60_000 }, app))

app.use(async (ctx) => {
  const [, page, what] = ctx.path.split('/')
  switch (page) {
    case 'login':
      // Another id, so that nobody who knew the old one is logged in with us.
      ctx.session.user = what
      await ctx.session.regenerate()
      return ctx.redirect('/')
    case 'buy':
      ctx.session.cart ??= {}
      ctx.session.cart[what] = (ctx.session.cart[what] ?? 0) + 1
      return ctx.redirect('/')
    case 'logout':
      ctx.session = null
      return ctx.redirect('/')
    default:
      ctx.body = { user: ctx.session.user, cart: ctx.session.cart ?? {} }
  }
})

const server = app.listen(Number(process.env.PORT ?? 0), '127.0.0.1', () => {
  console.log(`The shop is at http://127.0.0.1:${server.address().port}/: see /login/ann, /buy/pen, /logout`)
})
