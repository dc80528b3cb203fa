/** What a save costs as more sessions are stored, and as more back-ups hold them: processor time, which other programs do not change. */
import type { Measurement, Variant } from '../measurement.js'
import { Child } from '../processes/child.js'
import { Primary } from '../workload/primary.js'
import { until } from '../workload/in-flight.js'
import { scaled } from '../workload/scale.js'
import { rested } from '../workload/rest.js'
import { Changes, fillAndClose, openedSessions } from '../workload/sessions.js'

const SAVES = scaled(50_000)
/** MB: a million sessions just come to what Node allows by itself. */
const HEAP = 8_192

/** Sessions that are saved. */
const IN_USE = 1_000
/** ms to wait at most until the others are at rest. */
const PATIENCE = 240_000

/** Stored sessions, of which 1,000 are in use and the others at rest, and back-ups. */
function variant(name: string, stored: number, backUps: number): Variant {
  return {
    name,
    ...(stored > 500_000 && { heap: HEAP }),
    figures: { cpu: { title: 'processor time of a save, app and primary', unit: 'µs' }, delay: { title: 'longest delay of the event loop', unit: 'ms', goal: { atMost: 20 } }, behind: { title: 'longest delay of the event loop, back-up', unit: 'ms' } },
    async setUp() {
      const primary = await Primary.start({ backups: backUps })
      const children: Child[] = []
      for (const name of ['b', 'c', 'd'].slice(0, backUps)) children.push(await Child.start('node.js', name, 'backup', `a=${primary.node.url}`))
      await fillAndClose(primary.node.store, stored)
      await until('all back-ups hold everything', () => primary.node.status().links.filter((link) => link.equal === true).length === backUps)
      if (stored > IN_USE) await rested(children, stored, PATIENCE)
      const changes = new Changes(await openedSessions(primary.node.store, IN_USE), 1 + backUps)
      return {
        async run() {
          for (const child of children) await child.figures()
          const delay = new LoopDelay()
          const before = process.cpuUsage()
          await changes.make(SAVES, 64)
          const { user, system } = process.cpuUsage(before)
          const longest = delay.stop()
          const behind = Math.max(...(await Promise.all(children.map((child) => child.figures()))).map((figures) => figures['delay'] ?? 0))
          return { cpu: (user + system) / SAVES, delay: longest, behind }
        },
        async close() {
          for (const child of children) await child.close()
          await primary.node.close()
        },
      }
    },
  }
}

/** The longest time for which the event loop did not turn. */
class LoopDelay {
  #last = performance.now()
  #longest = 0
  #running = true

  constructor() {
    const look = (): void => {
      const now = performance.now()
      this.#longest = Math.max(this.#longest, now - this.#last)
      this.#last = now
      if (this.#running) setImmediate(look)
    }
    setImmediate(look)
  }

  /** ms. */
  stop(): number {
    this.#running = false
    return this.#longest
  }
}

/** See the file's header. */
export const growth: Measurement = {
  name: 'growth',
  title: 'What a save costs as stored sessions and back-ups grow; in memory, a copy on every back-up',
  shows: `${SAVES.toLocaleString('en-US')} saves on 1,000 sessions, 64 in flight; all others are at rest. Goals of the issue: ≤ 1.15 × from 1,000 to 1,000,000 sessions, ≤ 15 % a back-up.`,
  terms: 'in memory; a save counts when the primary and every back-up hold it.',
  variants: [
    variant('1,000 sessions', 1_000, 1),
    variant('many sessions', scaled(1_000_000), 1),
    variant('1,000 sessions, 3 back-ups', 1_000, 3),
  ],
  ratios: [
    { title: 'processor time, many sessions', figure: 'cpu', of: 'many sessions', to: '1,000 sessions', goal: { atMost: 1.15 } },
    { title: 'processor time, 3 back-ups', figure: 'cpu', of: '1,000 sessions, 3 back-ups', to: '1,000 sessions', goal: { atMost: 1.3 } },
  ],
}
