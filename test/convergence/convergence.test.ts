/**
 * After any sequence of operations and reconnects all replicas are equal: values, digests, positions; and a history
 * with one writer at a time ends as a plain Map does that takes the same operations.
 */
import * as fc from 'fast-check'
import { describe, it } from 'vitest'
import { expectConverged } from './convergence.js'
import { EXAMPLES } from './examples.js'
import { Play } from './play.js'
import { histories } from './steps.js'
import type { History } from './steps.js'

/** Sequences in CI; UNDERSTUDY_SEQUENCES asks for another number. */
const SEQUENCES = Number(process.env['UNDERSTUDY_SEQUENCES'] ?? 5_000)

async function converges(history: History): Promise<void> {
  const play = new Play(history)
  for (const step of history.steps) await play.step(step)
  const dead = play.cluster.nodes.flatMap(({ store }) => store.slots.flatMap((slot) => [...slot.all()].filter((one) => one.death !== undefined)))
  await play.settle()
  expectConverged(play)
  for (const { key } of dead) for (const { store } of play.cluster.nodes) if (store.find(key)?.death === undefined) throw new Error(`${key} was dead and is no longer`)
}

describe('any sequence of operations and reconnects', () => {
  it('leaves all replicas equal, and as a plain Map would be [REP-1]', { timeout: 300_000 }, async () => {
    await fc.assert(fc.asyncProperty(histories, converges), { numRuns: SEQUENCES, examples: EXAMPLES.map((history): [History] => [history]) })
  })
})
