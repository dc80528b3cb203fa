/** All visitors of the demo, shopping until they are told to stop. */
import { newTally } from './tally.js'
import type { Tally } from './tally.js'
import { VirtualUser } from './virtual-user.js'

/** How long a visitor looks at a page, at most; the least is a third of it. In ms. */
const LONGEST_LOOK = 150

/** Visitors under way. */
export interface Traffic {
  readonly tally: Readonly<Tally>
  /** Lets every visitor finish, look once more at each instance, and go. */
  stop(): Promise<void>
}

/** Starts `users` visitors on the shop's instances. */
export function startTraffic(options: {
  users: number
  instances: readonly string[]
  random?: () => number
  longestLook?: number
  /** Where to go on counting. Default: from nothing. */
  tally?: Tally
}): Traffic {
  const { users, instances, random = Math.random, longestLook = LONGEST_LOOK, tally = newTally() } = options
  const stopping = new AbortController()
  const pause = () => new Promise((resolve) => setTimeout(resolve, longestLook * (1 / 3 + (2 / 3) * random())))
  const shopping = Array.from({ length: users }, async () => {
    const user = new VirtualUser({ instances, tally, random })
    while (!stopping.signal.aborted) {
      await user.step()
      await pause()
    }
    for (const base of instances) await user.verify(base)
  })
  return {
    tally,
    async stop() {
      stopping.abort()
      await Promise.all(shopping)
    },
  }
}
