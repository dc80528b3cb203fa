/**
 * A cookie that tells each instance of an app how fresh its replica of a session must be: the moment of the visitor's
 * last save.
 *
 * It is no secret and is not trusted: a visitor who makes one up makes their own reads ask the session's primary.
 */
import type { IncomingMessage } from 'node:http'
import { invalid } from '@understudy/adapter'
import type { SessionData } from 'express-session'

/** Options of the cookie. */
export interface MomentCookieOptions {
  /** Its name; default `understudy.at`. */
  readonly cookie?: string
}

/** What a moment looks like; whether it is one of the session is checked where the session is read. */
const MOMENT = /^[\w-]{1,300}$/
/** What a cookie may be called. */
const NAME = /^[\w!#$%&'*+.^`|~-]{1,100}$/

/** The cookie of one app. */
export class MomentCookie {
  readonly #name: string

  /** @throws UnderstudyError OPTION_INVALID */
  constructor(options: MomentCookieOptions = {}) {
    const given: unknown = options
    if (typeof given !== 'object' || given === null) throw invalid('the options', 'must be an object')
    const { cookie = 'understudy.at' } = options
    if (typeof cookie !== 'string' || !NAME.test(cookie)) throw invalid('cookie', 'must be a name of a cookie')
    this.#name = cookie
  }

  /** The moment that a request brings; undefined where it brings none, or what cannot be one. */
  read(request: IncomingMessage): string | undefined {
    const start = `${this.#name}=`
    const pair = (request.headers.cookie ?? '').split(';').map((part) => part.trim()).find((part) => part.startsWith(start))
    const moment = pair?.slice(start.length)
    return moment !== undefined && MOMENT.test(moment) ? moment : undefined
  }

  /** The header that hands out a moment: scripts do not see it, and it goes where the session's own cookie goes. */
  header(moment: string, { path, domain, secure, sameSite }: SessionData['cookie']): string {
    const parts = [`${this.#name}=${moment}`, `Path=${path ?? '/'}`, 'HttpOnly', `SameSite=${SAME_SITE.get(sameSite) ?? 'Lax'}`]
    if (domain !== undefined) parts.push(`Domain=${domain}`)
    if (secure === true) parts.push('Secure')
    return parts.join('; ')
  }
}

/** Where the session's cookie goes to fewer, or to more, requests than browsers send it to by default. */
const SAME_SITE: ReadonlyMap<unknown, string> = new Map<unknown, string>([[true, 'Strict'], ['strict', 'Strict'], ['none', 'None']])
