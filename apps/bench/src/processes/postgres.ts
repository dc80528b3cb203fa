/** A PostgreSQL server with an empty database, from this machine's own package. It does not wait for its disk. */
import { execFileSync, spawn } from 'node:child_process'
import { chownSync, existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { NotAvailable } from '../measurement.js'
import { freePort, requirePackage } from './debian-package.js'
import { endsWithUs, kill, removeFolder, temporaryFolder } from './running.js'

const ROOT = '/usr/lib/postgresql'

/** A running server. */
export interface Postgres {
  /** URL of its database. */
  readonly url: string
  close(): Promise<void>
}

/**
 * Starts one.
 *
 * @throws NotAvailable when PostgreSQL is not installed and this process may not install it, or it does not start
 */
export async function startPostgres(): Promise<Postgres> {
  requirePackage('postgresql', () => programs() !== undefined)
  const bin = programs() ?? ''
  // It refuses to run as root.
  const owner = process.getuid?.() === 0 ? { uid: idOf('-u'), gid: idOf('-g') } : {}
  const folder = temporaryFolder('postgres')
  if (owner.uid !== undefined) chownSync(folder, owner.uid, owner.gid)
  const data = join(folder, 'data')
  execFileSync(join(bin, 'initdb'), ['--pgdata', data, '--username', 'bench', '--auth', 'trust', '--no-sync'], { ...owner, stdio: 'pipe', cwd: folder })
  const port = await freePort()
  const quick = ['-c', 'fsync=off', '-c', `unix_socket_directories=${folder}`, '-c', 'listen_addresses=127.0.0.1', '-c', 'max_connections=200']
  const server = spawn(join(bin, 'postgres'), ['-D', data, '-p', String(port), ...quick], { ...owner, stdio: 'ignore', cwd: folder })
  endsWithUs(server)
  const url = `postgres://bench@127.0.0.1:${port}/postgres`
  await answering(url)
  return { url, close: () => kill(server, 'SIGINT').then(() => removeFolder(folder)) }
}

/** The folder of the newest version's programs. */
function programs(): string | undefined {
  const versions = existsSync(ROOT) ? readdirSync(ROOT).sort((a, b) => Number(b) - Number(a)) : []
  return versions.map((version) => join(ROOT, version, 'bin')).find((bin) => existsSync(join(bin, 'initdb')))
}

/** Id of the user or group that the package made for the server. */
function idOf(which: '-u' | '-g'): number {
  return Number(execFileSync('id', [which, 'postgres'], { encoding: 'utf8' }))
}

async function answering(url: string): Promise<void> {
  const deadline = Date.now() + 20_000
  for (;;) {
    const client = new pg.Client(url)
    try {
      await client.connect()
      return await client.end()
    } catch (error) {
      if (Date.now() > deadline) throw new NotAvailable(`PostgreSQL does not answer: ${error instanceof Error ? error.message : String(error)}`)
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
  }
}
