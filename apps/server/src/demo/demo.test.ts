/**
 * The whole demo: real processes, real HTTP, real traffic. In place of `understudy serve` runs a small program that
 * answers /status, in place of the store one in memory.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { FakeShopStore } from '../test-support/fake-shop-store.js'
import { fakeSurroundings } from '../test-support/fake-surroundings.js'
import { sampleLink, sampleStatus } from '../test-support/sample-status.js'
import { demo } from './demo.js'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'understudy-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

/** A node that only says `status` of itself, with traffic that grows by the second; its pids are in the file `pids`. */
function nodeProgram(equal: boolean): { program: string; pids: () => Promise<number[]> } {
  const name = Math.random().toString(36).slice(2)
  const program = join(folder, `${name}.mjs`)
  const status = JSON.stringify(sampleStatus({ links: [sampleLink()] }))
  writeFileSync(
    program,
    `
    import { createServer } from 'node:http'
    import { appendFileSync } from 'node:fs'
    const at = process.argv[process.argv.indexOf('--listen') + 1]
    const [host, port] = at.split(':')
    const status = ${status}
    status.digest = ${equal} ? 'same' : String(process.pid)
    const server = createServer((request, response) => {
      status.links[0].sentBytes = Math.round(process.uptime() * 1000)
      response.end(JSON.stringify(status))
    })
    server.listen(Number(port), host, () => process.send({ type: 'ready', url: 'ws://' + at }))
    for (const event of ['SIGTERM', 'disconnect']) process.on(event, () => process.exit(0))
    appendFileSync(${JSON.stringify(join(folder, `${name}.pids`))}, process.pid + '\\n')
  `,
  )
  return {
    program,
    async pids() {
      return (await readFile(join(folder, `${name}.pids`), 'utf8')).trim().split('\n').map(Number)
    },
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

test('it runs for the seconds asked for, loses nothing, ends with 0 and leaves no process behind [SRV-7]', async () => {
  const surroundings = fakeSurroundings()
  const store = new FakeShopStore()
  const { program, pids } = nodeProgram(true)
  const began = performance.now()
  expect(await demo(['--seconds', '2', '--users', '5'], surroundings, { program, connectTo: async () => store })).toBe(
    0,
  )
  expect(performance.now() - began).toBeGreaterThan(2000)
  const { out } = surroundings.written
  expect(out).toMatch(/inspector {2}http:\/\/127\.0\.0\.1:\d+\/inspector\/ /)
  expect(out).toMatch(/nodes {6}a ws:\/\/127\.0\.0\.1:\d+ {3}b ws:/)
  expect(out).toMatch(/shop {7}http:\/\/127\.0\.0\.1:\d+\/ {3}http:/)
  expect(out).toMatch(
    /in all: \d+ saves\/s, \d+ requests\/s, \d+ B per attribute, lag 1 ms, caught up 3 of 3, digests equal, checked \d+, late 0, failed 0, lost updates 0\n/,
  )
  expect(store.sessions.size).toBeGreaterThan(0)
  expect((await pids()).filter(isAlive)).toEqual([])
  expect(surroundings.listening()).toBe(0)
})

test('Ctrl-C stops everything in order, with exit code 0 [SRV-7]', async () => {
  const surroundings = fakeSurroundings()
  const { program, pids } = nodeProgram(true)
  const store = new FakeShopStore()
  const running = demo(['--users', '2'], surroundings, { program, connectTo: async () => store })
  await vi.waitUntil(() => surroundings.written.out.includes('saves/s'), { timeout: 10_000 })
  surroundings.signal('SIGINT')
  expect(await running).toBe(0)
  expect(surroundings.exits).toEqual([])
  expect((await pids()).filter(isAlive)).toEqual([])
})

test('a second Ctrl-C ends the nodes at once', async () => {
  const surroundings = fakeSurroundings()
  const { program, pids } = nodeProgram(false)
  const store = new FakeShopStore()
  const running = demo(['--users', '2'], surroundings, { program, connectTo: async () => store })
  await vi.waitUntil(() => surroundings.written.out.includes('saves/s'), { timeout: 10_000 })
  surroundings.signal('SIGINT')
  surroundings.signal('SIGINT')
  expect(surroundings.exits).toEqual([130])
  const killed = await pids()
  await vi.waitUntil(() => !killed.some(isAlive), { timeout: 5000 })
  // The real process would be gone by now.
  await running
})

test('a lost update makes it fail [SRV-6]', async () => {
  const surroundings = fakeSurroundings()
  const { program, pids } = nodeProgram(true)
  // Two instances with a store each: nothing that one saves is seen by the other.
  const running = demo(['--seconds', '3', '--users', '2'], surroundings, {
    program,
    connectTo: async () => new FakeShopStore(),
  })
  const error: unknown = await running.catch((reason: unknown) => reason)
  expect(error).toMatchObject({
    code: 'DEMO_FAILED',
    exitCode: 1,
    message: expect.stringMatching(/^\d+ updates were lost: please report it$/),
  })
  expect((await pids()).filter(isAlive)).toEqual([])
})

test('replicas that still differ after the traffic make it fail', async () => {
  const { program } = nodeProgram(false)
  const store = new FakeShopStore()
  await expect(
    demo(['--seconds', '1', '--users', '1'], fakeSurroundings(), {
      program,
      connectTo: async () => store,
      settleLimit: 500,
    }),
  ).rejects.toMatchObject({
    code: 'DEMO_FAILED',
    message: 'replicas still differ after 0.5 s without traffic: please report it',
  })
})

test('a shop that cannot be started takes the nodes with it', async () => {
  const { program, pids } = nodeProgram(true)
  const failure = new Error('no store')
  await expect(demo([], fakeSurroundings(), { program, connectTo: () => Promise.reject(failure) })).rejects.toBe(
    failure,
  )
  expect((await pids()).filter(isAlive)).toEqual([])
})
