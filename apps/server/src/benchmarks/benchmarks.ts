/** `understudy benchmarks`: keeps the benchmarks of other nodes' back-ups, until a signal stops it. */
import { NodeError, serveBenchmarks } from '@understudy/node'
import type { BenchmarkServer } from '@understudy/node'
import { CommandError } from '../command-error.js'
import { readOptions } from '../options/read-options.js'
import { accessOf } from '../serve/access-of.js'
import { listenError } from '../serve/listen-error.js'
import { watchForStop } from '../serve/stop.js'
import type { Surroundings } from '../surroundings.js'
import { benchmarksDeclared } from './benchmarks-options.js'

/** Runs the server and resolves with the exit code when it has stopped. Throws `CommandError` when it can't start. */
export async function benchmarks(args: readonly string[], surroundings: Surroundings): Promise<number> {
  const { values, sourceOf } = readOptions(benchmarksDeclared, args, surroundings.env)
  const { access } = await accessOf(values, sourceOf)
  const stop = watchForStop(surroundings, { withParent: false })
  try {
    const server = await startOrExplain(() => serveBenchmarks({ listen: values.listen, limit: values.limit, access }), values.listen)
    surroundings.out(`keeping benchmarks at ${server.url}; give it to nodes as --benchmark ${server.url}\n`)
    await stop.reason
    await server.close()
    return 0
  } finally {
    stop.end()
  }
}

async function startOrExplain(start: () => Promise<BenchmarkServer>, listen: string): Promise<BenchmarkServer> {
  try {
    return await start()
  } catch (error) {
    const explained = listenError(error, listen)
    if (explained !== undefined) throw explained
    if (error instanceof NodeError) throw new CommandError('NODE_FAILED', error.message, { cause: error })
    throw error
  }
}
