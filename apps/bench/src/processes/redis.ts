/** A Redis server with a replica, both without disk, from this machine's own package. */
import { execFileSync, spawn, spawnSync } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { createServer } from 'node:net'
import { createClient } from 'redis'
import { NotAvailable } from '../measurement.js'

const PACKAGE = 'redis-server'

/** A master and its replica. */
export interface Redis {
  /** URL of the master. */
  readonly url: string
  close(): Promise<void>
}

/**
 * Starts both and waits until the replica follows.
 *
 * @throws NotAvailable when Redis is not installed and this process may not install it
 */
export async function startRedis(): Promise<Redis> {
  requireRedis()
  const [master, replica] = [await freePort(), await freePort()]
  const servers = [serve(master), serve(replica, '--replicaof', `127.0.0.1 ${master}`)]
  const url = `redis://127.0.0.1:${master}`
  await followed(url)
  return { url, close: () => Promise.all(servers.map(ended)).then(() => undefined) }
}

/** Installs Redis where that is possible without asking anyone. */
function requireRedis(): void {
  if (isInstalled()) return
  const command = `apt-get install --yes --no-install-recommends ${PACKAGE}`
  if (process.getuid?.() !== 0) throw new NotAvailable(`Redis is not installed; type: sudo ${command}`)
  try {
    execFileSync('sh', ['-c', `(apt-get update && ${command}) 2>&1`], { env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }, stdio: 'pipe' })
  } catch {
    throw new NotAvailable(`Redis could not be installed; see what this says: ${command}`)
  }
  if (!isInstalled()) throw new NotAvailable(`${PACKAGE} is installed but there is no command of that name`)
}

function isInstalled(): boolean {
  return spawnSync(PACKAGE, ['--version']).status === 0
}

function serve(port: number, ...options: readonly string[]): ChildProcess {
  const quiet = ['--save', '', '--appendonly', 'no', '--bind', '127.0.0.1', '--repl-diskless-sync-delay', '0']
  const server = spawn(PACKAGE, ['--port', String(port), ...quiet, ...options], { stdio: 'ignore' })
  process.once('exit', () => server.kill('SIGKILL'))
  return server
}

async function followed(url: string): Promise<void> {
  const client = createClient({ url, socket: { reconnectStrategy: 50 } })
  client.on('error', () => {})
  await client.connect()
  while (!(await client.info('replication')).includes('state=online')) await new Promise((resolve) => setTimeout(resolve, 50))
  client.destroy()
}

async function ended(server: ChildProcess): Promise<void> {
  const gone = new Promise((resolve) => server.once('exit', resolve))
  server.kill('SIGKILL')
  await gone
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer()
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      const port = typeof address === 'object' && address !== null ? address.port : 0
      server.close(() => resolve(port))
    })
  })
}
