/** The commands with the real node, the real client and real sockets; only the processes are one. */
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect } from '@understudy/client'
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import { freePorts } from './demo/free-ports.js'
import { startShops } from './demo/shop/shop-server.js'
import { startTraffic } from './demo/traffic/traffic.js'
import { serve } from './serve/serve.js'
import { fetchStatus } from './status/fetch-status.js'
import { status } from './status/status.js'
import { fakeSurroundings } from './test-support/fake-surroundings.js'
import type { FakeSurroundings } from './test-support/fake-surroundings.js'

const TOKEN = 'ust_a-token-of-this-test'
const SECRET = 'ust_the-secret-of-this-test'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'understudy-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

/** Nodes under way, by their surroundings. */
const running = new Map<FakeSurroundings, Promise<number>>()
afterEach(stopNodes)

async function stopNodes(): Promise<void> {
  const stopping = [...running]
  running.clear()
  for (const [surroundings] of stopping) surroundings.signal('SIGTERM')
  expect(await Promise.all(stopping.map(([, served]) => served))).toEqual(stopping.map(() => 0))
}

/** Starts a, b, c … with `extra` options and waits until each has said that it is up; their addresses. */
async function startNodes(count: number, extra: readonly string[] = []): Promise<readonly string[]> {
  const names = ['a', 'b', 'c'].slice(0, count)
  const ports = await freePorts(count, undefined)
  const urls = ports.map((port) => `ws://127.0.0.1:${port}`)
  for (const [index, name] of names.entries()) {
    const peers = names.flatMap((peer, other) => (other === index ? [] : ['--peer', `${peer}=${urls[other]}`]))
    const surroundings = fakeSurroundings()
    running.set(
      surroundings,
      serve(['--name', name, '--listen', `127.0.0.1:${ports[index]}`, ...peers, ...extra], surroundings),
    )
  }
  await vi.waitUntil(() => [...running.keys()].every(({ written }) => written.out.includes('node is up')), {
    timeout: 15_000,
  })
  return urls
}

/** A private token file; its path. */
function tokenFile(): string {
  const path = join(folder, 'tokens.json')
  writeFileSync(path, JSON.stringify({ tokens: [{ name: 'app', role: 'write', token: TOKEN }], peerSecret: SECRET }))
  chmodSync(path, 0o600)
  return path
}

test.each(['benchmark', 'immutable'])(
  'three nodes, two shops, five visitors, mode %s: nothing is lost and the digests are equal in the end [SRV-6]',
  async (mode) => {
    const nodes = await startNodes(3, ['--mode', mode])
    const shops = await startShops({ ports: await freePorts(2, undefined), nodes })
    const traffic = startTraffic({ users: 5, instances: shops.map(({ url }) => url), longestLook: 30 })
    await vi.waitUntil(() => traffic.tally.checked >= 100, { timeout: 20_000 })
    await traffic.stop()
    expect(traffic.tally).toMatchObject({ failed: 0, lost: 0 })
    const digests = async () =>
      new Set(await Promise.all(nodes.map(async (url) => (await fetchStatus(url)).status.digest)))
    await vi.waitUntil(async () => (await digests()).size === 1, { timeout: 10_000 })
    for (const shop of shops) await shop.stop()
  },
)

test('status shows a node and its links, and what it shows is what the node says', async () => {
  const [url = ''] = await startNodes(2)
  await vi.waitUntil(async () => (await fetchStatus(url)).status.links[0]?.state === 'open', { timeout: 10_000 })
  const surroundings = fakeSurroundings()
  expect(await status(['--node', url], surroundings)).toBe(0)
  expect(surroundings.written.out).toContain(`node      a (member) at ${url}\n`)
  expect(surroundings.written.out).toMatch(/\nb +member +open +0 +0 B /)
})

test('with tokens nobody gets in without one, and nodes still find each other by the peer secret [ACC-8]', async () => {
  const [url = ''] = await startNodes(2, ['--tokens', tokenFile()])
  await expect(status(['--node', url], fakeSurroundings())).rejects.toMatchObject({ code: 'NODE_REFUSED' })
  await vi.waitUntil(async () => (await fetchStatus(url, TOKEN)).status.links[0]?.state === 'open', { timeout: 10_000 })

  const store = await connect({ nodes: [url], token: TOKEN })
  const session = await store.open('visitor 1')
  session.set('theme', 'dark')
  expect(await session.save({ copies: 2, required: true })).toMatchObject({ copies: 2 })
  await store.close()
  await expect(
    connect({ nodes: [url], token: 'ust_of-somebody-else', timeouts: { connect: 2000 } }),
  ).rejects.toMatchObject({ code: 'UNAUTHORIZED' })
})

test('a second node on the same port is told so by the real node as well [SRV-4]', async () => {
  const [url = ''] = await startNodes(1)
  const listen = url.slice('ws://'.length)
  await expect(serve(['--name', 'z', '--listen', listen], fakeSurroundings())).rejects.toMatchObject({
    code: 'PORT_IN_USE',
    message: expect.stringMatching(`^cannot listen on ${listen}: the port is in use; `),
  })
})

test('a node waits for peers that are not there, says so in its log, and stops cleanly all the same', async () => {
  const [port] = await freePorts(1, undefined)
  await startNodes(1, ['--peer', `z=ws://127.0.0.1:${port}`])
  const [surroundings] = running.keys()
  await vi.waitUntil(() => /"peer":"z"/.test(surroundings?.written.out ?? ''), { timeout: 10_000 })
})
