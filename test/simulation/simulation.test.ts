/**
 * The simulator in every run of the tests: many histories, the kept ones, the same seed twice, and bugs that it must
 * notice. All of it runs the built packages, as users get them, in processes of its own.
 */
import { readFileSync, readdirSync } from 'node:fs'
import { connect } from 'node:net'
import { json } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, inject, it } from 'vitest'
import { HISTORIES, STEPS, WORKER } from './histories-meanwhile.js'
import { Hunts } from './src/mutants/hunts.js'
import { MUTANTS } from './src/mutants/mutants.js'
import { drawPlan } from './src/plan/plan.js'
import type { Plan } from './src/plan/plan.js'
import { play } from './src/play.js'
import type { Result } from './src/troupe.js'

/** Histories in which each bug must show: the plain ones in few, or with HUNT set all of them in so many. */
const HUNT = Number(process.env['HUNT'] ?? 500)
const HUNTED = MUTANTS.filter(({ plain }) => plain || process.env['HUNT'] !== undefined)
const KEPT = fileURLToPath(new URL('kept/', import.meta.url))

/** What came of those that have been played since the run began. */
async function historiesOfTheRun(): Promise<Result> {
  const told = (await json(connect(inject('historiesPort'), '127.0.0.1'))) as Result | { readonly error: string }
  if ('error' in told) throw new Error(told.error)
  return told
}

describe('the simulator', () => {
  it(`breaks no promise in ${HISTORIES.toLocaleString('en')} histories [SIM-1]`, { timeout: 1_200_000 }, async () => {
    const { played, failures, acknowledged } = await historiesOfTheRun()
    expect(failures.map(({ seed, violations }) => `seed ${seed}: ${violations.map(({ rule, message }) => `${rule}: ${message}`).join('; ')}`)).toEqual([])
    expect(played).toBe(HISTORIES)
    // A history in which nothing is acknowledged proves nothing.
    expect(acknowledged / played).toBeGreaterThan(50)
  })

  it('plays the same history for the same seed [SIM-2]', async () => {
    for (const seed of [1, 2, 3]) {
      const [one, other] = [await play(drawPlan(seed, STEPS)), await play(drawPlan(seed, STEPS))]
      expect(one).toEqual(other)
      expect(one.events).toBeGreaterThan(500)
    }
    const hashes = await Promise.all([1, 2, 3].map(async (seed) => (await play(drawPlan(seed, STEPS))).hash))
    expect(new Set(hashes).size).toBe(3)
  })

  it('keeps what failed once [SIM-3]', { timeout: 300_000 }, async () => {
    for (const name of readdirSync(KEPT).filter((file) => file.endsWith('.json'))) {
      const plan: Plan = JSON.parse(readFileSync(`${KEPT}${name}`, 'utf8'))
      expect((await play(plan)).violations, name).toEqual([])
    }
  })
})

describe('a bug is noticed', () => {
  it('since each still has its place in the built code [SIM-4]', () => {
    const packages = fileURLToPath(new URL('../../packages/', import.meta.url))
    const lost = MUTANTS.filter(({ file, find }) => readFileSync(`${packages}${file}`, 'utf8').split(find).length !== 2)
    expect(lost.map(({ name }) => name)).toEqual([])
  })

  const names = HUNTED.map(({ name }) => name)
  const stop = new AbortController()
  let begun: Hunts | undefined
  afterAll(() => stop.abort())

  // All are hunted side by side, from the first of these on; each then waits for its own.
  it.each(names)('%s [SIM-4]', { timeout: 1_200_000 }, async (name) => {
    begun ??= new Hunts(names, { worker: WORKER, limit: HUNT, steps: STEPS, signal: stop.signal })
    const { caught, played } = await begun.of(name)
    expect(caught?.violations, `what a history noticed of it, of ${played} that were played`).toBeDefined()
  })
})
