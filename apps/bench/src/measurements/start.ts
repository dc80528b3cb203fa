/** From the start of a process to a node that serves, empty and with sessions on disk. */
import { execFileSync } from 'node:child_process'
import { createNode } from '@understudy/node'
import type { Measurement, Variant } from '../measurement.js'
import { Child } from '../processes/child.js'
import { timeToServe } from '../processes/command.js'
import { removeFolder, temporaryFolder } from '../processes/running.js'
import { scaled } from '../workload/scale.js'
import { filledSessions } from '../workload/sessions.js'

const empty: Variant = {
  name: 'empty',
  figures: { ms: { title: 'start to serving', unit: 'ms', goal: { atMost: 300 } } },
  setUp: () => Promise.resolve({ run: async () => ({ ms: await timeToServe() }), close: () => Promise.resolve() }),
}

const full: Variant = {
  name: 'sessions on disk',
  figures: { ms: { title: 'start to serving', unit: 'ms', goal: { atMost: 2_000 } } },
  async setUp() {
    const folder = temporaryFolder('start')
    const node = await createNode({ name: 'a', data: folder })
    await node.whenReady()
    await filledSessions(node.store, scaled(100_000))
    await node.close()
    return {
      run: async () => ({ ms: await timeToServe('--data', folder) }),
      close: () => Promise.resolve(removeFolder(folder)),
    }
  },
}

/** An app that has a node in its process loads it from its packages, module by module. */
const embedded: Variant = {
  name: 'empty, embedded',
  figures: { ms: { title: 'start to serving', unit: 'ms' } },
  setUp: () => Promise.resolve({ run: timeOfEmbedded, close: () => Promise.resolve() }),
}

async function timeOfEmbedded(): Promise<{ readonly ms: number }> {
  const start = performance.now()
  const child = await Child.start('started.js')
  const ms = performance.now() - start
  await child.close()
  return { ms }
}

/** What the same takes a program that does nothing, to be told apart from what is ours. */
const nothing: Variant = {
  name: 'node -e 0',
  figures: { ms: { title: 'start to end', unit: 'ms' } },
  setUp: () =>
    Promise.resolve({
      run() {
        const start = performance.now()
        execFileSync(process.execPath, ['-e', '0'])
        return Promise.resolve({ ms: performance.now() - start })
      },
      close: () => Promise.resolve(),
    }),
}

/** See the file's header. */
export const start: Measurement = {
  name: 'start',
  title: 'From the start of the process to serving',
  shows: `The command, a node alone; ${scaled(100_000).toLocaleString('en-US')} sessions of ten attributes on disk, flushed.`,
  terms: 'ours is flushed to disk.',
  variants: [empty, full, embedded, nothing],
}
