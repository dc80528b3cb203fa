/** Who gets in, and who does not: tokens, roles, peers, origins, loopback. */
import { inspect } from 'node:util'
import * as crypto from 'node:crypto'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import { Access } from './access.js'
import type { AccessRequest } from './access.js'
import { tokenProtocols } from './presented-token.js'
import type { Need } from './role.js'
import { newToken, tokenHashHex } from './token.js'

vi.mock('node:crypto', async (original) => {
  const real = await original<typeof crypto>()
  return { ...real, timingSafeEqual: vi.fn(real.timingSafeEqual) }
})

const READ = newToken()
const WRITE = newToken()
const ADMIN = newToken()
const OLD = newToken()
const SECRET = newToken()
const NOW = Date.parse('2026-06-01T12:00:00Z')

const options = {
  tokens: [
    { name: 'board', role: 'read', sha256: tokenHashHex(READ) },
    { name: 'app', role: 'write', sha256: tokenHashHex(WRITE), expires: '2026-06-02' },
    { name: 'ops', role: 'admin', sha256: tokenHashHex(ADMIN) },
    { name: 'gone', role: 'admin', sha256: tokenHashHex(OLD), expires: '2026-06-01T12:00:00Z' },
  ],
  peerSecret: SECRET,
  now: () => NOW,
} as const

const guarded = new Access(options)

/** A request from another machine that presents `token` as a header. */
function request(token?: string, extra: Partial<AccessRequest> = {}): AccessRequest {
  const headers = {
    host: 'sessions.example:4400',
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    ...extra.headers,
  }
  return { remoteAddress: '10.0.0.7', path: '/client', ...extra, headers }
}

/** A request from this machine. */
function local(extra: Partial<AccessRequest> = {}): AccessRequest {
  return {
    remoteAddress: '127.0.0.1',
    path: '/client',
    ...extra,
    headers: { host: '127.0.0.1:4400', ...extra.headers },
  }
}

/** The code of the refusal, or the role that was given. */
function outcome(access: Access, asked: AccessRequest, need: Need): string {
  const decision = access.authorize(asked, need)
  return decision.ok ? decision.role : `${decision.status} ${decision.code}`
}

describe('tokens', () => {
  test('a token is let in by its name and role, for as long as it holds', () => {
    const expiresAt = Date.parse('2026-06-02')
    expect(guarded.authorize(request(WRITE), 'write')).toEqual({ ok: true, role: 'write', name: 'app', expiresAt })
    expect(guarded.authorize(request(ADMIN), 'write')).toEqual({ ok: true, role: 'admin', name: 'ops' })
  })

  test('a role covers those below it and none above it [ACC-2]', () => {
    const table = [READ, WRITE, ADMIN].map((token) =>
      (['read', 'write', 'admin'] as const).map((need) => outcome(guarded, request(token), need)),
    )
    expect(table).toEqual([
      ['read', '403 ROLE_TOO_LOW', '403 ROLE_TOO_LOW'],
      ['write', 'write', '403 ROLE_TOO_LOW'],
      ['admin', 'admin', 'admin'],
    ])
  })

  test('a refusal says which role is missing', () => {
    expect(guarded.authorize(request(READ), 'admin')).toMatchObject({
      message: 'this needs a token of role admin; this one has role read',
    })
  })

  test('no token, an unknown one and an expired one are told apart, each 401 [ACC-3]', () => {
    expect(outcome(guarded, request(), 'read')).toBe('401 TOKEN_MISSING')
    expect(outcome(guarded, request(newToken()), 'read')).toBe('401 TOKEN_UNKNOWN')
    expect(outcome(guarded, request(OLD), 'read')).toBe('401 TOKEN_EXPIRED')
  })

  test('a token expires at the very millisecond its entry names, and not before [ACC-3]', () => {
    const at = Date.parse('2026-06-02T00:00:00Z')
    expect(outcome(new Access({ ...options, now: () => at - 1 }), request(WRITE), 'write')).toBe('write')
    expect(outcome(new Access({ ...options, now: () => at }), request(WRITE), 'write')).toBe('401 TOKEN_EXPIRED')
  })

  test('this machine needs a token as well as soon as there are tokens', () => {
    expect(outcome(guarded, local(), 'read')).toBe('401 TOKEN_MISSING')
  })

  test('a browser presents its token as a subprotocol', () => {
    const headers = { 'sec-websocket-protocol': tokenProtocols(WRITE).join(', ') }
    expect(outcome(guarded, request(undefined, { headers }), 'write')).toBe('write')
  })

  test('a scheme other than Bearer presents no token', () => {
    const basic = `Basic ${Buffer.from(`app:${WRITE}`).toString('base64')}`
    expect(outcome(guarded, request(undefined, { headers: { authorization: basic } }), 'read')).toBe(
      '401 TOKEN_MISSING',
    )
    expect(outcome(guarded, request(undefined, { headers: { authorization: 'Bearer' } }), 'read')).toBe(
      '401 TOKEN_MISSING',
    )
  })

  test.each(['token', 'access_token', 'access-token', 'API_KEY', 'auth', 'secret', 'peerSecret', 'bearer'])(
    'a token in an address is refused, however valid: ?%s= [ACC-4]',
    (parameter) => {
      expect(outcome(guarded, request(ADMIN, { path: `/client?x=1&${parameter}=${ADMIN}` }), 'read')).toBe(
        '401 TOKEN_IN_URL',
      )
    },
  )

  test('one of our tokens anywhere in an address is refused, also encoded [ACC-4]', () => {
    for (const path of [
      `/client/${ADMIN}`,
      `/client?t=${ADMIN}`,
      `/client?t=%75st_${ADMIN.slice(4)}`,
      `/client?%zz&t=${ADMIN}`,
    ]) {
      expect(outcome(guarded, request(ADMIN, { path }), 'read')).toBe('401 TOKEN_IN_URL')
      expect(outcome(Access.loopbackOnly(), local({ path }), 'read')).toBe('401 TOKEN_IN_URL')
    }
  })

  test('other parameters of an address are nobody’s business', () => {
    expect(outcome(guarded, request(READ, { path: '/status?verbose=1&tokens_shown=0' }), 'read')).toBe('read')
  })
})

describe('comparing', () => {
  const compare = vi.mocked(crypto.timingSafeEqual)
  beforeEach(() => {
    compare.mockClear()
  })

  /** How many comparisons one request costs. */
  function cost(asked: AccessRequest, need: Need): number {
    compare.mockClear()
    guarded.authorize(asked, need)
    return compare.mock.calls.length
  }

  test('every request compares with every token and the peer secret, whatever matches [ACC-1]', () => {
    const costs = [READ, WRITE, ADMIN, OLD, SECRET, newToken(), 'x'].flatMap((token) =>
      (['read', 'admin', 'peer'] as const).map((need) => cost(request(token), need)),
    )
    expect(new Set(costs)).toEqual(new Set([options.tokens.length + 1]))
  })

  test('what is compared is always 32 bytes of hash, never the token [ACC-1]', () => {
    guarded.authorize(request('short'), 'read')
    guarded.authorize(request(ADMIN.repeat(50)), 'read')
    const lengths = compare.mock.calls.flatMap(([a, b]) => [a.byteLength, b.byteLength])
    expect(new Set(lengths)).toEqual(new Set([32]))
  })
})

describe('peers', () => {
  test('the peer secret opens a peer link [ACC-8]', () => {
    expect(guarded.authorize(request(SECRET), 'peer')).toEqual({ ok: true, role: 'peer', name: 'peer' })
  })

  test('no token opens a peer link, not even an admin’s [ACC-8]', () => {
    expect(outcome(guarded, request(ADMIN), 'peer')).toBe('403 PEER_SECRET_NEEDED')
    expect(outcome(guarded, request(newToken()), 'peer')).toBe('401 PEER_SECRET_NEEDED')
  })

  test('the peer secret reaches sessions, which a peer may write anyway, and is no admin token [ACC-8]', () => {
    expect(outcome(guarded, request(SECRET), 'read')).toBe('write')
    expect(guarded.authorize(request(SECRET), 'write')).toEqual({ ok: true, role: 'write', name: 'peer', isPeer: true })
    expect(outcome(guarded, request(SECRET), 'admin')).toBe('403 ROLE_TOO_LOW')
  })

  test('without a peer secret no peer gets in as soon as there are tokens [ACC-8]', () => {
    const { tokens } = options
    expect(outcome(new Access({ tokens }), request(ADMIN), 'peer')).toBe('403 PEER_SECRET_NEEDED')
  })

  test('a node presents the secret with its own peer connections, so two nodes with one secret meet', () => {
    const headers = { host: 'b.example', ...guarded.peerHeaders() }
    expect(outcome(new Access({ peerSecret: SECRET }), request(undefined, { headers }), 'peer')).toBe('peer')
    expect(Access.loopbackOnly().peerHeaders()).toEqual({})
  })

  test('with a peer secret alone, clients are refused', () => {
    expect(outcome(new Access({ peerSecret: SECRET }), local(), 'read')).toBe('401 TOKEN_MISSING')
  })

  test('a page never opens a peer link, not even one of the node itself [ACC-7]', () => {
    expect(outcome(guarded, request(SECRET, { headers: { origin: 'http://sessions.example:4400' } }), 'peer')).toBe(
      '403 ORIGIN_FOREIGN',
    )
    expect(outcome(Access.loopbackOnly(), local({ headers: { origin: 'http://127.0.0.1:4400' } }), 'peer')).toBe(
      '403 ORIGIN_FOREIGN',
    )
  })
})

describe('origins', () => {
  /** What becomes of a request of `origin` to `host` with a valid token. */
  function page(origin: string, host = 'sessions.example:4400', access = guarded): string {
    return outcome(access, request(WRITE, { headers: { host, origin } }), 'write')
  }

  test('a page of the node itself may connect', () => {
    expect(page('http://sessions.example:4400')).toBe('write')
    expect(page('HTTP://Sessions.Example:4400')).toBe('write')
    expect(page('http://[fd00::7]:4400', '[fd00::7]:4400')).toBe('write')
  })

  test('behind a proxy that ends TLS the ports that go without saying are the same', () => {
    expect(page('https://sessions.example', 'sessions.example')).toBe('write')
    expect(page('https://sessions.example', 'sessions.example:443')).toBe('write')
  })

  test.each([
    'http://evil.example',
    'http://sessions.example',
    'http://sessions.example:4401',
    'http://sub.sessions.example:4400',
    'http://sessions.example.evil:4400',
    'null',
    'file://',
    '',
    'chrome-extension://abc',
    'http://sessions.example:4400@evil.example',
  ])('a foreign page is refused though its token is valid: %s [ACC-7]', (origin) => {
    expect(page(origin)).toBe('403 ORIGIN_FOREIGN')
  })

  test('a Host header that is none makes no origin its own [ACC-7]', () => {
    for (const host of ['', 'a b', 'evil.example/http://x', 'user@evil.example']) {
      expect(page('http://evil.example', host)).toBe('403 ORIGIN_FOREIGN')
    }
  })

  test('a listed origin may connect, whatever its case or written port', () => {
    const access = new Access({ ...options, origins: ['https://App.example:443/'] })
    expect(page('https://app.example', undefined, access)).toBe('write')
    expect(page('https://app.example:8443', undefined, access)).toBe('403 ORIGIN_FOREIGN')
    expect(page('http://app.example', undefined, access)).toBe('403 ORIGIN_FOREIGN')
  })

  test.each(['app.example', 'https://app.example/path', 'ws://app.example', '*', 'https://u@app.example'])(
    'an origin that is none is refused at the start: %s',
    (origin) => {
      expect(() => new Access({ origins: [origin] })).toThrow(
        expect.objectContaining({
          code: 'ORIGIN_INVALID',
          message: `'${origin}' is no origin: write http://host:port or https://host, without a path`,
        }),
      )
    },
  )
})

describe('without tokens', () => {
  const open = Access.loopbackOnly()

  test.each(['127.0.0.1', '127.8.9.10', '::1', '::ffff:127.0.0.1', '::FFFF:127.0.0.1'])(
    'this machine may do everything: %s',
    (remoteAddress) => {
      expect(open.authorize(local({ remoteAddress }), 'admin')).toEqual({ ok: true, role: 'admin', name: 'loopback' })
      expect(outcome(open, local({ remoteAddress }), 'peer')).toBe('peer')
    },
  )

  test.each([
    '10.0.0.7',
    '192.168.1.2',
    '::ffff:10.0.0.7',
    'fe80::1',
    '::',
    '0.0.0.0',
    '1270.0.0.1',
    '127.0.0.1.evil',
    undefined,
  ])('nobody else gets in: %s [ACC-5]', (remoteAddress) => {
    expect(outcome(open, local({ remoteAddress }), 'read')).toBe('403 NOT_LOOPBACK')
  })

  test.each(['localhost', 'localhost:4400', 'LOCALHOST:1', '127.0.0.1', '[::1]:4400'])(
    'the node answers to the names of this machine: %s',
    (host) => {
      expect(outcome(open, local({ headers: { host } }), 'write')).toBe('admin')
    },
  )

  test.each([
    'evil.example',
    'localhost.evil.example',
    'evil.example:4400',
    '10.0.0.7',
    '',
    'localhost@evil.example',
    '127.0.0.1.evil.example',
    'a:b:c',
  ])('a foreign name that was made to point here is refused: %s [ACC-6]', (host) => {
    expect(outcome(open, local({ headers: { host } }), 'read')).toBe('403 HOST_FOREIGN')
  })

  test('a request without a Host header is refused [ACC-6]', () => {
    expect(outcome(open, { remoteAddress: '127.0.0.1', path: '/', headers: {} }, 'read')).toBe('403 HOST_FOREIGN')
  })

  test('pages of this machine may connect, others not unless listed [ACC-7]', () => {
    const listed = Access.loopbackOnly({ origins: ['http://shop.test'] })
    const page = (origin: string) => local({ headers: { origin } })
    expect(outcome(open, page('http://localhost:3000'), 'write')).toBe('admin')
    expect(outcome(open, page('http://[::1]:3000'), 'write')).toBe('admin')
    expect(outcome(open, page('http://shop.test'), 'write')).toBe('403 ORIGIN_FOREIGN')
    expect(outcome(open, page('null'), 'write')).toBe('403 ORIGIN_FOREIGN')
    expect(outcome(listed, page('http://shop.test'), 'write')).toBe('admin')
  })

  test('a node can tell whether it may listen for other machines', () => {
    expect(open.isLoopbackOnly).toBe(true)
    expect(guarded.isLoopbackOnly).toBe(false)
    expect(new Access({ peerSecret: SECRET }).isLoopbackOnly).toBe(false)
  })
})

describe('setting up', () => {
  test.each([
    [
      'ROLE_UNKNOWN',
      { role: 'root' as 'admin', sha256: tokenHashHex(READ) },
      `token 'root': role must be one of read, write, admin`,
    ],
    [
      'TOKEN_INVALID',
      { role: 'read' as const, sha256: 'abc' },
      `token 'read': sha256 must be 64 hexadecimal digits, as "understudy token" prints them`,
    ],
    [
      'TOKEN_INVALID',
      { role: 'read' as const, sha256: tokenHashHex(READ), name: 'x', expires: 'soon' },
      `token 'x': expires must be a date like 2027-12-31 or 2027-12-31T18:00:00Z`,
    ],
  ])('an unusable entry is refused: %s', (code, entry, message) => {
    expect(() => new Access({ tokens: [entry] })).toThrow(expect.objectContaining({ code, message }))
  })

  test('no two entries may hold one token, nor may the peer secret be a token', () => {
    const entry = { role: 'read', sha256: tokenHashHex(SECRET) } as const
    expect(() => new Access({ tokens: [entry, { ...entry, sha256: entry.sha256.toUpperCase() }] })).toThrow(
      expect.objectContaining({ code: 'TOKEN_DUPLICATE' }),
    )
    expect(() => new Access({ tokens: [entry], peerSecret: SECRET })).toThrow(
      expect.objectContaining({ code: 'TOKEN_DUPLICATE' }),
    )
  })

  test('a peer secret that could be guessed is refused', () => {
    expect(() => new Access({ peerSecret: 'secret' })).toThrow('the peer secret has fewer than 16 characters')
  })

  test('neither the object nor a refusal shows a secret [ACC-10]', () => {
    const shown = [inspect(guarded, { depth: 9, showHidden: true }), JSON.stringify(guarded)]
    for (const token of [READ, OLD, SECRET, newToken()]) {
      for (const need of ['admin', 'peer'] as const) shown.push(JSON.stringify(guarded.authorize(request(token), need)))
      for (const text of shown) expect(text).not.toContain(token)
    }
  })
})
