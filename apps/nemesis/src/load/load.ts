/** A process of load: an app of its own with many workers. Started by `Crowd`; commands and answers over IPC. */
import { connect } from '@understudy/client'
import { Chance } from '../chance.js'
import { eventually } from '../wait.js'
import type { Answer, Command } from './messages.js'
import { Worker } from './worker.js'
import type { Tally } from './worker.js'

const [name = 'load', count = '1', seed = '1', ...nodes] = process.argv.slice(2)

const store = await connect({ nodes, name })
const chance = new Chance(Number(seed))
const tally: Tally = { saves: 0, destroyed: 0, failures: new Map() }
const workers = Array.from({ length: Number(count) }, (_, i) => new Worker(store, `${name} ${i}`, new Chance(chance.between(1, 2 ** 31)), tally))
let struck: readonly Worker[] = []

process.on('message', (command: Command) => void obey(command))
process.on('disconnect', () => process.exit())
for (const worker of workers) void worker.work()
say({ type: 'ready' })

async function obey(command: Command): Promise<void> {
  switch (command.type) {
    case 'struck':
      struck = workers.filter(({ slot }) => command.slots.includes(slot))
      for (const worker of struck) worker.struck(command.at)
      return undefined
    case 'outage': {
      const outages = struck.map(({ outage }) => outage)
      const longest = Math.max(0, ...outages.map((outage) => outage.longest))
      return say({ type: 'outage', outage: { longest, waiting: outages.filter(({ recovered }) => !recovered).length, workers: struck.length } })
    }
    case 'hold':
      for (const worker of workers) worker.hold()
      await eventually('all workers rest', () => workers.every(({ isIdle }) => isIdle), 120_000)
      return say({ type: 'held' })
    case 'go':
      for (const worker of workers) worker.go()
      return undefined
    case 'claims':
      return say({ type: 'claims', claims: workers.flatMap(({ claims }) => claims) })
    case 'sums':
      return say({ type: 'sums', sums: { saves: tally.saves, destroyed: tally.destroyed, failures: Object.fromEntries(tally.failures) } })
  }
}

function say(answer: Answer): void {
  process.send?.(answer)
}
