/** The demo's store nodes: three processes that know each other. */
import { fetchStatus } from '../status/fetch-status.js'
import type { KnownStatus } from '../status/fetch-status.js'
import type { DemoOptions } from './demo-options.js'
import { freePorts } from './free-ports.js'
import { NodeProcess } from './node-process.js'

const NAMES = ['a', 'b', 'c'] as const

/** To how many nodes each change goes beside its primary: all others. */
export const BACKUPS = NAMES.length - 1

/** How many ports the demo wants: one a node, and two for the shop. */
export const PORTS = NAMES.length + 2

/** Where the demo's ports begin, if they are free. */
const FIRST_PORT = 4400

/** How often to try when another process takes a port between finding and using it. */
const ATTEMPTS = 3

/** Running nodes, and the ports that are left for the shop. */
export interface DemoCluster {
  readonly nodes: readonly NodeProcess[]
  readonly shopPorts: readonly number[]
}

/** Hears of what nodes do. */
export interface ClusterListener {
  /** A node wrote a line. */
  line(name: string, line: string): void
  /** A node ended without being asked to. */
  lost(name: string, how: string): void
}

/** Starts three nodes on free ports. Throws `DEMO_FAILED`; no process is left behind then. */
export async function startCluster(
  options: Pick<DemoOptions, 'mode'>,
  listener: ClusterListener,
  program?: string,
): Promise<DemoCluster> {
  for (let attempt = 1; ; attempt++) {
    const ports = await freePorts(PORTS, attempt === 1 ? FIRST_PORT : undefined)
    const started = await Promise.allSettled(NAMES.map((name) => startNode(name, ports, options, listener, program)))
    const nodes = started.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []))
    const failure = started.find((result) => result.status === 'rejected')
    if (failure === undefined) return { nodes, shopPorts: ports.slice(NAMES.length) }
    for (const node of nodes) node.kill()
    const isPortTaken = failure.reason instanceof Error && failure.reason.message.includes('the port is in use')
    if (!isPortTaken || attempt === ATTEMPTS) throw failure.reason
  }
}

function startNode(
  name: string,
  ports: readonly number[],
  { mode }: Pick<DemoOptions, 'mode'>,
  listener: ClusterListener,
  program?: string,
) {
  const urlOf = (index: number) => `127.0.0.1:${ports[index]}`
  const peers = NAMES.flatMap((peer, index) => (peer === name ? [] : ['--peer', `${peer}=ws://${urlOf(index)}`]))
  const own = NAMES.findIndex((each) => each === name)
  return NodeProcess.start({
    name,
    args: [
      '--listen',
      urlOf(own),
      ...peers,
      '--mode',
      mode,
      '--memory',
      '--log-level',
      'error',
      '--log-format',
      'text',
    ],
    onLine: (line) => listener.line(name, line),
    onLost: (how) => listener.lost(name, how),
    ...(program === undefined ? {} : { program }),
  })
}

/** What each node says of itself; undefined where one does not answer. */
export async function statusOfAll(
  nodes: readonly NodeProcess[],
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
