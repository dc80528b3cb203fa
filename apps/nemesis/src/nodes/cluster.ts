/** The nodes of one run, the ways between them, and what they agree on. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Placement } from '@understudy/cluster'
import { Network } from '../network/network.js'
import { eventually } from '../wait.js'
import { NodeProcess } from './node-process.js'
import type { Status } from './node-process.js'

/** ms for nodes to find together again. */
const LIMIT = 60_000

/** Back-ups of a slot, as nodes have it by default. */
const BACKUPS = 2

/** How a cluster is run. */
export interface ClusterOptions {
  readonly nodes: number
  readonly partition: 'available' | 'consistent'
  readonly mode: 'benchmark' | 'immutable'
  /** Whether sessions are kept on disk. */
  readonly disk: boolean
}

/** A cluster of real processes. */
export class Cluster {
  readonly names: readonly string[]
  readonly network = new Network()
  readonly options: ClusterOptions
  /** Folder of this run: logs, and data. */
  readonly folder: string
  readonly #nodes = new Map<string, NodeProcess>()
  readonly #placement: Placement

  private constructor(options: ClusterOptions) {
    this.options = options
    this.names = Array.from({ length: options.nodes }, (_, i) => String.fromCharCode(97 + i))
    this.folder = mkdtempSync(join(tmpdir(), 'understudy-nemesis-'))
    this.#placement = placementOf(this.names.map((name) => ({ name, alive: true })))
  }

  /** Starts all nodes, and waits until they share the slots. */
  static async start(options: ClusterOptions): Promise<Cluster> {
    const cluster = new Cluster(options)
    const { names, network, folder } = cluster
    const ports = new Map<string, number>()
    for (const name of names) ports.set(name, await freePort())
    for (const from of names) for (const to of names) if (from !== to) await network.lay(from, to, () => ports.get(to) ?? 0)
    for (const name of names) {
      const peers = names.flatMap((other) => (other === name ? [] : ['--peer', `${other}=${network.url(name, other)}`]))
      const data = options.disk ? join(folder, name) : undefined
      if (data !== undefined) mkdirSync(data)
      const args = [...peers, '--partition', options.partition, '--mode', options.mode, '--log-level', 'info']
      cluster.#nodes.set(name, new NodeProcess({ name, port: ports.get(name) ?? 0, args, data, log: join(folder, `${name}.log`) }))
    }
    await Promise.all(cluster.nodes.map((node) => node.start()))
    await cluster.whenShared()
    return cluster
  }

  /** All nodes. */
  get nodes(): readonly NodeProcess[] {
    return [...this.#nodes.values()]
  }

  /** The node of this name. */
  node(name: string): NodeProcess {
    const node = this.#nodes.get(name)
    if (node === undefined) throw new Error(`there is no node "${name}"`)
    return node
  }

  /** Slots that these nodes are primary of while all live. */
  slotsOf(names: readonly string[]): number[] {
    return names.flatMap((name) => this.#placement.reignsOf(name))
  }

  /** Starts whatever does not run; a node that cannot start from its files is given an empty folder. Returns how many were. */
  async revive(): Promise<number> {
    let wiped = 0
    for (const node of this.nodes) {
      if (node.isRunning) continue
      try {
        await node.start()
      } catch {
        wiped++
        node.wipe()
        await node.start()
      }
    }
    return wiped
  }

  /** Resolves once each of these nodes, and nobody else, serves its share of the slots: no slot has to move any more. */
  async whenShared(names = this.names): Promise<void> {
    const placement = placementOf(this.names.map((name) => ({ name, alive: names.includes(name) })))
    await eventually(`${names.join(', ')} share the slots`, async () => {
      const all = await this.#statuses(names)
      return all.every(({ ready, slots }, i) => ready && slots.primary === placement.reignsOf(names[i] ?? '').length)
    }, LIMIT)
  }

  /** Resolves once all nodes hold the same, and hold it whole. */
  async whenEqual(): Promise<void> {
    await eventually('all nodes hold the same', async () => {
      const all = await this.#statuses(this.names)
      return new Set(all.map(({ digest }) => digest)).size === 1 && all.every(({ counters }) => (counters['damagedSessions'] ?? 0) === 0)
    }, LIMIT)
  }

  /** Ends all processes, and removes what they kept if told so. */
  async end(removes: boolean): Promise<void> {
    for (const node of this.nodes) await node.kill()
    await this.network.close()
    if (removes) rmSync(this.folder, { recursive: true, force: true })
  }

  #statuses(names: readonly string[]): Promise<readonly Status[]> {
    return Promise.all(names.map((name) => this.node(name).status()))
  }
}

function placementOf(members: readonly { readonly name: string; readonly alive: boolean }[]): Placement {
  return new Placement(members.map((member) => ({ ...member, role: 'member' })), BACKUPS)
}

/** A port that nobody listens on at the moment. */
async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  if (address === null || typeof address === 'string') throw new Error('no port is free')
  return address.port
}
