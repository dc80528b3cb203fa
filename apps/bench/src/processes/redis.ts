/** Redis servers without disk, masters and replicas, from this machine's own package. */
import { spawn, spawnSync } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createClient } from 'redis'
import { freePort, requirePackage } from './debian-package.js'
import { endsWithUs, kill, removeFolder, temporaryFolder } from './running.js'

const PACKAGE = 'redis-server'
/** Where a replica's master has been written: the address, as Redis takes it. */
const LOCAL = '127.0.0.1'

/** A replica of a master. */
export interface Replica {
  readonly url: string
  close(): Promise<void>
}

/** A master and its replica. */
export interface Redis extends Replica {
  readonly master: RedisServer
  readonly replica: RedisServer
  /** Starts one more replica; resolves when it holds everything. */
  anotherReplica(through?: Through): Promise<Replica>
  /** Bytes resident of the master's process. */
  resident(): Promise<number>
}

/** Puts something between a replica and its master, such as what counts bytes: a ws URL in, a ws URL out. */
export type Through = (url: string) => Promise<string>

/** One server. */
export class RedisServer implements Replica {
  readonly port: number
  readonly #process: ChildProcess
  readonly #folder: string

  private constructor(port: number, process: ChildProcess, folder: string) {
    this.port = port
    this.#process = process
    this.#folder = folder
  }

  /**
   * Starts one.
   *
   * @throws NotAvailable when Redis is not installed and this process may not install it
   */
  static async start(...options: readonly string[]): Promise<RedisServer> {
    requirePackage(PACKAGE, () => spawnSync(PACKAGE, ['--version']).status === 0)
    const port = await freePort()
    // A replica writes what it was sent to a file before it loads it.
    const folder = temporaryFolder('redis')
    const quiet = ['--dir', folder, '--save', '', '--appendonly', 'no', '--bind', LOCAL, '--repl-diskless-sync-delay', '0']
    const process = spawn(PACKAGE, [...options, '--port', String(port), ...quiet], { stdio: 'ignore' })
    endsWithUs(process)
    return new RedisServer(port, process, folder)
  }

  /** Starts one that watches over masters: what its configuration says, a line each. */
  static async sentinel(lines: readonly string[]): Promise<RedisServer> {
    const port = await freePort()
    const folder = temporaryFolder('redis')
    const file = join(folder, 'sentinel.conf')
    writeFileSync(file, [`port ${port}`, `bind ${LOCAL}`, `dir ${folder}`, ...lines, ''].join('\n'))
    const process = spawn(PACKAGE, [file, '--sentinel'], { stdio: 'ignore' })
    endsWithUs(process)
    return new RedisServer(port, process, folder)
  }

  get url(): string {
    return `redis://${LOCAL}:${this.port}`
  }

  /** Memory that its process has of the machine's, B. */
  async resident(): Promise<number> {
    return Number(/used_memory_rss:(\d+)/.exec(await infoOf(this.url, 'memory'))?.[1])
  }

  /** Ends it at once (SIGKILL). */
  async close(): Promise<void> {
    await kill(this.#process)
    removeFolder(this.#folder)
  }
}

/**
 * Starts a master and a replica, and waits until it follows.
 *
 * @throws NotAvailable
 */
export async function startRedis({ through, options = [] }: { through?: Through; options?: readonly string[] } = {}): Promise<Redis> {
  const master = await RedisServer.start(...options)
  const replica = await replicaOf(master, through)
  await whenFollowed(master.url, 1)
  return {
    url: master.url,
    master,
    replica,
    async anotherReplica(way) {
      const another = await replicaOf(master, way)
      await whenFollowed(master.url, 2)
      return another
    },
    resident: () => master.resident(),
    close: async () => void (await Promise.all([replica.close(), master.close()])),
  }
}

/** Resolves when so many replicas have loaded what their master had when they came. */
export async function whenFollowed(url: string, replicas: number): Promise<void> {
  const client = await connectedTo(url)
  const online = async (): Promise<number> => (await client.info('replication')).split('state=online').length - 1
  while ((await online()) < replicas) await new Promise((resolve) => setTimeout(resolve, 5))
  client.destroy()
}

async function replicaOf(master: RedisServer, through: Through = (url) => Promise.resolve(url)): Promise<RedisServer> {
  const { port } = new URL(await through(`ws://${LOCAL}:${master.port}`))
  return RedisServer.start('--replicaof', `${LOCAL} ${port}`)
}

async function infoOf(url: string, section: string): Promise<string> {
  const client = await connectedTo(url)
  const info = await client.info(section)
  client.destroy()
  return info
}

/** A client of a server. */
export type RedisClient = ReturnType<typeof clientOf>

/** Connects; waits until the server is there. */
export async function connectedTo(url: string): Promise<RedisClient> {
  const client = clientOf(url)
  client.on('error', () => {})
  await client.connect()
  return client
}

function clientOf(url: string) {
  return createClient({ url, socket: { reconnectStrategy: 20 } })
}
