/**
 * One worker of many histories: plays its share of the seeds of a range, or of a list, and writes a line of JSON for each that breaks a
 * promise, and one in between for progress. Started by `histories.ts`; a mutant, if any, was put in place by the loader.
 */
import { parseArgs } from 'node:util'
import { drawPlan } from './plan/plan.js'
import { play } from './play.js'
import type { Progress } from './progress.js'

const { values } = parseArgs({
  options: {
    from: { type: 'string', default: '1' },
    count: { type: 'string', default: '100' },
    /** In place of a range. */
    seeds: { type: 'string' },
    /** Which share of them, `0/2` or `1/2`. */
    share: { type: 'string', default: '0/1' },
    steps: { type: 'string', default: '200' },
    /** Ends at the first that fails. */
    first: { type: 'boolean', default: false },
    /** Begins none after this time, ms since 1970, but for the first so many. */
    until: { type: 'string', default: 'Infinity' },
    least: { type: 'string', default: '0' },
  },
})
const steps = Number(values.steps)
const [until, least] = [Number(values.until), Number(values.least)]

// Errors that belong to a history are many; where one came from `histories.js --read SEED` tells.
Error.stackTraceLimit = 0

/** ms between words of progress. */
const WORD = 1_000

let progress: Progress = { played: 0, events: 0, acknowledged: 0 }
let said = performance.now()

for (const seed of seedsToPlay()) {
  if (progress.played >= least && Date.now() > until) break
  const { violations, events, acknowledged, hash } = await play(drawPlan(seed, steps))
  progress = { played: progress.played + 1, events: progress.events + events, acknowledged: progress.acknowledged + acknowledged }
  if (violations.length > 0) console.log(JSON.stringify({ seed, hash, violations }))
  if (violations.length > 0 && values.first) break
  if (performance.now() - said > WORD) {
    said = performance.now()
    console.log(JSON.stringify(progress))
  }
}
console.log(JSON.stringify(progress))

function* seedsToPlay(): Generator<number> {
  const [share = 0, shares = 1] = values.share.split('/').map(Number)
  const list = values.seeds?.split(',').map(Number)
  const [from, count] = [Number(values.from), list?.length ?? Number(values.count)]
  for (let i = share; i < count; i += shares) yield list?.[i] ?? from + i
}
