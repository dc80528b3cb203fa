/**
 * One request's hold on its visitor's session: finds it by the cookie, counts what is saved, closes it in the end. The
 * instances share nothing but the store; whichever gets a request serves it, without sticky routing.
 */
import type { Request, Response } from 'express'
import { articleOf } from './catalogue.js'
import { cookieFor, newSessionId, sessionIdIn } from './cookie.js'
import type { ShopSession, ShopStore } from './shop-store.js'

/** A session nobody uses for this long ends, in ms. */
const IDLE_TIMEOUT = 30 * 60_000

/** What a shop instance has done so far. */
export interface ShopMeter {
  /** Saves that the store has confirmed. */
  saves: number
  /** Attributes modified by these saves. */
  attributes: number
}

/** Attribute names: one attribute an article, so that carts filled by two requests at once keep both. */
export const CART_PREFIX = 'cart.'

/** What pages show of a session. */
export interface VisitorView {
  readonly userId: string | undefined
  readonly theme: string
  readonly views: number
  /** Amounts by article number. */
  readonly cart: Readonly<Record<string, number>>
}

/** A visitor's session during one request. */
export class Visit {
  readonly #store: ShopStore
  readonly #meter: ShopMeter
  readonly #response: Response
  #id: string
  #session: ShopSession
  /** Whether the session has been given back. */
  #isOver = false

  private constructor(store: ShopStore, meter: ShopMeter, response: Response, id: string, session: ShopSession) {
    this.#store = store
    this.#meter = meter
    this.#response = response
    this.#id = id
    this.#session = session
  }

  /**
   * Finds the visitor's session or begins a new one. An id that the store does not know is never taken over from a
   * cookie.
   */
  static async begin(store: ShopStore, meter: ShopMeter, request: Request, response: Response): Promise<Visit> {
    const known = sessionIdIn(request.headers.cookie)
    const found = known === undefined ? undefined : await store.find(known)
    if (known !== undefined && found !== undefined) return new Visit(store, meter, response, known, found)
    const id = newSessionId()
    const session = await store.open(id, { idleTimeout: IDLE_TIMEOUT })
    response.append('Set-Cookie', cookieFor(id))
    return new Visit(store, meter, response, id, session)
  }

  /** Makes changes and saves them as one. `attributes`: how many `change` modifies. */
  async save(attributes: number, change: (session: ShopSession) => void): Promise<void> {
    change(this.#session)
    await this.#session.save()
    this.#meter.saves++
    this.#meter.attributes += attributes
  }

  /**
   * Goes on under a new id: what is kept is copied, the old session destroyed. Whoever knew the id from before the
   * log-in gains nothing by it. `userId` is frozen: no later request, however it goes wrong, can make this somebody
   * else's session.
   */
  async logIn(userId: string): Promise<void> {
    const { theme, cart } = this.view()
    const old = { id: this.#id, session: this.#session }
    this.#id = newSessionId()
    this.#session = await this.#store.open(this.#id, { idleTimeout: IDLE_TIMEOUT })
    await this.save(2 + Object.keys(cart).length, (session) => {
      session.set('userId', userId)
      session.freeze('userId')
      session.set('theme', theme)
      for (const [sku, amount] of Object.entries(cart)) session.set(CART_PREFIX + sku, amount)
    })
    this.#response.append('Set-Cookie', cookieFor(this.#id))
    await old.session.close()
    await this.#store.destroy(old.id)
  }

  /** Ends the session for good: not even a request that is under way brings it back. */
  async logOut(): Promise<void> {
    await this.end()
    await this.#store.destroy(this.#id)
  }

  /** What the session holds. Values came over a network, so nothing is taken for granted. */
  view(): VisitorView {
    if (this.#isOver) return { userId: undefined, theme: 'light', views: 0, cart: {} }
    const [userId, theme, views] = ['userId', 'theme', 'views'].map((name) => this.#session.get(name))
    const cart: Record<string, number> = {}
    for (const name of this.#session.names()) {
      const sku = name.startsWith(CART_PREFIX) ? name.slice(CART_PREFIX.length) : undefined
      const amount = this.#session.get(name)
      if (articleOf(sku) !== undefined && sku !== undefined && typeof amount === 'number') cart[sku] = amount
    }
    return {
      userId: typeof userId === 'string' ? userId : undefined,
      theme: theme === 'dark' ? 'dark' : 'light',
      views: typeof views === 'number' ? views : 0,
      cart,
    }
  }

  /** Gives the session back; a second time nothing happens. Call it when the request is answered. */
  async end(): Promise<void> {
    if (this.#isOver) return
    this.#isOver = true
    await this.#session.close()
  }
}
