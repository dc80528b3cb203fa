/** `understudy serve`: one store node, until a signal stops it. */
import { folder as inspector } from '@understudy/inspector'
import { createNode, HttpBenchmarkSource, NodeError } from '@understudy/node'
import type { NodeOptions } from '@understudy/node'
import { CommandError } from '../command-error.js'
import type { Source } from '../options/option.js'
import { readOptions } from '../options/read-options.js'
import type { Surroundings } from '../surroundings.js'
import { accessOf } from './access-of.js'
import { listenError } from './listen-error.js'
import { createLogger } from './logger.js'
import { serveDeclared } from './serve-options.js'
import type { ServeOptions } from './serve-options.js'
import { watchForStop } from './stop.js'

/**
 * A node that takes longer to drain its links than this is left, in ms; container platforms lose patience after 30 s.
 */
const DRAIN_LIMIT = 20_000

/** What `serve` needs of a node; tests give a stand-in. */
export type StartNode = (options: NodeOptions) => Promise<{ readonly url: string; close(): Promise<void> }>

/** Runs a node and resolves with the exit code when it has stopped. Throws `CommandError` when it cannot be started. */
export async function serve(
  args: readonly string[],
  surroundings: Surroundings,
  start: StartNode = createNode,
): Promise<number> {
  const { values: options, warnings, sourceOf } = readOptions(serveDeclared, args, surroundings.env)
  const nodeOptions = await nodeOptionsOf(options, sourceOf, warnings, surroundings)
  const log = nodeOptions.log
  // From here on a signal stops cleanly, also while the node is still starting.
  const stop = watchForStop(surroundings, { withParent: options.stopWithParent })
  try {
    const node = await startOrExplain(nodeOptions, start)
    log.info(
      { url: node.url, peers: Object.keys(options.peer), role: options.role, mode: options.mode },
      `node is up; sessions are kept in ${options.data ?? 'memory'}`,
    )
    if (options.stopWithParent) surroundings.tellParent({ type: 'ready', url: node.url })
    const reason = await stop.reason
    log.info({ reason }, 'stopping: sending what back-ups still lack')
    const limit = setTimeout(() => {
      log.error({}, `not stopped after ${DRAIN_LIMIT / 1000} s: leaving; back-ups may lack the last changes`)
      surroundings.exit(1)
    }, DRAIN_LIMIT)
    await node.close()
    clearTimeout(limit)
    log.info({}, 'stopped')
    return 0
  } finally {
    stop.end()
  }
}

/** The node's options, without those that are the command's own business. */
async function nodeOptionsOf(
  options: ServeOptions,
  sourceOf: (key: string) => Source,
  warnings: readonly string[],
  surroundings: Surroundings,
) {
  const { access, warnings: accessWarnings } = await accessOf(options, sourceOf)
  const log = createLogger({ level: options.logLevel, format: options.logFormat, node: options.name }, surroundings.out)
  for (const warning of [...warnings, ...accessWarnings]) log.warn({}, warning)
  return {
    name: options.name,
    listen: options.listen,
    role: options.role,
    peers: options.peer,
    mode: options.mode,
    backups: options.backups,
    window: options.window,
    partition: options.partition,
    takeOver: options.takeOver,
    access,
    inspector,
    inspectorDeny: options.inspectorDeny,
    log,
    ...(options.advertise === undefined ? {} : { advertise: options.advertise }),
    ...(options.data === undefined ? {} : { data: options.data }),
    ...(options.userAttribute === undefined ? {} : { userAttribute: options.userAttribute }),
    ...(options.durability === undefined ? {} : { durability: options.durability }),
    ...(options.benchmark === undefined ? {} : { benchmark: benchmarkOf(options.benchmark, access.peerSecret) }),
    ...(options.copies === undefined ? {} : { copies: options.copies }),
  } satisfies NodeOptions
}

/** A word stands for itself, an address for the server of benchmarks there, which asks for the peer secret. */
function benchmarkOf(where: string, token: string | undefined): NonNullable<NodeOptions['benchmark']> {
  if (where === 'retained' || where === 'asked') return where
  return new HttpBenchmarkSource(where, token === undefined ? {} : { token })
}

async function startOrExplain(options: NodeOptions & { listen: string }, start: StartNode) {
  try {
    return await start(options)
  } catch (error) {
    const explained = listenError(error, options.listen)
    if (explained !== undefined) throw explained
    // The node's own errors say what to do; anything else is a defect and keeps its stack.
    if (error instanceof NodeError) throw new CommandError('NODE_FAILED', error.message, { cause: error })
    throw error
  }
}
