/**
 * One visitor who shops at random, each request at either instance, sometimes at both at once, and who remembers what
 * must be in the cart. Invariant: `#expected` is what all answered requests together must have led to; after a failed
 * request nobody knows whether it took effect, so for a while the visitor believes what the shop says.
 */
import { CATALOGUE, THEMES } from '../shop/catalogue.js'
import { ShopBrowser } from './shop-browser.js'
import type { Tally } from './tally.js'

/** An update that is not seen within this time counts as lost, in ms. */
const LATE_LIMIT = 2000

/** A save that failed may still take effect for so long, in ms: the client sends it again. */
const DOUBT = 5000

/** What a visitor needs. */
export interface VirtualUserOptions {
  /** The instances' addresses. */
  readonly instances: readonly string[]
  readonly tally: Tally
  /** From 0 up to but not including 1. */
  readonly random: () => number
}

interface Expected {
  theme: string
  readonly cart: Map<string, number>
}

/** A visitor; call `step` again and again. */
export class VirtualUser {
  readonly #options: VirtualUserOptions
  #browser = new ShopBrowser()
  #expected: Expected = { theme: 'light', cart: new Map() }
  /** Until when (ms, performance.now) the shop is believed; undefined: from the next answer on it is compared again. */
  #doubtUntil: number | undefined
  #hasSession = false

  constructor(options: VirtualUserOptions) {
    this.#options = options
  }

  /** Does one thing that visitors do, then looks whether the shop remembers everything. */
  async step(): Promise<void> {
    if (!this.#hasSession) {
      // First alone: two requests without a cookie would begin two sessions.
      this.#hasSession = await this.#succeeds(this.#browser.get(this.#anyInstance(), '/session'))
      return
    }
    await this.#act(this.#options.random())
    await this.verify(this.#anyInstance())
  }

  /** Compares what the instance at `base` shows with what it must. */
  async verify(base: string): Promise<void> {
    const { tally } = this.#options
    if (!this.#hasSession) return
    const deadline = performance.now() + LATE_LIMIT
    for (let looks = 1; ; looks++) {
      const view = await this.#browser.get(base, '/session')
      tally.requests++
      if (view === undefined) {
        this.#beginDoubt()
        return
      }
      if (this.#doubtUntil !== undefined) {
        this.#believe(view)
        return
      }
      if (this.#isAsExpected(view)) {
        tally.checked++
        if (looks > 1) tally.late++
        return
      }
      if (performance.now() > deadline) {
        tally.checked++
        tally.lost++
        this.#believe(view)
        return
      }
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }

  async #act(dice: number): Promise<void> {
    if (dice < 0.35) await this.#add(1)
    else if (dice < 0.6) await this.#add(2)
    else if (dice < 0.7) await this.#remove()
    else if (dice < 0.8) await this.#chooseTheme()
    else if (dice < 0.92) await this.#succeeds(this.#browser.get(this.#anyInstance(), '/'))
    else if (dice < 0.96) await this.#succeeds(this.#post('/login', { userId: `visitor ${Math.floor(dice * 1e6)}` }))
    else await this.#logOut()
  }

  /** Puts articles into the cart, `times` requests at once, spread over the instances. */
  async #add(times: number): Promise<void> {
    const { instances } = this.#options
    await Promise.all(
      Array.from({ length: times }, async (_, index) => {
        const sku = this.#anySku()
        const base = instances[index % instances.length] ?? this.#anyInstance()
        const { cart } = this.#expected
        if (await this.#succeeds(this.#browser.post(base, '/cart/add', { sku })))
          cart.set(sku, (cart.get(sku) ?? 0) + 1)
      }),
    )
  }

  async #remove(): Promise<void> {
    const sku = this.#anySku()
    if (await this.#succeeds(this.#post('/cart/remove', { sku }))) this.#expected.cart.delete(sku)
  }

  async #chooseTheme(): Promise<void> {
    const theme = this.#any(THEMES)
    if (await this.#succeeds(this.#post('/theme', { theme }))) this.#expected.theme = theme
  }

  async #logOut(): Promise<void> {
    if (!(await this.#succeeds(this.#post('/logout', {})))) return
    this.#expected = { theme: 'light', cart: new Map() }
    // The next request begins a new session, alone.
    this.#hasSession = false
  }

  #post(path: string, form: Readonly<Record<string, string>>): Promise<unknown> {
    return this.#browser.post(this.#anyInstance(), path, form)
  }

  /** Counts a request; whether it succeeded. */
  async #succeeds(request: Promise<unknown>): Promise<boolean> {
    const answer = await request
    this.#options.tally.requests++
    if (answer === undefined) this.#beginDoubt()
    return answer !== undefined
  }

  #beginDoubt(): void {
    this.#options.tally.failed++
    this.#doubtUntil = performance.now() + DOUBT
  }

  #believe(view: { readonly theme: string; readonly cart: Readonly<Record<string, number>> }): void {
    this.#expected = { theme: view.theme, cart: new Map(Object.entries(view.cart)) }
    if (this.#doubtUntil !== undefined && performance.now() > this.#doubtUntil) this.#doubtUntil = undefined
  }

  #isAsExpected(view: { readonly theme: string; readonly cart: Readonly<Record<string, number>> }): boolean {
    const { theme, cart } = this.#expected
    return (
      view.theme === theme &&
      Object.keys(view.cart).length === cart.size &&
      [...cart].every(([sku, amount]) => view.cart[sku] === amount)
    )
  }

  #anyInstance(): string {
    return this.#any(this.#options.instances)
  }

  #anySku(): string {
    return this.#any(CATALOGUE).sku
  }

  #any<Item>(items: readonly Item[]): Item {
    const item = items[Math.floor(this.#options.random() * items.length)]
    if (item === undefined) throw new RangeError('there is nothing to choose from')
    return item
  }
}
