/** Makes a failing history as short as it can be while it fails in the same way (delta debugging, Zeller 1999). */
import type { Step } from './plan/deed.js'
import type { Plan } from './plan/plan.js'
import { play } from './play.js'

/** Plays at most while shrinking. */
const MOST_PLAYS = 400

/**
 * Shortens a plan.
 *
 * @param rule the promise that it breaks
 * @returns the shortest plan found that breaks it
 */
export async function shrink(plan: Plan, rule: string): Promise<Plan> {
  let steps = plan.steps
  let plays = 0
  const fails = async (fewer: readonly Step[]): Promise<boolean> => {
    plays++
    const { violations } = await play({ ...plan, steps: fewer })
    return violations.some((violation) => violation.rule === rule)
  }
  for (let size = Math.ceil(steps.length / 2); size >= 1 && plays < MOST_PLAYS; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let begin = 0; begin < steps.length && plays < MOST_PLAYS; ) {
      const fewer = [...steps.slice(0, begin), ...steps.slice(begin + size)]
      if (await fails(fewer)) steps = fewer
      else begin += size
    }
  }
  return { ...plan, steps }
}
