/** Asking a node for its status, and what is said when there is none to be had. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { freePorts, portOf } from '../demo/free-ports.js'
import { fakeSurroundings } from '../test-support/fake-surroundings.js'
import { sampleLink, sampleStatus } from '../test-support/sample-status.js'
import { status } from './status.js'
import { statusText } from './status-text.js'

const servers: Server[] = []
let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'understudy-'))
})
afterAll(() => rmSync(folder, { recursive: true }))
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => new Promise((resolve) => server.close(resolve))))
})

/** A server that answers so; HOST:PORT of it. */
async function answering(answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<string> {
  const server = createServer(answer)
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return `127.0.0.1:${portOf(server)}`
}

function json(code: number, body: unknown) {
  return (_request: IncomingMessage, response: ServerResponse) => {
    response.writeHead(code, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  }
}

function file(content: string): string {
  const path = join(folder, `${Math.random().toString(36).slice(2)}.txt`)
  writeFileSync(path, content)
  return path
}

async function shown(args: readonly string[]): Promise<string> {
  const surroundings = fakeSurroundings()
  expect(await status(args, surroundings)).toBe(0)
  return surroundings.written.out
}

describe('asking', () => {
  test('the address may be the one of the WebSocket or of HTTP, with or without a slash', async () => {
    const paths: (string | undefined)[] = []
    const at = await answering((request, response) => {
      paths.push(request.url)
      json(200, sampleStatus())(request, response)
    })
    for (const url of [`ws://${at}`, `http://${at}`, `http://${at}/`])
      expect(await shown(['--node', url])).toContain('a (member)')
    expect(paths).toEqual(['/status', '/status', '/status'])
  })

  test('--json prints all that the node says, also what we do not know', async () => {
    const said = { ...sampleStatus(), later: { more: 1 } }
    const at = await answering(json(200, said))
    expect(JSON.parse(await shown(['--node', `ws://${at}`, '--json']))).toEqual(said)
  })

  test('a token comes from a file, into the header and not into the address', async () => {
    const seen: unknown[] = []
    const at = await answering((request, response) => {
      seen.push(request.headers.authorization, request.url)
      json(200, sampleStatus())(request, response)
    })
    await shown(['--node', `ws://${at}`, '--token-file', file('ust_token\n')])
    expect(seen).toEqual(['Bearer ust_token', '/status'])
  })
})

describe('what is said otherwise', () => {
  async function refusal(args: readonly string[]): Promise<unknown> {
    return await status(args, fakeSurroundings()).then(
      () => undefined,
      (reason: unknown) => reason,
    )
  }

  test('nothing listens there', async () => {
    const [port] = await freePorts(1, undefined)
    expect(await refusal(['--node', `ws://127.0.0.1:${port}`])).toMatchObject({
      code: 'NODE_UNREACHABLE',
      exitCode: 1,
      message:
        `cannot reach a node at http://127.0.0.1:${port}/status: nothing listens there; start one with ` +
        `'understudy serve', or give another address with --node`,
    })
  })

  test('a token is needed, or another one', async () => {
    const at = await answering(json(401, { code: 'TOKEN_MISSING', error: 'a token is needed' }))
    expect(await refusal(['--node', `ws://${at}`])).toMatchObject({
      code: 'NODE_REFUSED',
      message: `http://${at}/status refused (401): a token is needed; give --token-file FILE with a token of role read`,
    })
    expect(await refusal(['--node', `ws://${at}`, '--token-file', file('x')])).toMatchObject({
      message: `http://${at}/status refused (401): a token is needed; give another token with --token-file`,
    })
  })

  test.each<[string, number, unknown, string]>([
    ['another service', 200, { ok: true }, 'name: Invalid input: expected string, received undefined'],
    [
      'a status of another shape',
      200,
      { ...sampleStatus(), links: [{ ...sampleLink(), dirty: 'x' }] },
      'links.0.dirty: Invalid input: expected number, received string',
    ],
    ['no status at all', 404, {}, 'HTTP status 404'],
  ])('what answers is no node: %s', async (_what, code, body, detail) => {
    const at = await answering(json(code, body))
    expect(await refusal(['--node', `ws://${at}`])).toMatchObject({
      code: 'NODE_FOREIGN',
      exitCode: 1,
      message:
        `http://${at}/status does not answer as a node of Understudy (${detail}): check the address given ` +
        'with --node',
    })
  })

  test('a redirect is not followed: it would carry the token elsewhere', async () => {
    const at = await answering((_request, response) => {
      response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end()
    })
    expect(await refusal(['--node', `ws://${at}`])).toMatchObject({ code: 'NODE_UNREACHABLE' })
  })

  test('a token file that is not there, or holds more than a token', async () => {
    expect(await refusal(['--token-file', '/nowhere/t'])).toMatchObject({
      code: 'TOKENS_UNREADABLE',
      message: `option --token-file: cannot read /nowhere/t: ENOENT: no such file or directory, open '/nowhere/t'`,
    })
    const path = file('{ "token": "x" }')
    expect(await refusal(['--token-file', path])).toMatchObject({
      message: `option --token-file: ${path} must hold one token and nothing else`,
    })
  })

  test('an address that is none', async () => {
    expect(await refusal(['--node', 'localhost'])).toMatchObject({
      message:
        `option --node: 'localhost' is not a node’s address, ws://HOST:PORT or http://HOST:PORT; write ` +
        'for example --node ws://127.0.0.1:4400',
    })
  })
})

describe('showing', () => {
  test('a node, its links in columns, and what last went wrong', () => {
    const links = [
      sampleLink({ inFlightBytes: 96, dirty: 1, lagMs: 12 }, ['equal']),
      sampleLink({
        peer: 'store-c',
        role: 'backup',
        state: 'lost',
        dirty: 15_310,
        equal: false,
        sentBytes: 5_242_880,
        lastError: 'connection refused',
      }, ['lagMs']),
      sampleLink({ peer: 'd', sync: { done: 10, total: 12 } }),
    ]
    expect(statusText(sampleStatus({ links })).split('\n')).toEqual([
      'node      a (member) at ws://127.0.0.1:4400',
      'uptime    1h 2m 3s',
      'mode      benchmark',
      'sessions  1,204',
      'slots     86 as primary, 170 as back-up',
      'epoch     3',
      'digest    00ff00ff00ff00ff',
      '',
      'link to  role    state              dirty  in flight    lag  deltas  acked    sent  received  caught up',
      'b        member  open                   1       96 B  12 ms      40     39  2.0 kB    1.5 kB  -',
      'store-c  backup  lost              15,310        0 B      -      40     39  5.0 MB    1.5 kB  no',
      'd        member  open, sync 10/12       0        0 B   1 ms      40     39  2.0 kB    1.5 kB  yes',
      'last error with store-c: connection refused',
      '',
    ])
  })

  test('a node alone', () => {
    expect(statusText(sampleStatus({ links: [], uptimeMs: 0 }))).toContain('uptime    0s\n')
    expect(statusText(sampleStatus({ links: [] }))).toContain('no links: this node has no peers')
  })
})
