/**
 * Plays histories with each mutant, from seed 1 on, until one breaks a promise.
 *
 *   node dist/mutants/hunt.js [--limit 20000] [--only TEXT]
 *   node dist/mutants/hunt.js --note                 writes the seeds down for the tests to begin with
 */
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { noteCaught } from './caught.js'
import { Hunts } from './hunts.js'
import { MUTANTS } from './mutants.js'

const { values } = parseArgs({
  options: {
    limit: { type: 'string', default: '20000' },
    only: { type: 'string', default: '' },
    steps: { type: 'string', default: '200' },
    note: { type: 'boolean', default: false },
  },
})

const names = MUTANTS.map(({ name }) => name).filter((name) => name.includes(values.only))
const worker = fileURLToPath(new URL('../play-seeds.js', import.meta.url))
const hunts = new Hunts(names, { worker, limit: Number(values.limit), steps: Number(values.steps), caught: {} })

let survivors = 0
for (const name of names) {
  const { caught, played } = await hunts.of(name)
  if (caught === undefined) survivors++
  else if (values.note) noteCaught({ [name]: caught.seed })
  console.log(caught === undefined ? `SURVIVED ${played} histories: ${name}` : `caught by seed ${caught.seed} (${caught.violations[0]?.rule}): ${name}`)
}
console.log(`${survivors} survived`)
if (survivors > 0) process.exitCode = 1
