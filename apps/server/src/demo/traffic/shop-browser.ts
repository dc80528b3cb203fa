/** A visitor's browser, as far as the shop can tell: keeps the cookie, sends forms, reads answers. */
import type { VisitorView } from '../shop/visit.js'

/** Longer than this no request waits, in ms. */
const TIMEOUT = 10_000

/** One browser with its own cookie. */
export class ShopBrowser {
  #cookie: string | undefined

  /** Fetches `path` from the instance at `base`. The view that it answers; undefined when the request failed. */
  async get(base: string, path: string): Promise<VisitorView | undefined> {
    return await this.#send(base, path, { method: 'GET' })
  }

  /** Posts a form, likewise. */
  async post(base: string, path: string, form: Readonly<Record<string, string>>): Promise<VisitorView | undefined> {
    return await this.#send(base, path, { method: 'POST', body: new URLSearchParams(form) })
  }

  async #send(base: string, path: string, init: RequestInit): Promise<VisitorView | undefined> {
    const headers = { accept: 'application/json', ...(this.#cookie === undefined ? {} : { cookie: this.#cookie }) }
    try {
      const response = await fetch(new URL(path, base), { ...init, headers, signal: AbortSignal.timeout(TIMEOUT) })
      const body: unknown = await response.json()
      const cookie = response.headers.getSetCookie().at(-1)
      if (cookie !== undefined) this.#cookie = cookie.split(';')[0]
      return response.ok && isView(body) ? body : undefined
    } catch {
      // Whatever the network says, for a visitor it is a page that did not come.
      return undefined
    }
  }
}

function isView(body: unknown): body is VisitorView {
  return (
    typeof body === 'object' &&
    body !== null &&
    'theme' in body &&
    'cart' in body &&
    typeof body.cart === 'object' &&
    body.cart !== null
  )
}
