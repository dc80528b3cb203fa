/**
 * One instance of the demo's shop: an Express app that keeps all its state in Understudy sessions. Pages for people;
 * for programs the same paths answer JSON when asked to (`Accept: application/json`).
 */
import express from 'express'
import type { ErrorRequestHandler, Express, Request, Response } from 'express'
import { articleOf, THEMES } from './catalogue.js'
import { page } from './page.js'
import type { PageContext } from './page.js'
import type { ShopStore } from './shop-store.js'
import { CART_PREFIX, Visit } from './visit.js'
import type { ShopMeter } from './visit.js'

/** A shop instance. */
export interface Shop {
  readonly app: Express
  readonly meter: Readonly<ShopMeter>
}

/** What a request does with its visitor's session. */
type Deed = (visit: Visit, request: Request) => Promise<void>

/** How a request is answered once its deed is done. */
type Answer = (visit: Visit, request: Request, response: Response) => void

/** Makes an instance upon `store`. */
export function createShop(store: ShopStore, context: PageContext): Shop {
  const meter: ShopMeter = { saves: 0, attributes: 0 }
  const during = (deed: Deed, answer: Answer) => handler(store, meter, deed, answer)
  const show: Answer = (visit, _request, response) => {
    const view = visit.view()
    response.format({ html: () => response.send(page(view, context)), json: () => response.json(view) })
  }
  const app = express()
  app.disable('x-powered-by').use(express.urlencoded({ extended: false, limit: '4kb' }), express.json({ limit: '4kb' }))
  app.get('/', during(countView, show))
  app.get('/session', during(onlyLook, show))
  app.post('/cart/add', checked('sku', isSku), during(addToCart, afterForm))
  app.post('/cart/remove', checked('sku', isSku), during(removeFromCart, afterForm))
  app.post('/theme', checked('theme', isTheme), during(chooseTheme, afterForm))
  app.post('/login', checked('userId', isUserId), during(logIn, afterForm))
  app.post('/logout', during(logOut, afterForm))
  app.use(explain)
  return { app, meter }
}

/** Opens the visitor's session for the time of one request. */
function handler(store: ShopStore, meter: ShopMeter, deed: Deed, answer: Answer) {
  return async (request: Request, response: Response): Promise<void> => {
    const visit = await Visit.begin(store, meter, request, response)
    try {
      await deed(visit, request)
      answer(visit, request, response)
    } finally {
      await visit.end()
    }
  }
}

/** A reload after a form must not send it again, so browsers are sent on; programs get the new state at once. */
const afterForm: Answer = (visit, request, response) => {
  if (request.accepts(['html', 'json']) === 'json') response.json(visit.view())
  else response.redirect(303, '/')
}

const isSku = (sku: string): boolean => articleOf(sku) !== undefined

const isTheme = (theme: string): boolean => THEMES.some((each) => each === theme)

const isUserId = (userId: string): boolean => userId.trim().length > 0 && userId.length <= 40

const onlyLook: Deed = async () => {}

const logOut: Deed = (visit) => visit.logOut()

const countView: Deed = (visit) => visit.save(1, (session) => session.increment('views'))

/** Counted by the primary: two requests that add one at the same time make two. */
const addToCart: Deed = (visit, request) =>
  visit.save(1, (session) => session.increment(CART_PREFIX + field(request, 'sku')))

const removeFromCart: Deed = (visit, request) =>
  visit.save(1, (session) => session.remove(CART_PREFIX + field(request, 'sku')))

const chooseTheme: Deed = (visit, request) => visit.save(1, (session) => session.set('theme', field(request, 'theme')))

const logIn: Deed = (visit, request) => visit.logIn(field(request, 'userId').trim())

/** Answers 400 unless the form's field is there and right. */
function checked(name: string, isRight: (value: string) => boolean) {
  return (request: Request, response: Response, next: () => void): void => {
    if (isRight(field(request, name))) next()
    else response.status(400).json({ code: 'FORM_INVALID', message: `the form needs a valid ${name}` })
  }
}

function field(request: Request, name: string): string {
  const body: unknown = request.body
  if (typeof body !== 'object' || body === null) return ''
  const value: unknown = Object.entries(body).find(([key]) => key === name)?.[1]
  return typeof value === 'string' ? value : ''
}

/** The store's errors have codes: the request may be tried again. What else goes wrong is a fault of the shop. */
const explain: ErrorRequestHandler = (error: unknown, _request, response, next) => {
  if (response.headersSent) {
    next(error)
    return
  }
  const isBadForm = error instanceof Error && 'status' in error && error.status === 400
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
  const status = isBadForm ? 400 : code === undefined ? 500 : 503
  response
    .status(status)
    .json({ code: code ?? 'SHOP_FAILED', message: error instanceof Error ? error.message : String(error) })
}
