/** What a token file may hold, and how clearly it is refused otherwise. */
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Access } from './access.js'
import { AccessError } from './access-error.js'
import { newToken, tokenHashHex } from './token.js'
import { parseTokenFile, readTokenFile } from './token-file.js'

const TOKEN = newToken()
const HASH = tokenHashHex(TOKEN)
const SECRET = newToken()

/** The error that parsing `file` throws. */
function refusal(file: unknown): AccessError {
  try {
    parseTokenFile(typeof file === 'string' ? file : JSON.stringify(file))
  } catch (error) {
    if (error instanceof AccessError) return error
    throw error
  }
  throw new Error('the file was accepted')
}

describe('parsing', () => {
  test('a token in clear and its hash give the same entry', () => {
    const clear = parseTokenFile(JSON.stringify({ tokens: [{ name: 'app', role: 'write', token: TOKEN }] }))
    const hashed = parseTokenFile(
      JSON.stringify({ tokens: [{ name: 'app', role: 'write', sha256: HASH.toUpperCase() }] }),
    )
    expect(clear).toEqual({ tokens: [{ name: 'app', role: 'write', sha256: HASH }] })
    expect(hashed).toEqual(clear)
  })

  test('what is parsed makes an Access', () => {
    const file = { tokens: [{ name: 'app', role: 'write', token: TOKEN, expires: '2999-01-01' }], peerSecret: SECRET }
    const access = new Access(parseTokenFile(JSON.stringify(file)))
    const headers = { authorization: `Bearer ${TOKEN}` }
    expect(access.authorize({ headers, remoteAddress: '10.0.0.1', path: '/' }, 'write')).toMatchObject({
      ok: true,
      name: 'app',
    })
    expect(access.peerHeaders()).toEqual({ authorization: `Bearer ${SECRET}` })
  })

  test('a peer secret alone is a file: a dedicated back-up needs no more', () => {
    expect(parseTokenFile(JSON.stringify({ peerSecret: SECRET }))).toEqual({ tokens: [], peerSecret: SECRET })
  })

  const entry = { name: 'app', role: 'write', token: TOKEN }
  test.each<[unknown, string, string]>([
    ['{ "tokens": [', 'TOKEN_FILE_MALFORMED', 'it is no JSON'],
    [[], 'TOKEN_FILE_MALFORMED', 'the file must be an object'],
    [null, 'TOKEN_FILE_MALFORMED', 'the file must be an object'],
    [{}, 'TOKEN_FILE_MALFORMED', 'it holds neither a token nor a peer secret'],
    [{ tokens: {} }, 'TOKEN_FILE_MALFORMED', '"tokens" must be a list'],
    [
      { tokens: [], token: [] },
      'TOKEN_FILE_MALFORMED',
      'the file has the unknown key "token": it may have tokens, peerSecret',
    ],
    [{ tokens: ['x'] }, 'TOKEN_FILE_MALFORMED', 'tokens[0] must be an object'],
    [{ tokens: [{ ...entry, name: undefined }] }, 'TOKEN_FILE_MALFORMED', 'tokens[0] needs a "name"'],
    [
      { tokens: [{ ...entry, role: 'root' }] },
      'ROLE_UNKNOWN',
      `tokens[0] ('app'): "role" must be one of read, write, admin`,
    ],
    [
      { tokens: [{ ...entry, role: 'constructor' }] },
      'ROLE_UNKNOWN',
      `tokens[0] ('app'): "role" must be one of read, write, admin`,
    ],
    [
      { tokens: [{ ...entry, expire: '2027-01-01' }] },
      'TOKEN_FILE_MALFORMED',
      'tokens[0] has the unknown key "expire": it may have name, role, token, sha256, expires',
    ],
    [
      '{ "tokens": [], "__proto__": {} }',
      'TOKEN_FILE_MALFORMED',
      'the file has the unknown key "__proto__": it may have tokens, peerSecret',
    ],
    [
      { tokens: [{ ...entry, expires: '31.12.2027' }] },
      'TOKEN_FILE_MALFORMED',
      `tokens[0] ('app'): "expires" must be a date like 2027-12-31 or 2027-12-31T18:00:00Z`,
    ],
    [
      { tokens: [{ ...entry, expires: '2027-13-01' }] },
      'TOKEN_FILE_MALFORMED',
      `tokens[0] ('app'): "expires" must be a date like 2027-12-31 or 2027-12-31T18:00:00Z`,
    ],
    [
      { tokens: [{ ...entry, sha256: HASH }] },
      'TOKEN_FILE_MALFORMED',
      `tokens[0] ('app') needs either "token" or "sha256"`,
    ],
    [
      { tokens: [{ name: 'app', role: 'write' }] },
      'TOKEN_FILE_MALFORMED',
      `tokens[0] ('app') needs either "token" or "sha256"`,
    ],
    [
      { tokens: [{ name: 'app', role: 'write', sha256: 'ab' }] },
      'TOKEN_INVALID',
      `tokens[0] ('app'): "sha256" must be 64 hexadecimal digits`,
    ],
    [
      { tokens: [{ ...entry, token: 'hunter2' }] },
      'TOKEN_INVALID',
      `tokens[0] ('app'): "token" has fewer than 16 characters: make one with "understudy token"`,
    ],
    [
      { tokens: [{ ...entry, token: 'correct horse battery staple' }] },
      'TOKEN_INVALID',
      `tokens[0] ('app'): "token" holds white space or characters outside ASCII: make one with "understudy token"`,
    ],
    [{ tokens: [], peerSecret: 7 }, 'TOKEN_INVALID', '"peerSecret" is no text: make one with "understudy token"'],
    [
      { tokens: [entry, { ...entry, token: newToken() }] },
      'TOKEN_DUPLICATE',
      'two tokens have the same name: give each its own',
    ],
  ])('%j is refused [ACC-9]', (file, code, message) => {
    expect(refusal(file)).toMatchObject({ code, message })
  })

  test('no message shows a token, not even of a file that is no JSON [ACC-10]', () => {
    const secret = 'abc defghijklmnop'
    for (const file of [
      `{"tokens":[{"token":${secret}}]}`,
      { peerSecret: secret },
      { tokens: [{ ...entry, token: secret }] },
    ]) {
      const error = refusal(file)
      expect(`${error.stack} ${String(error.cause)}`).not.toContain(secret)
    }
  })
})

describe('reading', () => {
  let folder: string
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'understudy-'))
  })
  afterAll(() => rm(folder, { recursive: true }))

  test('a file that others can read is used with a warning, a private one without', async () => {
    const path = join(folder, 'tokens.json')
    await writeFile(path, JSON.stringify({ peerSecret: SECRET }))
    await chmod(path, 0o644)
    expect(await readTokenFile(path)).toEqual({
      tokens: [],
      peerSecret: SECRET,
      warnings: [`token file ${path} can be read by every user of this machine: chmod 600 it`],
    })
    await chmod(path, 0o600)
    expect((await readTokenFile(path)).warnings).toEqual([])
  })

  test('a file that is not there is refused with its path', async () => {
    const path = join(folder, 'none.json')
    await expect(readTokenFile(path)).rejects.toMatchObject({
      code: 'TOKEN_FILE_UNREADABLE',
      message: expect.stringContaining(`cannot read the token file ${path}: ENOENT`),
    })
  })

  test('what is wrong inside is told with the path', async () => {
    const path = join(folder, 'bad.json')
    await writeFile(path, '{}')
    await expect(readTokenFile(path)).rejects.toMatchObject({
      code: 'TOKEN_FILE_MALFORMED',
      message: `token file ${path}: it holds neither a token nor a peer secret`,
    })
  })
})

test('new tokens are recognisable, usable and never the same', () => {
  const tokens = Array.from({ length: 100 }, newToken)
  expect(new Set(tokens).size).toBe(100)
  for (const token of tokens) expect(token).toMatch(/^ust_[\w-]{43}$/)
})
