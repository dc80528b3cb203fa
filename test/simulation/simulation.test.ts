/**
 * The simulator in every run of the tests: many histories, the kept ones, the same seed twice, and bugs that it must
 * notice. All of it runs the built packages, as users get them, in processes of its own.
 */
import { readFileSync, readdirSync } from 'node:fs'
import { connect } from 'node:net'
import { json } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, inject, it } from 'vitest'
import { HISTORIES, LEAST, STEPS, WORKER } from './histories-meanwhile.js'
import { readCaught } from './src/mutants/caught.js'
import { Hunts } from './src/mutants/hunts.js'
import { MUTANTS } from './src/mutants/mutants.js'
import type { Edit } from './src/mutants/mutants.js'
import { drawPlan } from './src/plan/plan.js'
import type { Plan } from './src/plan/plan.js'
import { play } from './src/play.js'
import { perform } from './src/troupe.js'
import type { Result } from './src/troupe.js'

/** Histories in which a bug must show that the one noted for it notices no more; `npm run mutants` allows it 20,000. */
const HUNT = Number(process.env['HUNT'] ?? 1_000)
const KEPT = fileURLToPath(new URL('kept/', import.meta.url))

/** What came of those that have been played since the run began. */
async function historiesOfTheRun(): Promise<Result> {
  const told = (await json(connect(inject('historiesPort'), '127.0.0.1'))) as Result | { readonly error: string }
  if ('error' in told) throw new Error(told.error)
  return told
}

describe('the simulator', () => {
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
  const caught = readCaught()

  it('since each still has its place in the built code [SIM-4]', () => {
    const packages = fileURLToPath(new URL('../../packages/', import.meta.url))
    const isLost = ({ file, find }: Edit): boolean => readFileSync(`${packages}${file}`, 'utf8').split(find).length !== 2
    expect(MUTANTS.filter(({ edits }) => edits.some(isLost)).map(({ name }) => name)).toEqual([])
  })

  it('by histories that break no promise without it [SIM-4]', { timeout: 600_000 }, async () => {
    const { played, failures } = await perform({ worker: WORKER, seeds: Object.values(caught), steps: STEPS })
    expect(failures.map(({ seed }) => seed)).toEqual([])
    expect(played).toBe(Object.keys(caught).length)
  })

  const names = MUTANTS.map(({ name }) => name)
  const stop = new AbortController()
  let begun: Hunts | undefined
  afterAll(() => stop.abort())

  // All are hunted side by side, from the first of these on; each then waits for its own.
  it.each(names)('%s [SIM-4]', { timeout: 1_200_000 }, async (name) => {
    begun ??= new Hunts(names, { worker: WORKER, limit: HUNT, steps: STEPS, caught, signal: stop.signal })
    const hunt = await begun.of(name)
    expect(hunt.caught?.violations, `what a history noticed of it, of ${hunt.played} that were played`).toBeDefined()
    const seed = hunt.caught?.seed
    if (seed !== caught[name]) process.stderr.write(`"${name}" is noticed by seed ${seed} now: write that into test/simulation/caught.json\n`)
  })
})

// Last of all: whatever else there is to play is played beside them.
describe('the simulator, in many histories,', () => {
  it(`breaks no promise, of ${HISTORIES.toLocaleString('en')} at most [SIM-1]`, { timeout: 1_800_000 }, async () => {
    const { played, failures, events, acknowledged } = await historiesOfTheRun()
    process.stdout.write(`${played.toLocaleString('en')} of ${HISTORIES.toLocaleString('en')} histories were played, ${(events / 1e6).toFixed(0)} million events\n`)
    expect(failures.map(({ seed, violations }) => `seed ${seed}: ${violations.map(({ rule, message }) => `${rule}: ${message}`).join('; ')}`)).toEqual([])
    expect(played).toBeGreaterThanOrEqual(LEAST)
    // A history in which nothing is acknowledged proves nothing.
    expect(acknowledged / played).toBeGreaterThan(50)
  })
})
