/**
 * Which pages may reach a node. Browsers send a page's origin with every WebSocket and do not ask first, so without
 * this check any page a user visits could talk to a node that the user's machine can reach.
 */
import { AccessError } from './access-error.js'
import { hostNameOf, isLoopbackHost } from './loopback.js'

/** Normal form of an origin given by the operator. Throws `ORIGIN_INVALID` for anything but `http(s)://host[:port]`. */
export function normalOrigin(text: string): string {
  const url = parse(text)
  if (url === undefined || url.pathname !== '/' || url.search !== '' || url.hash !== '' || url.username !== '') {
    throw new AccessError(
      'ORIGIN_INVALID',
      `'${text}' is no origin: write http://host:port or https://host, without a path`,
    )
  }
  return url.origin
}

/** Whether `origin` (the header) is of the host that the request was sent to, as `host` (the header) tells. */
export function isSameHost(origin: string, host: string | undefined): boolean {
  const url = parse(origin)
  if (url === undefined || host === undefined || hostNameOf(host) === undefined) return false
  // The origin's scheme is used for both: it only decides which port goes without saying, also behind a TLS proxy.
  return parse(`${url.protocol}//${host}`)?.host === url.host
}

/** Whether `origin` is a page served by this machine. */
export function isLoopbackOrigin(origin: string): boolean {
  const url = parse(origin)
  return url !== undefined && isLoopbackHost(url.hostname)
}

/** Whether `origin` is in the operator's list (of normal forms). */
export function isListed(origin: string, origins: ReadonlySet<string>): boolean {
  const url = parse(origin)
  return url !== undefined && origins.has(url.origin)
}

/** Only web origins have a meaning here: `null`, `file:` and extensions are foreign. */
function parse(text: string): URL | undefined {
  if (!/^https?:\/\//i.test(text) || !URL.canParse(text)) return undefined
  return new URL(text)
}
