/**
 * The cookie that carries a session id between browser and shop. Both instances share it: browsers keep cookies by
 * host, not by port.
 */
import { randomBytes } from 'node:crypto'

const NAME = 'understudy-demo'

/** A session id nobody can guess: 192 random bits. */
export function newSessionId(): string {
  return randomBytes(24).toString('base64url')
}

/** The session id in a `Cookie` header; undefined when there is none of our form. */
export function sessionIdIn(header: string | undefined): string | undefined {
  for (const part of (header ?? '').split(';')) {
    const [name, value] = part.trim().split('=')
    if (name === NAME && value !== undefined && /^[\w-]{32}$/.test(value)) return value
  }
  return undefined
}

/** The `Set-Cookie` header for `id`. Scripts cannot read it, foreign pages cannot post with it. */
export function cookieFor(id: string): string {
  return `${NAME}=${id}; Path=/; HttpOnly; SameSite=Lax`
}
