/**
 * Who may connect to a node, and for what. One object a node; every HTTP request and every WebSocket upgrade is
 * judged by `authorize` before anything else is done with it. It has one of two rules:
 *
 *   loopback   no token and no peer secret is given: whoever connects from this machine may do everything, as long as
 *              no foreign page is behind it (Origin) and no foreign name was resolved to here (Host: DNS rebinding);
 *   tokens     clients need a token of a sufficient role, peer nodes the peer secret, pages also an origin that is
 *              the node's own or listed.
 *
 * Invariants: nothing is compared in clear or with an early exit; neither decisions nor errors hold a token; what is in
 * doubt is refused.
 */
import { timingSafeEqual } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import { AccessError } from './access-error.js'
import { hostNameOf, isLoopbackAddress, isLoopbackHost } from './loopback.js'
import { isListed, isLoopbackOrigin, isSameHost, normalOrigin } from './origin.js'
import { hasTokenInUrl, presentedToken } from './presented-token.js'
import { roleCovers } from './role.js'
import type { Need, Role } from './role.js'
import { tokenFault, tokenHash } from './token.js'
import { TokenTable } from './token-table.js'
import type { TokenEntry } from './token-table.js'

/** What `new Access` takes. */
export interface AccessOptions {
  /** Tokens of clients. Default: none. */
  readonly tokens?: readonly TokenEntry[]
  /** What peer nodes prove themselves with, in clear: a node must present it to the others. */
  readonly peerSecret?: string
  /** Origins of pages, beside the node's own, that may connect: `https://app.example`. */
  readonly origins?: readonly string[]
  /** Clock, ms since 1970, for the expiry of tokens. Default: `Date.now`. */
  readonly now?: () => number
}

/** What `authorize` looks at: fits Node's `IncomingMessage` with its socket's address. */
export interface AccessRequest {
  readonly headers: IncomingHttpHeaders
  /** `socket.remoteAddress`. */
  readonly remoteAddress: string | undefined
  /** Path and query as requested: `request.url`. */
  readonly path: string
}

/** Why a request is refused. 401: prove who you are. 403: who you are does not suffice. */
export type RefusalCode =
  | 'TOKEN_IN_URL'
  | 'TOKEN_MISSING'
  | 'TOKEN_UNKNOWN'
  | 'TOKEN_EXPIRED'
  | 'ROLE_TOO_LOW'
  | 'PEER_SECRET_NEEDED'
  | 'NOT_LOOPBACK'
  | 'HOST_FOREIGN'
  | 'ORIGIN_FOREIGN'

/** A request that is let in. */
export interface Admission {
  readonly ok: true
  /** What it may do from now on. */
  readonly role: Role | 'peer'
  /** The token's name, for logs; `loopback` and `peer` where there is no token. */
  readonly name: string
  /** When the token expires, ms since 1970; absent: never. Whoever stays connected is to be judged again then. */
  readonly expiresAt?: number
  /** It proved itself with the peer secret, although it asks for no peer link. */
  readonly isPeer?: true
}

/** A request that is not let in. */
export interface Refusal {
  readonly ok: false
  readonly status: 401 | 403
  readonly code: RefusalCode
  /** For the one who asked: what to do. */
  readonly message: string
}

/** Judges requests by tokens, peer secret, origin and address. */
export class Access {
  readonly #tokens: TokenTable
  readonly #peerSecret: string | undefined
  readonly #peerHash: Buffer | undefined
  readonly #origins: ReadonlySet<string>
  readonly #now: () => number

  /** Throws `AccessError` for a token, secret or origin that is not usable. */
  constructor(options: AccessOptions) {
    this.#tokens = new TokenTable(options.tokens ?? [])
    this.#peerSecret = options.peerSecret
    this.#peerHash = checkedHash(options.peerSecret, this.#tokens)
    this.#origins = new Set(options.origins?.map(normalOrigin))
    this.#now = options.now ?? Date.now
  }

  /** No tokens: everything for this machine, nothing for others. */
  static loopbackOnly(options: Pick<AccessOptions, 'origins'> = {}): Access {
    return new Access(options)
  }

  /** Whether the loopback rule holds. A node must then not listen on any other address. */
  get isLoopbackOnly(): boolean {
    return this.#tokens.size === 0 && this.#peerHash === undefined
  }

  /** The secret of the nodes among themselves, in clear; undefined without one. */
  get peerSecret(): string | undefined {
    return this.#peerSecret
  }

  /** What this node sends with its own peer connections: the `Authorization` header, or no header without a secret. */
  peerHeaders(): Readonly<Record<string, string>> {
    return this.#peerSecret === undefined ? {} : { authorization: `Bearer ${this.#peerSecret}` }
  }

  /**
   * Why a page that holds no data may not be loaded, if so. It needs no token, since nobody has one before the page is
   * there; the loopback rule holds for it as for everything.
   */
  refusePage(request: AccessRequest): Refusal | undefined {
    const judged = this.isLoopbackOnly ? this.authorize(request, 'read') : refuseAddress(request)
    return judged?.ok === false ? judged : undefined
  }

  /** Whether `request` may do what needs `need`. Never throws. */
  authorize(request: AccessRequest, need: Need): Admission | Refusal {
    return (
      refuseAddress(request) ??
      this.#refuseOrigin(request, need) ??
      (this.isLoopbackOnly ? byLoopback(request, need) : this.#byToken(request, need))
    )
  }

  /**
   * Peers are never pages; clients may be pages of this node, listed ones and, under the loopback rule, of this
   * machine.
   */
  #refuseOrigin({ headers }: AccessRequest, need: Need): Refusal | undefined {
    const { origin } = headers
    if (origin === undefined) return undefined
    if (need === 'peer') return refusal(403, 'ORIGIN_FOREIGN', 'peer links are opened by nodes, not by pages')
    if (isListed(origin, this.#origins)) return undefined
    const own = this.isLoopbackOnly ? isLoopbackOrigin(origin) : isSameHost(origin, headers.host)
    return own
      ? undefined
      : refusal(403, 'ORIGIN_FOREIGN', 'pages of this origin may not connect: list it with --origin if they should')
  }

  #byToken(request: AccessRequest, need: Need): Admission | Refusal {
    const presented = presentedToken(request.headers)
    if (presented === undefined)
      return refusal(401, 'TOKEN_MISSING', 'a token is needed: send it as "Authorization: Bearer …"')
    const hash = tokenHash(presented)
    const isPeer = this.#peerHash !== undefined && timingSafeEqual(this.#peerHash, hash)
    const known = this.#tokens.find(hash)
    if (need === 'peer') {
      if (isPeer) return { ok: true, role: 'peer', name: 'peer' }
      return refusal(
        known ? 403 : 401,
        'PEER_SECRET_NEEDED',
        'peer links need the peer secret: give all nodes the same "peerSecret"',
      )
    }
    // A peer may write any session over its peer link anyway; its apps reach sessions of other nodes like this.
    if (isPeer && roleCovers('write', need)) return { ok: true, role: 'write', name: 'peer', isPeer: true }
    if (isPeer) return refusal(403, 'ROLE_TOO_LOW', 'the peer secret is no admin token: use one')
    if (!known) return refusal(401, 'TOKEN_UNKNOWN', 'this token is not known here')
    if (known.expiresAt !== undefined && known.expiresAt <= this.#now()) {
      return refusal(401, 'TOKEN_EXPIRED', 'this token has expired: ask for a new one')
    }
    if (!roleCovers(known.role, need)) {
      return refusal(403, 'ROLE_TOO_LOW', `this needs a token of role ${need}; this one has role ${known.role}`)
    }
    return { ok: true, role: known.role, name: known.name, ...(known.expiresAt !== undefined && { expiresAt: known.expiresAt }) }
  }
}

function refuseAddress({ path }: AccessRequest): Refusal | undefined {
  if (!hasTokenInUrl(path)) return undefined
  const message = 'a token must not be in an address, where logs keep it: send it as "Authorization: Bearer …" and replace this one'
  return refusal(401, 'TOKEN_IN_URL', message)
}

/** The remote address tells who connects; the Host header, that no foreign name was made to point here. */
function byLoopback(request: AccessRequest, need: Need): Admission | Refusal {
  if (!isLoopbackAddress(request.remoteAddress)) {
    return refusal(403, 'NOT_LOOPBACK', 'this node has no tokens and serves its own machine only')
  }
  const host = hostNameOf(request.headers.host ?? '')
  if (host === undefined || !isLoopbackHost(host)) {
    return refusal(403, 'HOST_FOREIGN', 'this node has no tokens: address it as 127.0.0.1 or localhost')
  }
  return { ok: true, role: need === 'peer' ? 'peer' : 'admin', name: 'loopback' }
}

function checkedHash(secret: string | undefined, tokens: TokenTable): Buffer | undefined {
  if (secret === undefined) return undefined
  const fault = tokenFault(secret)
  if (fault !== undefined)
    throw new AccessError('TOKEN_INVALID', `the peer secret ${fault}: make one with "understudy token"`)
  if (tokens.holds(secret)) {
    throw new AccessError(
      'TOKEN_DUPLICATE',
      'the peer secret is also a token: make another one with "understudy token"',
    )
  }
  return tokenHash(secret)
}

function refusal(status: 401 | 403, code: RefusalCode, message: string): Refusal {
  return { ok: false, status, code, message }
}
