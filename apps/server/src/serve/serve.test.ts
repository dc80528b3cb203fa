/** Starting and stopping a node, with a stand-in for the node itself; ports and files are real. */
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import type { Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { NodeError } from '@understudy/node'
import type { NodeOptions } from '@understudy/node'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { fakeSurroundings } from '../test-support/fake-surroundings.js'
import { portOf } from '../demo/free-ports.js'
import { serve } from './serve.js'
import type { StartNode } from './serve.js'

const TOKEN = 'ust_a-token-of-this-test'
const SECRET = 'ust_the-secret-of-this-test'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'understudy-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

/** A private token file with this content; its path. */
function tokenFile(content: unknown, mode = 0o600): string {
  const path = join(folder, `${Math.random().toString(36).slice(2)}.json`)
  writeFileSync(path, JSON.stringify(content))
  chmodSync(path, mode)
  return path
}

/** A node that remembers how it was started and closes when told to. */
function fakeNode(close: () => Promise<void> = async () => {}) {
  const started: NodeOptions[] = []
  const closing = vi.fn(close)
  const start: StartNode = async (options) => {
    started.push(options)
    return { url: `ws://${options.listen}`, close: closing }
  }
  return { start, started, closing }
}

/** Serves until the node is up, then stops it: what it was started with, and what was logged. */
async function startedWith(line: string, env: Readonly<Record<string, string>> = {}) {
  const surroundings = fakeSurroundings(env)
  const node = fakeNode()
  const served = serve(line.split(' ').filter(Boolean), surroundings, node.start)
  const [options] = await vi.waitUntil(() => (node.started.length > 0 ? node.started : undefined))
  surroundings.signal('SIGTERM')
  expect(await served).toBe(0)
  return { options, log: surroundings.written.out }
}

/** What serving is refused with, before a node is started. */
async function refusal(line: string): Promise<unknown> {
  const node = fakeNode()
  const error = await serve(line.split(' '), fakeSurroundings(), node.start).then(
    () => undefined,
    (reason: unknown) => reason,
  )
  expect(node.started).toEqual([])
  return error
}

describe('starting', () => {
  test('a node gets the options that are its business, and those not given are absent', async () => {
    const { options } = await startedWith('--name a --peer b=ws://h:1 --role backup --backups 1 --window 64k --memory')
    expect(options).toEqual({
      name: 'a',
      listen: '127.0.0.1:4400',
      role: 'backup',
      peers: { b: 'ws://h:1' },
      mode: 'benchmark',
      backups: 1,
      window: 65_536,
      partition: 'available',
      takeOver: true,
      access: expect.objectContaining({ isLoopbackOnly: true }),
      log: expect.anything(),
    })
  })

  test('what is given goes through', async () => {
    const { options } = await startedWith(
      '--name a --advertise ws://h:9 --copies 2 --benchmark asked --listen localhost:1',
    )
    expect(options).toMatchObject({ advertise: 'ws://h:9', copies: 2, benchmark: 'asked', listen: 'localhost:1' })
  })

  test('it logs that it is up, where, and that nothing is kept on disk', async () => {
    const { log } = await startedWith('--name a')
    const [up] = log.split('\n').map((line) => (line === '' ? {} : JSON.parse(line)))
    expect(up).toMatchObject({
      level: 30,
      node: 'a',
      url: 'ws://127.0.0.1:4400',
      msg: 'node is up; sessions are kept in memory',
    })
  })

  test('a log for people has one readable line for each', async () => {
    const { log } = await startedWith('--name a --log-format text')
    expect(log.split('\n')[0]).toMatch(
      /^\d\d:\d\d:\d\d\.\d{3} INFO {2}a: node is up; sessions are kept in memory \(url=ws:\/\/127\.0\.0\.1:4400, peers=\[\],/,
    )
  })

  test('warnings are logged: misspelt variables, token files that others can read', async () => {
    const path = tokenFile({ peerSecret: SECRET }, 0o644)
    const { log } = await startedWith(`--name a --tokens ${path}`, { UNDERSTUDY_BACKUP: '1' })
    expect(log).toContain('variable UNDERSTUDY_BACKUP has no meaning: did you mean UNDERSTUDY_BACKUPS?')
    expect(log).toContain(`token file ${path} can be read by every user of this machine: chmod 600 it`)
    expect(log).not.toContain(SECRET)
  })

  test('only with --stop-with-parent is the parent told', async () => {
    const surroundings = fakeSurroundings()
    const served = serve(['--name', 'a', '--stop-with-parent'], surroundings, fakeNode().start)
    await vi.waitUntil(() => surroundings.told.length > 0)
    expect(surroundings.told).toEqual([{ type: 'ready', url: 'ws://127.0.0.1:4400' }])
    surroundings.loseParent()
    expect(await served).toBe(0)
  })
})

describe('who may connect', () => {
  test('without tokens a node does not start where other machines reach it [SRV-3]', async () => {
    for (const listen of ['10.0.0.7:4400', 'db.example:4400', '[fd00::1]:4400']) {
      expect(await refusal(`--name a --listen ${listen}`)).toMatchObject({
        code: 'TOKENS_NEEDED',
        exitCode: 2,
        message:
          `option --listen: other machines can reach ${listen} and there are no tokens: add --tokens FILE ` +
          `(see 'understudy token'), or listen on 127.0.0.1`,
      })
    }
    expect(await refusal('--name a --listen 0.0.0.0:4400 --advertise ws://h:4400')).toMatchObject({
      code: 'TOKENS_NEEDED',
    })
  })

  test('with tokens it does', async () => {
    const path = tokenFile({ tokens: [{ name: 'app', role: 'write', token: TOKEN }], peerSecret: SECRET })
    const { options } = await startedWith(
      `--name a --listen 0.0.0.0:4400 --advertise ws://h:4400 --peer b=ws://i:1 --tokens ${path}`,
    )
    expect(options?.access?.isLoopbackOnly).toBe(false)
  })

  test('a token file that cannot be read or is wrong is named, with its option', async () => {
    expect(await refusal('--name a --tokens /nowhere/t.json')).toMatchObject({
      code: 'TOKENS_UNREADABLE',
      exitCode: 2,
      message:
        'option --tokens: cannot read the token file /nowhere/t.json: ENOENT: no such file or directory, ' +
        `open '/nowhere/t.json'`,
    })
    const path = tokenFile({ tokens: [{ name: 'app', role: 'boss', token: TOKEN }] })
    expect(await refusal(`--name a --tokens ${path}`)).toMatchObject({
      code: 'TOKENS_UNREADABLE',
      message: `option --tokens: token file ${path}: tokens[0] ('app'): "role" must be one of read, write, admin`,
    })
  })

  test('a node with peers and tokens needs a peer secret', async () => {
    const path = tokenFile({ tokens: [{ name: 'app', role: 'write', token: TOKEN }] })
    expect(await refusal(`--name a --peer b=ws://h:1 --tokens ${path}`)).toMatchObject({
      message:
        `option --tokens: ${path} has no "peerSecret", which nodes with peers need: add the same one on ` +
        `all nodes (see 'understudy token')`,
    })
  })

  test('faults that only show together are told as well', async () => {
    const path = tokenFile({ tokens: [{ name: 'app', role: 'write', token: TOKEN }], peerSecret: TOKEN })
    expect(await refusal(`--name a --tokens ${path}`)).toMatchObject({
      code: 'OPTION_INVALID',
      message: 'option --tokens: the peer secret is also a token: make another one with "understudy token"',
    })
    expect(await refusal('--name a --origin http://h/path')).toMatchObject({
      code: 'OPTION_INVALID',
      message: `option --origin: 'http://h/path' is no origin: write http://host:port or https://host, without a path`,
    })
  })
})

describe('a port that cannot be had', () => {
  let holder: Server
  beforeEach(async () => {
    holder = createServer()
    await new Promise<void>((resolve) => holder.listen(0, '127.0.0.1', resolve))
  })
  afterEach(() => new Promise((resolve) => holder.close(resolve)))

  /** Listens for real and fails as a node would: with the system's error as cause. */
  const listening: StartNode = async ({ listen = '' }) => {
    const at = listen.lastIndexOf(':')
    const server = createServer()
    await new Promise<void>((resolve, reject) => {
      server.once('error', (cause) => reject(new Error('node did not start', { cause })))
      server.listen(Number(listen.slice(at + 1)), listen.slice(0, at), resolve)
    })
    server.close()
    return { url: '', close: async () => {} }
  }

  test('a port in use is named with what to do, and the exit code is 1 [SRV-4]', async () => {
    const listen = `127.0.0.1:${portOf(holder)}`
    await expect(serve(['--name', 'a', '--listen', listen], fakeSurroundings(), listening)).rejects.toMatchObject({
      code: 'PORT_IN_USE',
      exitCode: 1,
      message:
        `cannot listen on ${listen}: the port is in use; stop what uses it or take another, for example ` +
        `--listen 127.0.0.1:${portOf(holder) + 1}`,
    })
  })

  test.each([
    [
      'EADDRNOTAVAIL',
      'cannot listen on localhost:80: localhost is no address of this machine; try --listen 127.0.0.1:80',
    ],
    [
      'EACCES',
      'cannot listen on localhost:80: this user may not; take a port above 1023, for example --listen localhost:4400',
    ],
  ])('so is an address that is not ours or not allowed: %s', async (code, message) => {
    const start: StartNode = () => Promise.reject(Object.assign(new Error(code), { code, syscall: 'listen' }))
    await expect(serve(['--name', 'a', '--listen', 'localhost:80'], fakeSurroundings(), start)).rejects.toMatchObject({
      code: 'ADDRESS_UNUSABLE',
      message,
    })
  })

  test('the node’s own errors are told in one line', async () => {
    const start: StartNode = () =>
      Promise.reject(new NodeError('OPTION_INVALID', 'there is no such thing; use another'))
    await expect(serve(['--name', 'a'], fakeSurroundings(), start)).rejects.toMatchObject({
      code: 'NODE_FAILED',
      exitCode: 1,
      message: 'there is no such thing; use another',
    })
  })

  test('what else keeps a node from starting comes through as it is, and nothing is watched any more', async () => {
    const surroundings = fakeSurroundings()
    const failure = new Error('no more sockets')
    await expect(serve(['--name', 'a'], surroundings, () => Promise.reject(failure))).rejects.toBe(failure)
    expect(surroundings.listening()).toBe(0)
  })
})

describe('stopping', () => {
  /** A node under way whose close waits until told. */
  async function running() {
    let finish: () => void = () => {}
    const node = fakeNode(
      () =>
        new Promise((resolve) => {
          finish = resolve
        }),
    )
    const surroundings = fakeSurroundings()
    const served = serve(['--name', 'a'], surroundings, node.start)
    await vi.waitUntil(() => surroundings.written.out.includes('node is up'))
    return { node, surroundings, served, finish: () => finish() }
  }

  test.each(['SIGTERM', 'SIGINT'] as const)(
    '%s closes the node, which sends the rest, and ends with 0 [SRV-5]',
    async (signal) => {
      const { node, surroundings, served, finish } = await running()
      expect(node.closing).not.toHaveBeenCalled()
      surroundings.signal(signal)
      await vi.waitUntil(() => node.closing.mock.calls.length > 0)
      finish()
      expect(await served).toBe(0)
      expect(surroundings.exits).toEqual([])
      expect(surroundings.listening()).toBe(0)
    },
  )

  test.each([
    ['SIGTERM', 143],
    ['SIGINT', 130],
  ] as const)('a second signal, %s, leaves at once [SRV-5]', async (signal, code) => {
    const { node, surroundings, served, finish } = await running()
    surroundings.signal('SIGTERM')
    await vi.waitUntil(() => node.closing.mock.calls.length > 0)
    expect(surroundings.exits).toEqual([])
    surroundings.signal(signal)
    expect(surroundings.exits).toEqual([code])
    finish()
    await served
  })

  test('when nobody reads the log any more the node stops as well, but is not hurried', async () => {
    const { node, surroundings, served, finish } = await running()
    surroundings.signal('SIGPIPE')
    await vi.waitUntil(() => node.closing.mock.calls.length > 0)
    surroundings.signal('SIGPIPE')
    surroundings.signal('SIGTERM')
    expect(surroundings.exits).toEqual([])
    finish()
    expect(await served).toBe(0)
  })

  test('a node that does not finish is left after a while, with an error in the log', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    try {
      const { surroundings, served, node, finish } = await running()
      surroundings.signal('SIGTERM')
      await vi.waitUntil(() => node.closing.mock.calls.length > 0)
      vi.advanceTimersByTime(20_000)
      expect(surroundings.exits).toEqual([1])
      expect(surroundings.written.out).toContain('not stopped after 20 s')
      finish()
      await served
    } finally {
      vi.useRealTimers()
    }
  })
})
