/**
 * Finds the token in a request. There are two places for it, and no third:
 * - `Authorization: Bearer <token>`;
 * - for browsers, whose WebSockets cannot set headers: the subprotocols
 *   `understudy, understudy.token.<base64url of the token>`.
 * An address is no place for a token (proxies, logs and histories keep addresses), so a token found there is refused,
 * even a valid one: whoever sent it must learn of it.
 */
import type { IncomingHttpHeaders } from 'node:http'
import { TOKEN_PREFIX } from './token.js'

/** The subprotocol that a node answers with. */
export const SUBPROTOCOL = 'understudy'

const TOKEN_PROTOCOL = `${SUBPROTOCOL}.token.`

/** Names of query parameters that carry tokens elsewhere; compared in lower case, without `-` and `_`. */
const TOKEN_PARAMETERS = new Set([
  'token',
  'accesstoken',
  'authtoken',
  'bearer',
  'bearertoken',
  'auth',
  'authorization',
  'apikey',
  'secret',
  'peersecret',
  'password',
  'credentials',
])

/** The token that a request presents; undefined when it presents none, or one that is not well-formed. */
export function presentedToken(headers: IncomingHttpHeaders): string | undefined {
  const bearer = /^bearer +(\S+) *$/i.exec(headers.authorization ?? '')
  if (bearer) return bearer[1]
  const protocol = offeredProtocols(headers).find((each) => each.startsWith(TOKEN_PROTOCOL))
  return protocol === undefined ? undefined : decodeStrictly(protocol.slice(TOKEN_PROTOCOL.length))
}

/** Whether a request offers the subprotocol that our client offers in browsers, and nowhere else. */
export function offersSubprotocol(headers: IncomingHttpHeaders): boolean {
  return offeredProtocols(headers).includes(SUBPROTOCOL)
}

/** The subprotocols by which a browser presents `token`; the node answers with the first. */
export function tokenProtocols(token: string): readonly [string, string] {
  return [SUBPROTOCOL, TOKEN_PROTOCOL + Buffer.from(token, 'utf8').toString('base64url')]
}

/**
 * Which of the offered subprotocols to answer with (fits `handleProtocols` of ws). Never the one with the token:
 * an answer is easier to see than a request.
 */
export function answerProtocol(offered: Iterable<string>): string | false {
  for (const protocol of offered) if (protocol === SUBPROTOCOL) return protocol
  return false
}

/** Whether the address of a request (path and query) holds what looks like a token. */
export function hasTokenInUrl(path: string): boolean {
  const decoded = decodeLoosely(path)
  if (decoded.includes(TOKEN_PREFIX)) return true
  const query = path.indexOf('?')
  if (query < 0) return false
  for (const name of new URLSearchParams(path.slice(query + 1)).keys()) {
    if (TOKEN_PARAMETERS.has(name.toLowerCase().replaceAll(/[-_]/g, ''))) return true
  }
  return false
}

function offeredProtocols(headers: IncomingHttpHeaders): string[] {
  return (headers['sec-websocket-protocol'] ?? '').split(',').map((protocol) => protocol.trim())
}

/** Buffer passes over what is no base64url; a token must be exactly what it says. */
function decodeStrictly(text: string): string | undefined {
  const bytes = Buffer.from(text, 'base64url')
  return bytes.length > 0 && bytes.toString('base64url') === text ? bytes.toString('utf8') : undefined
}

function decodeLoosely(path: string): string {
  try {
    return decodeURIComponent(path)
  } catch {
    return path
  }
}
