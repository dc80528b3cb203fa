/** Makes a failing history as short as it can be while it fails in the same way (delta debugging, Zeller 1999). */
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
  let size = Math.ceil(steps.length / 2)
  let begin = 0
  for (let plays = 0; plays < MOST_PLAYS && size >= 1; plays++) {
    const fewer = [...steps.slice(0, begin), ...steps.slice(begin + size)]
    if (await breaks({ ...plan, steps: fewer }, rule)) steps = fewer
    else begin += size
    if (begin < steps.length) continue
    begin = 0
    size = size === 1 ? 0 : Math.ceil(size / 2)
  }
  return { ...plan, steps }
}

async function breaks(plan: Plan, rule: string): Promise<boolean> {
  const { violations } = await play(plan)
  return violations.some((violation) => violation.rule === rule)
}
