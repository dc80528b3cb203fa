/** A Redis server with a replica, both without disk, from this machine's own package. */
import { spawn, spawnSync } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createClient } from 'redis'
import { freePort, requirePackage } from './debian-package.js'

const PACKAGE = 'redis-server'

/** A master and its replica. */
export interface Redis {
  /** URL of the master. */
  readonly url: string
  /** URL of its first replica. */
  readonly replicaUrl: string
  /** Resolves when the server under this URL has a replica that follows it. */
  followed(url: string): Promise<void>
  /** Starts one more replica; resolves when it holds everything. */
  anotherReplica(): Promise<{ close(): Promise<void> }>
  /** Bytes resident of the master's process. */
  resident(): Promise<number>
  close(): Promise<void>
}

/**
 * Starts both and waits until the replica follows.
 *
 * @throws NotAvailable when Redis is not installed and this process may not install it
 */
export async function startRedis(): Promise<Redis> {
  requirePackage(PACKAGE, isInstalled)
  const [master, replica] = [await freePort(), await freePort()]
  const servers = [serve(master), serve(replica, '--replicaof', `127.0.0.1 ${master}`)]
  const url = `redis://127.0.0.1:${master}`
  await followed(url, 1)
  const anotherReplica = async (): Promise<{ close(): Promise<void> }> => {
    const server = serve(await freePort(), '--replicaof', `127.0.0.1 ${master}`)
    await followed(url, 2)
    return { close: () => ended(server) }
  }
  return { url, replicaUrl: `redis://127.0.0.1:${replica}`, followed: (leader) => followed(leader, 1), anotherReplica, resident: () => residentOf(url), close: () => Promise.all(servers.map(ended)).then(() => undefined) }
}

function isInstalled(): boolean {
  return spawnSync(PACKAGE, ['--version']).status === 0
}

function serve(port: number, ...options: readonly string[]): ChildProcess {
  // A replica writes what it was sent to a file before it loads it.
  const folder = mkdtempSync(join(tmpdir(), 'understudy-redis-'))
  const quiet = ['--dir', folder, '--save', '', '--appendonly', 'no', '--bind', '127.0.0.1', '--repl-diskless-sync-delay', '0']
  const server = spawn(PACKAGE, ['--port', String(port), ...quiet, ...options], { stdio: 'ignore' })
  process.once('exit', () => server.kill('SIGKILL'))
  server.once('exit', () => rmSync(folder, { recursive: true, force: true }))
  return server
}

async function followed(url: string, replicas: number): Promise<void> {
  const client = createClient({ url, socket: { reconnectStrategy: 50 } })
  client.on('error', () => {})
  await client.connect()
  const online = async (): Promise<number> => (await client.info('replication')).split('state=online').length - 1
  while ((await online()) < replicas) await new Promise((resolve) => setTimeout(resolve, 20))
  client.destroy()
}

async function residentOf(url: string): Promise<number> {
  const client = createClient({ url })
  await client.connect()
  const resident = /used_memory_rss:(\d+)/.exec(await client.info('memory'))?.[1]
  client.destroy()
  return Number(resident)
}

async function ended(server: ChildProcess): Promise<void> {
  const gone = new Promise((resolve) => server.once('exit', resolve))
  server.kill('SIGKILL')
  await gone
}
