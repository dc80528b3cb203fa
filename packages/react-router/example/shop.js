/**
 * A shop with loaders of React Router and sessions in Understudy. Type: npm run example
 *
 * It has a store node in its own process. With UNDERSTUDY_NODES=ws://…,ws://… it uses those instead, and several shops
 * share their sessions. PORT is where it listens; any free port by default.
 */
import { createServer } from 'node:http'
import { connect } from '@understudy/client'
import { createUnderstudySessionStorage } from '@understudy/react-router'
import { createStaticHandler, redirect } from 'react-router'

const nodes = process.env.UNDERSTUDY_NODES?.split(',')
const client = nodes ? await connect({ nodes }) : (await (await import('@understudy/node')).createNode({ name: 'shop' })).store

const { getSession, commitSession, destroySession } = createUnderstudySessionStorage({
  client,
  cookie: { name: 'shop', httpOnly: true, sameSite: 'lax', secrets: [process.env.SECRET ?? 'change me'], maxAge: 30 * 60 },
})

const home = async (cookie) => redirect('/', { headers: { 'Set-Cookie': await cookie } })

const routes = [
  {
    path: '/',
    async loader({ request }) {
      const session = await getSession(request.headers.get('Cookie'))
      return Response.json({ user: session.get('user'), cart: session.get('cart') ?? {} })
    },
  },
  {
    path: '/login/:user',
    async loader({ request, params }) {
      const before = await getSession(request.headers.get('Cookie'))
      const session = await getSession()
      session.set('cart', before.get('cart') ?? {})
      session.set('user', params.user)
      // Another id, so that nobody who knew the old one is logged in with us.
      await destroySession(before)
      return home(commitSession(session))
    },
  },
  {
    path: '/buy/:item',
    async loader({ request, params: { item } }) {
      const session = await getSession(request.headers.get('Cookie'))
      const cart = session.get('cart') ?? {}
      session.set('cart', { ...cart, [item]: (cart[item] ?? 0) + 1 })
      return home(commitSession(session))
    },
  },
  {
    path: '/logout',
    loader: async ({ request }) => home(destroySession(await getSession(request.headers.get('Cookie')))),
  },
]

// What a framework build does with loaders, without a page to render.
const { queryRoute } = createStaticHandler(routes)
const server = createServer(async ({ url, headers }, response) => {
  const request = new Request(new URL(url, 'http://127.0.0.1'), { headers: { cookie: headers.cookie ?? '' } })
  const answer = await queryRoute(request).catch((error) => Response.json(String(error), { status: error.status ?? 500 }))
  response.writeHead(answer.status, Object.fromEntries(answer.headers)).end(await answer.text())
})

server.listen(Number(process.env.PORT ?? 0), '127.0.0.1', () => {
  console.log(`The shop is at http://127.0.0.1:${server.address().port}/: see /login/ann, /buy/pen, /logout`)
})
