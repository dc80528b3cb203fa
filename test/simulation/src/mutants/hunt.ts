/**
 * Plays histories with each mutant until one breaks a promise.
 *
 *   node dist/mutants/hunt.js [--limit 20000] [--only TEXT]
 */
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { perform } from '../troupe.js'
import { MUTANTS } from './mutants.js'

const { values } = parseArgs({ options: { limit: { type: 'string', default: '20000' }, only: { type: 'string', default: '' }, steps: { type: 'string', default: '200' } } })

const WORKER = fileURLToPath(new URL('../play-seeds.js', import.meta.url))

let survivors = 0
for (const { name } of MUTANTS.filter((mutant) => mutant.name.includes(values.only))) {
  const { played, failures } = await perform({ worker: WORKER, from: 1, count: Number(values.limit), steps: Number(values.steps), mutant: name, first: true })
  const [failure] = failures
  if (failure === undefined) survivors++
  console.log(failure === undefined ? `SURVIVED ${played} histories: ${name}` : `caught by seed ${failure.seed} (${failure.violations[0]?.rule}): ${name}`)
}
console.log(`${survivors} survived`)
if (survivors > 0) process.exitCode = 1
