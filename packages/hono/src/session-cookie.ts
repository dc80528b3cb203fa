/** The cookie that names a browser's session. It holds an id of 192 random bits and nothing else. */
import type { Context } from 'hono'
import { deleteCookie, getCookie, setCookie } from 'hono/cookie'
import { invalid, isDrawnId } from '@understudy/adapter'

/** How the cookie is set. */
export interface CookieOptions {
  /** Default `sid`. */
  readonly name?: string
  /** Default `/`. */
  readonly path?: string
  /** Default: the host of the request alone. */
  readonly domain?: string
  /** Only over HTTPS; by default when the request came over HTTPS. */
  readonly secure?: boolean
  /** Default `Lax`. */
  readonly sameSite?: 'Strict' | 'Lax' | 'None'
  /** Whether it outlives the browser, for as long as the session lives; then every response sets it anew. Default false. */
  readonly persistent?: boolean
}

/** The cookie of an app's sessions. */
export class SessionCookie {
  readonly #options: CookieOptions
  readonly #name: string
  /** Life of a persistent cookie, seconds; the longest that browsers take is 400 days. */
  readonly #maxAge: number

  /**
   * @param life of a session, ms
   * @throws UnderstudyError OPTION_INVALID
   */
  constructor(options: CookieOptions, life: number) {
    const { name = 'sid', sameSite = 'Lax', secure } = options
    if (!/^[\w!#$%&'*.^`|~+-]+$/.test(name)) throw invalid('cookie.name', 'must be a name that cookies may have')
    if (sameSite === 'None' && secure === false) throw invalid('cookie.sameSite', 'of None is for secure cookies only')
    this.#options = options
    this.#name = name
    this.#maxAge = Math.min(Math.ceil(life / 1_000), 400 * 86_400)
  }

  /** The id that the request brought. */
  read(context: Context): string | undefined {
    const id = getCookie(context, this.#name)
    return isDrawnId(id) ? id : undefined
  }

  /** Sets the cookie where the browser does not have it so already. */
  write(context: Context, id: string): void {
    const { path = '/', domain, secure = context.req.url.startsWith('https:'), sameSite = 'Lax', persistent = false } = this.#options
    if (!persistent && this.read(context) === id) return
    setCookie(context, this.#name, id, {
      path, secure, sameSite, httpOnly: true, ...(domain !== undefined && { domain }), ...(persistent && { maxAge: this.#maxAge }),
    })
  }

  /** Takes the cookie away, where the browser sent one. */
  remove(context: Context): void {
    const { path = '/', domain } = this.#options
    if (getCookie(context, this.#name) !== undefined) deleteCookie(context, this.#name, { path, ...(domain !== undefined && { domain }) })
  }
}
