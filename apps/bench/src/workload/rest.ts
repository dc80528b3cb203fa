/** Sessions that nobody uses come to rest by and by: who measures what rests waits for it. */
import { heldBytes } from '../processes/child.js'
import type { Child } from '../processes/child.js'

/** ms between two looks at whether memory still shrinks. */
const LOOK = 5_000
/** It is at rest once two looks made it less than this part smaller. */
const CALM = 0.005

/**
 * Waits until this process and others have put to rest what nobody uses.
 *
 * @param sessions so many at most, of which a node puts 10,000 to rest a second
 * @param patience ms to wait at most
 * @returns ms that it took
 */
export async function rested(children: readonly Child[], sessions: number, patience: number): Promise<number> {
  const start = performance.now()
  // They have come to rest while they were made, too.
  await new Promise((resolve) => setTimeout(resolve, Math.min(patience, Math.max(10_000, sessions / 20) + LOOK)))
  const held = async (): Promise<number> => {
    const others = await Promise.all(children.map((child) => child.memory()))
    return others.reduce((sum, figures) => sum + (figures['heldBytes'] ?? 0), await heldBytes())
  }
  for (let [before, calm] = [await held(), 0]; calm < 2 && performance.now() - start < patience; ) {
    await new Promise((resolve) => setTimeout(resolve, LOOK))
    const now = await held()
    calm = now > before * (1 - CALM) ? calm + 1 : 0
    before = now
  }
  return performance.now() - start
}
