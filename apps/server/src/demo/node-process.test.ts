/** Nodes as processes: real ones, running a small program in place of `understudy`. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { startCluster } from './cluster.js'
import { freePorts } from './free-ports.js'
import { NodeProcess } from './node-process.js'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'understudy-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

/** A program; its path. It runs with `args` and `ready(url)` at hand. */
function program(body: string): string {
  const path = join(folder, `${Math.random().toString(36).slice(2)}.mjs`)
  writeFileSync(
    path,
    `const args = process.argv.slice(2)
    const ready = (url) => process.send({ type: 'ready', url })
    const after = (option) => args[args.indexOf(option) + 1]
    const stay = () => setInterval(() => {}, 1000)
    ${body}`,
  )
  return path
}

const WELL =
  'process.on("SIGTERM", () => process.exit(0)); process.on("disconnect", () => process.exit(0)); ready("ws://" ' +
  '+ after("--listen"))'

/** Whether a process of this id exists. */
function isAlive(pid: number | undefined): boolean {
  try {
    return pid !== undefined && process.kill(pid, 0)
  } catch {
    return false
  }
}

function start(body: string, onLost = vi.fn<(how: string) => void>(), onLine = vi.fn<(line: string) => void>()) {
  return NodeProcess.start({ name: 'a', args: ['--listen', 'h:1'], onLine, onLost, program: program(body) })
}

test('a node is up when it says so, and stops when asked to', async () => {
  const onLost = vi.fn()
  const node = await start(WELL, onLost)
  expect(node.url).toBe('ws://h:1')
  await node.stop()
  expect(isAlive(node.pid)).toBe(false)
  await node.stop()
  expect(onLost).not.toHaveBeenCalled()
})

test('it gets the arguments of serve and none of our variables', async () => {
  vi.stubEnv('UNDERSTUDY_NAME', 'x')
  const onLine = vi.fn<(line: string) => void>()
  const node = await start(
    'console.log(JSON.stringify([args, Object.keys(process.env).filter((name) => ' +
    `name.startsWith('UNDERSTUDY_'))])); ${WELL}`,
    vi.fn(),
    onLine,
  )
  vi.unstubAllEnvs()
  await vi.waitUntil(() => onLine.mock.calls.length > 0)
  expect(JSON.parse(onLine.mock.calls[0]?.[0] ?? '')).toEqual([
    ['serve', '--name', 'a', '--listen', 'h:1', '--stop-with-parent'],
    [],
  ])
  await node.stop()
})

test('a node that ends before it is up is told with its last words', async () => {
  await expect(start('console.error("understudy: no such port"); process.exit(1)')).rejects.toMatchObject({
    code: 'DEMO_FAILED',
    exitCode: 1,
    message: 'node a ended with exit code 1: understudy: no such port',
  })
})

test('a node that ends by itself is reported, and stopping it then is no trouble', async () => {
  const onLost = vi.fn()
  const node = await start(`${WELL}; setTimeout(() => process.exit(3), 20)`, onLost)
  await vi.waitUntil(() => onLost.mock.calls.length > 0, { timeout: 5000 })
  expect(onLost).toHaveBeenCalledWith('ended with exit code 3')
  await node.stop()
})

test('a node that does not stop is made to', async () => {
  const node = await start('process.on("SIGTERM", () => {}); ready("ws://h:1"); stay()')
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  const stopped = node.stop()
  vi.advanceTimersByTime(5000)
  vi.useRealTimers()
  await stopped
  expect(isAlive(node.pid)).toBe(false)
})

test('three nodes know each other, and two ports are left for the shop', async () => {
  const lines: string[] = []
  const cluster = await startCluster(
    { mode: 'immutable' },
    { line: (_name, line) => lines.push(line), lost: () => {} },
    program(`console.log(args.join(' ')); ${WELL}`),
  )
  await vi.waitUntil(() => lines.length === 3)
  const urls = cluster.nodes.map(({ url }) => url)
  expect(new Set([...urls.map((url) => Number(new URL(url).port)), ...cluster.shopPorts, cluster.inspectorPort]).size).toBe(6)
  const line = lines.find((each) => each.includes('--name b'))
  const ways = /--peer a=(ws:\S+) --peer c=(ws:\S+) --mode immutable/.exec(line ?? '')?.slice(1) ?? []
  // Not the nodes' own addresses: ways to them that can be cut.
  expect(ways).toHaveLength(2)
  expect(urls).not.toContain(ways[0])
  await cluster.stop()
})

test('when one node does not come up, none is left behind', async () => {
  const pids: number[] = []
  const failing = program(
    `console.log(process.pid); if (after('--name') === 'c') setTimeout(() => process.exit(1), 300); else { ${WELL} }`,
  )
  const listener = { line: (_name: string, line: string) => pids.push(Number(line)), lost: () => {} }
  await expect(startCluster({ mode: 'benchmark' }, listener, failing)).rejects.toMatchObject({ code: 'DEMO_FAILED' })
  expect(pids).toHaveLength(3)
  await vi.waitUntil(() => !pids.some(isAlive), { timeout: 5000 })
})

test('a port that is taken between finding and using it is replaced', async () => {
  const marker = join(folder, 'once')
  const unlucky = program(`import { existsSync, writeFileSync } from 'node:fs'
    if (after('--name') === 'c' && !existsSync(${JSON.stringify(marker)})) {
      writeFileSync(${JSON.stringify(marker)}, '')
      console.error('understudy: cannot listen: the port is in use')
      process.exit(1)
    }
    ${WELL}`)
  const cluster = await startCluster({ mode: 'benchmark' }, { line: () => {}, lost: () => {} }, unlucky)
  expect(cluster.nodes.map(({ name }) => cluster.isRunning(name))).toEqual([true, true, true])
  await cluster.stop()
})

test('preferred ports are taken if all are free, else others that differ', async () => {
  const [base = 0] = await freePorts(1, undefined)
  const holder = createServer()
  await new Promise<void>((resolve) => holder.listen(base, '127.0.0.1', resolve))
  const others = await freePorts(3, base)
  expect(others).not.toContain(base)
  expect(new Set(others).size).toBe(3)
  await new Promise((resolve) => holder.close(resolve))
  expect(await freePorts(1, base)).toEqual([base])
})
