/**
 * Plays many histories and says what came of them.
 *
 *   node dist/run.js --from 1 --count 1000 --steps 200 [--read SEED]
 */
import { parseArgs } from 'node:util'
import { play } from './play.js'
import { drawPlan } from './plan/plan.js'

const { values } = parseArgs({ options: { from: { type: 'string', default: '1' }, count: { type: 'string', default: '100' }, steps: { type: 'string', default: '200' }, read: { type: 'string' } } })
const steps = Number(values.steps)
if (values.read !== undefined) {
  const outcome = await play(drawPlan(Number(values.read), steps), (text) => console.log(text))
  console.log(outcome)
} else {
  const begun = performance.now()
  let events = 0
  let acknowledged = 0
  let failed = 0
  for (let seed = Number(values.from); seed < Number(values.from) + Number(values.count); seed++) {
    const outcome = await play(drawPlan(seed, steps))
    events += outcome.events
    acknowledged += outcome.acknowledged
    if (outcome.violations.length > 0) {
      failed++
      console.log(seed, outcome.hash, outcome.violations.map(({ rule, message }) => `${rule}: ${message}`.slice(0, 600)).join('\n   '))
    }
  }
  const ms = performance.now() - begun
  console.log({ failed, ms: Math.round(ms), perHistory: ms / Number(values.count), events: events / Number(values.count), acknowledged: acknowledged / Number(values.count) })
}
