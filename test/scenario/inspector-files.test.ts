/** The inspector's files as a node serves them, and what it does not serve. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, describe, expect, it, onTestFinished, afterAll } from 'vitest'
import { Access, newToken, tokenHashHex } from '@understudy/node'
import type { Node, NodeOptions } from '@understudy/node'
import { startNode } from '../support/nodes.js'

interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, unknown>>
  readonly body: string
}

let root: string
let folder: string

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'inspector-files-'))
  folder = join(root, 'dist')
  mkdirSync(join(folder, 'assets'), { recursive: true })
  mkdirSync(join(folder, '.hidden'))
  writeFileSync(join(root, 'secret.js'), 'outside')
  writeFileSync(join(folder, 'index.html'), '<!doctype html>the page')
  writeFileSync(join(folder, 'notes.txt'), 'no type')
  writeFileSync(join(folder, '.hidden', 'a.js'), 'hidden')
  writeFileSync(join(folder, 'assets', 'app-B1c2D3e4.js'), 'let x')
  writeFileSync(join(folder, 'assets', 'plain.css'), 'a{}')
  symlinkSync(join(root, 'secret.js'), join(folder, 'assets', 'way-out.js'))
})
afterAll(() => rmSync(root, { recursive: true }))

/** The path is sent as it is: no client straightens it. */
function get(node: Node, path: string, { method = 'GET', headers = {} }: { readonly method?: string; readonly headers?: Readonly<Record<string, string>> } = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asked = request({ host: '127.0.0.1', port: node.port, path, method, headers: { ...headers }, agent: false }, (response) => {
      let body = ''
      response.setEncoding('utf8').on('data', (part: string) => (body += part))
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }))
    })
    asked.on('error', reject).end()
  })
}

const serving = (options: Partial<NodeOptions> = {}): Promise<Node> => startNode({ name: 'a', inspector: folder, ...options })

describe('the inspector’s files', () => {
  it('are served with their types, and the page may reach its own origin only [INS-20]', async () => {
    const node = await serving()
    const page = await get(node, '/inspector/')
    expect([page.status, page.headers['content-type'], page.body]).toEqual([200, 'text/html; charset=utf-8', '<!doctype html>the page'])
    const policy = String(page.headers['content-security-policy'])
    expect(policy).toContain("default-src 'none'")
    expect(policy).toContain("connect-src 'self'")
    expect(policy).toContain("frame-ancestors 'none'")
    expect(policy).not.toMatch(/unsafe|http:|https:|\*/)
    expect(page.headers['x-content-type-options']).toBe('nosniff')
    const script = await get(node, '/inspector/assets/app-B1c2D3e4.js')
    expect([script.status, script.headers['content-type'], script.body]).toEqual([200, 'text/javascript; charset=utf-8', 'let x'])
  })

  it('are found without the last slash, and asked for without a body [INS-20]', async () => {
    const node = await serving()
    const moved = await get(node, '/inspector')
    expect([moved.status, moved.headers['location']]).toEqual([308, '/inspector/'])
    const head = await get(node, '/inspector/', { method: 'HEAD' })
    expect([head.status, head.body, head.headers['content-length']]).toEqual([200, '', '23'])
    expect((await get(node, '/inspector/', { method: 'POST' })).status).toBe(405)
  })

  it('are kept for a year where their name has a hash, and asked for anew where not [INS-20]', async () => {
    const node = await serving()
    expect((await get(node, '/inspector/assets/app-B1c2D3e4.js')).headers['cache-control']).toBe('public, max-age=31536000, immutable')
    const { headers } = await get(node, '/inspector/')
    expect(headers['cache-control']).toBe('no-cache')
    const again = await get(node, '/inspector/', { headers: { 'if-none-match': String(headers['etag']) } })
    expect([again.status, again.body]).toEqual([304, ''])
  })

  it.each([
    '/inspector/../secret.js',
    '/inspector/..%2fsecret.js',
    '/inspector/%2e%2e/secret.js',
    '/inspector/assets/../../secret.js',
    '/inspector/assets/..\\..\\secret.js',
    '/inspector//secret.js',
    '/inspector/assets/way-out.js',
    '/inspector/.hidden/a.js',
    '/inspector/assets',
    '/inspector/assets/',
    '/inspector/notes.txt',
    '/inspector/%00.js',
    `/inspector/${'a'.repeat(5_000)}.js`,
    '/inspector/index.html/x.js',
  ])('are all that is served: not %s [INS-21]', async (path) => {
    const answer = await get(await serving(), path)
    expect(answer.status).toBe(404)
    expect(answer.body).not.toMatch(/outside|hidden|no type/)
  })

  it('need no token, but neither a foreign name nor a token in the address [INS-22]', async () => {
    const open = await serving()
    expect((await get(open, '/inspector/', { headers: { host: 'evil.example' } })).status).toBe(403)
    const token = newToken()
    const guarded = await serving({ access: new Access({ tokens: [{ name: 'ops', role: 'admin', sha256: tokenHashHex(token) }] }) })
    expect((await get(guarded, '/inspector/')).status).toBe(200)
    const answer = await get(guarded, `/inspector/?token=${token}`)
    expect([answer.status, answer.body.includes(token)]).toEqual([401, false])
  })

  it('that are not there are asked for in words, and a node without them serves none [INS-20]', async () => {
    const empty = mkdtempSync(join(tmpdir(), 'inspector-empty-'))
    onTestFinished(() => rmSync(empty, { recursive: true }))
    const answer = await get(await serving({ inspector: join(empty, 'dist') }), '/inspector/')
    expect([answer.status, answer.body]).toEqual([404, expect.stringContaining('npm run build')])
    expect((await get(await startNode({ name: 'b' }), '/inspector/')).status).toBe(404)
  })
})
