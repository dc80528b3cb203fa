/** How many sessions a second can be made in process. */
import type { Node } from '@understudy/node'
import type { Measurement, Variant } from '../measurement.js'
import { ATTRIBUTES } from '../workload/attributes.js'
import { inFlight, perSecond } from '../workload/in-flight.js'
import { Primary } from '../workload/primary.js'
import { scaled } from '../workload/scale.js'

const SESSIONS = scaled(30_000)

/** Makes sessions in a node of its own each run, so that every run begins with an empty store. */
function variant(name: string, goal: number | undefined, make: (node: Node, id: string) => Promise<void>): Variant {
  return {
    name,
    figures: {
      rate: { title: 'sessions made', unit: '/s', ...(goal !== undefined && { goal: { atLeast: goal } }) },
      cpu: { title: 'processor time of a session', unit: 'µs' },
    },
    setUp: () =>
      Promise.resolve({
        async run() {
          const { node } = await Primary.start()
          const before = process.cpuUsage()
          const ms = await inFlight(SESSIONS, 1, (number) => make(node, `session ${number}`))
          const { user, system } = process.cpuUsage(before)
          await node.close()
          return { rate: perSecond(SESSIONS, ms), cpu: (user + system) / SESSIONS }
        },
        close: () => Promise.resolve(),
      }),
  }
}

const opened = variant('opened', 30_000, async (node, id) => {
  const session = await node.store.open(id, { idleTimeout: 1_800_000 })
  session.close()
})

const filled = variant('opened, ten attributes saved', undefined, async (node, id) => {
  const session = await node.store.open(id, { idleTimeout: 1_800_000 })
  for (const [name, value] of ATTRIBUTES) session.set(name, value)
  await session.save()
  session.close()
})

/** See the file's header. */
export const create: Measurement = {
  name: 'create',
  title: 'Create sessions in process',
  shows: `store.open(id), one after the other, ${SESSIONS.toLocaleString('en-US')} a run, on a node without back-ups. Processor time does not count what other programs take.`,
  terms: 'in memory, one copy: there is no other node.',
  variants: [opened, filled],
}
