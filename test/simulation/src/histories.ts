/**
 * Plays histories, a seed each, on all cores, and keeps what fails.
 *
 *   node dist/histories.js --count 20000           20,000 histories from seed 1
 *   node dist/histories.js --minutes 120           as many as there is time for, from a seed of its own
 *   node dist/histories.js --read 4711             one history, told line by line
 *   node dist/histories.js --kept FILE             a kept history, told line by line
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { drawPlan } from './plan/plan.js'
import type { Plan } from './plan/plan.js'
import { play } from './play.js'
import type { Failure } from './progress.js'
import { shrink } from './shrink.js'
import { perform } from './troupe.js'

/** Where histories that failed once are kept; all of them are played in every run of the tests. */
const KEPT = fileURLToPath(new URL('../kept/', import.meta.url))

const WORKER = fileURLToPath(new URL('play-seeds.js', import.meta.url))

/** Histories of one task of a long run. */
const PORTION = 2_000

const { values } = parseArgs({
  options: {
    from: { type: 'string' },
    count: { type: 'string', default: '1000' },
    steps: { type: 'string', default: '200' },
    minutes: { type: 'string' },
    read: { type: 'string' },
    kept: { type: 'string' },
    mutant: { type: 'string' },
    /** Failures to shrink and keep at most. */
    keep: { type: 'string', default: '3' },
  },
})
const steps = Number(values.steps)

if (values.read !== undefined) await tell(drawPlan(Number(values.read), steps))
else if (values.kept !== undefined) await tell(JSON.parse(readFileSync(values.kept, 'utf8')))
else await playMany()

async function tell(plan: Plan): Promise<void> {
  console.log(plan.setup)
  const { violations, ...outcome } = await play(plan, (line) => console.log(line))
  console.log(outcome, violations)
  if (violations.length > 0) process.exitCode = 1
}

async function playMany(): Promise<void> {
  const minutes = Number(values.minutes ?? 0)
  const end = Date.now() + minutes * 60_000
  const count = minutes > 0 ? PORTION : Number(values.count)
  let from = Number(values.from ?? (minutes > 0 ? Math.floor(Date.now() / 1_000) : 1))
  let played = 0
  const failures: Failure[] = []
  do {
    const before = played
    const result = await perform({ worker: WORKER, seeds: { from, count }, steps, mutant: values.mutant }, (progress, failed) => {
      process.stderr.write(`\r${(before + progress.played).toLocaleString('en')} histories, ${failures.length + failed.length} failed `)
    })
    played += result.played
    failures.push(...result.failures)
    from += count
  } while (Date.now() < end)
  process.stderr.write('\n')
  for (const failure of failures) report(failure)
  if (values.mutant === undefined) for (const failure of failures.slice(0, Number(values.keep))) await keep(failure)
  console.log(`${played.toLocaleString('en')} histories of ${steps} steps: ${failures.length} broke a promise`)
  if (failures.length > 0) process.exitCode = 1
}

function report({ seed, violations }: Failure): void {
  for (const { rule, message } of violations) console.log(`seed ${seed}: ${rule}: ${message.slice(0, 2_000)}`)
}

/** Shrinks a failing history and writes it where the tests will find it. */
async function keep({ seed, violations }: Failure): Promise<void> {
  const [violation] = violations
  if (violation === undefined) return
  const plan = await shrink(drawPlan(seed, steps), violation.rule)
  const path = `${KEPT}${violation.rule.toLowerCase()}-${seed}.json`
  mkdirSync(KEPT, { recursive: true })
  writeFileSync(path, `${JSON.stringify({ ...plan, broke: violation.rule }, undefined, 1)}\n`)
  console.log(`seed ${seed} shrunk to ${plan.steps.length} steps: node dist/histories.js --kept ${path}`)
}
