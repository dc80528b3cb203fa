/**
 * The demo's store nodes: three processes that know each other, over ways that can be cut. Apps reach them directly.
 */
import { fetchStatus } from '../status/fetch-status.js'
import type { KnownStatus } from '../status/fetch-status.js'
import type { DemoOptions } from './demo-options.js'
import { freePorts } from './free-ports.js'
import { LinkProxy } from './link-proxy.js'
import { NodeProcess } from './node-process.js'

const NAMES = ['a', 'b', 'c'] as const

/** To how many nodes each change goes beside its primary: all others. */
export const BACKUPS = NAMES.length - 1

/** How many ports the demo wants: one a node, two for the shop, one for the inspector. */
export const PORTS = NAMES.length + 3

/** Where the demo's ports begin, if they are free. */
const FIRST_PORT = 4400

/** How often to try when another process takes a port between finding and using it. */
const ATTEMPTS = 3

/** A node as the cluster knows it. */
export type ClusterNode = Pick<NodeProcess, 'name' | 'url'>

/** Hears of what nodes do. */
export interface ClusterListener {
  /** A node wrote a line. */
  line(name: string, line: string): void
  /** A node ended without being asked to. */
  lost(name: string, how: string): void
}

/** What a cluster is made of. */
interface ClusterParts {
  readonly ports: readonly number[]
  readonly mode: DemoOptions['mode']
  readonly listener: ClusterListener
  readonly program: string | undefined
}

/** Three nodes, the ways between them, and the ports that are left. */
export class DemoCluster {
  readonly #parts: ClusterParts
  readonly #running = new Map<string, NodeProcess>()
  /** By who dials and whom. */
  readonly #ways = new Map<string, LinkProxy>()
  readonly #cuts = new Map<string, readonly [string, string]>()

  /** Use `startCluster`. */
  constructor(parts: ClusterParts) {
    this.#parts = parts
  }

  /** All nodes, running or not. */
  get nodes(): readonly ClusterNode[] {
    return NAMES.map((name, index) => ({ name, url: `ws://127.0.0.1:${this.#parts.ports[index]}` }))
  }

  /** Ports for the shop's instances. */
  get shopPorts(): readonly number[] {
    return this.#parts.ports.slice(NAMES.length, NAMES.length + 2)
  }

  /** The port for the inspector. */
  get inspectorPort(): number {
    return this.#parts.ports[PORTS - 1] ?? 0
  }

  /** Pairs of nodes whose link is cut. */
  get cuts(): readonly (readonly [string, string])[] {
    return [...this.#cuts.values()]
  }

  /** Whether the process of a node runs. */
  isRunning(name: string): boolean {
    return this.#running.has(name)
  }

  /** Starts all nodes. Throws `DEMO_FAILED`; nothing is left behind then. */
  async start(): Promise<void> {
    for (const from of NAMES) {
      for (const [index, to] of NAMES.entries()) {
        if (from !== to) this.#ways.set(`${from}>${to}`, await LinkProxy.start(this.#parts.ports[index] ?? 0))
      }
    }
    const started = await Promise.allSettled(NAMES.map((name) => this.run(name)))
    const failure = started.find((result) => result.status === 'rejected')
    if (failure === undefined) return
    this.kill()
    await this.#stopWays()
    throw failure.reason
  }

  /** Starts a node, for the first time or again. Throws `DEMO_FAILED`. */
  async run(name: string): Promise<void> {
    const { ports, mode, listener, program } = this.#parts
    const peers = NAMES.flatMap((peer) => (peer === name ? [] : ['--peer', `${peer}=${this.#way(name, peer).url}`]))
    const port = ports[NAMES.findIndex((each) => each === name)]
    const options = ['--mode', mode, '--memory', '--user-attribute', 'userId', '--log-level', 'error', '--log-format', 'text']
    const node = await NodeProcess.start({
      name,
      args: ['--listen', `127.0.0.1:${port}`, ...peers, ...options],
      onLine: (line) => listener.line(name, line),
      onLost: (how) => {
        this.#running.delete(name)
        listener.lost(name, how)
      },
      ...(program === undefined ? {} : { program }),
    })
    this.#running.set(name, node)
  }

  /** Ends a node's process at once, as a crash does; resolves when it has gone. */
  async crash(name: string): Promise<void> {
    const node = this.#running.get(name)
    this.#running.delete(name)
    node?.kill()
    await node?.ended
  }

  /** Cuts the link between two nodes. */
  cut(one: string, other: string): void {
    const [first = one, second = other] = [one, other].toSorted()
    this.#way(first, second).cut()
    this.#way(second, first).cut()
    this.#cuts.set(`${first}>${second}`, [first, second])
  }

  /** Mends all links. */
  heal(): void {
    for (const way of this.#ways.values()) way.mend()
    this.#cuts.clear()
  }

  /** Asks all nodes to stop; resolves when they have gone. */
  async stop(): Promise<void> {
    await Promise.all(Array.from(this.#running.values(), (node) => node.stop()))
    this.#running.clear()
    await this.#stopWays()
  }

  /** Ends all nodes at once. */
  kill(): void {
    for (const node of this.#running.values()) node.kill()
  }

  async #stopWays(): Promise<void> {
    await Promise.all(Array.from(this.#ways.values(), (way) => way.stop()))
  }

  #way(from: string, to: string): LinkProxy {
    const way = this.#ways.get(`${from}>${to}`)
    if (way === undefined) throw new RangeError(`there is no way from "${from}" to "${to}"`)
    return way
  }
}

/** Starts three nodes on free ports. Throws `DEMO_FAILED`; no process is left behind then. */
export async function startCluster(
  { mode }: Pick<DemoOptions, 'mode'>,
  listener: ClusterListener,
  program?: string,
): Promise<DemoCluster> {
  for (let attempt = 1; ; attempt++) {
    const ports = await freePorts(PORTS, attempt === 1 ? FIRST_PORT : undefined)
    const cluster = new DemoCluster({ ports, mode, listener, program })
    try {
      await cluster.start()
      return cluster
    } catch (failure) {
      const isPortTaken = failure instanceof Error && failure.message.includes('the port is in use')
      if (!isPortTaken || attempt === ATTEMPTS) throw failure
    }
  }
}

/** What each node says of itself; undefined where one does not answer. */
export async function statusOfAll(
  nodes: readonly ClusterNode[],
): Promise<readonly { name: string; status: KnownStatus | undefined }[]> {
  return await Promise.all(
    nodes.map(async ({ name, url }) => {
      try {
        return { name, status: (await fetchStatus(url)).status }
      } catch {
        // Down, or about to be: the figures say so.
        return { name, status: undefined }
      }
    }),
  )
}
