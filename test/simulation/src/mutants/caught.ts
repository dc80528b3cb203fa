/** Which history noticed each mutant last, by the mutant's name: a note that spares a run of the tests the hunt. */
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { MUTANTS } from './mutants.js'

/** `caught.json`, beside the sources; seen from them and from what is built of them. */
const NOTES = fileURLToPath(new URL('../../caught.json', import.meta.url))

/** Seeds by the names of mutants. */
export type Caught = Readonly<Record<string, number>>

/** Reads the notes. */
export function readCaught(): Caught {
  return JSON.parse(readFileSync(NOTES, 'utf8'))
}

/** Writes down what was found, and keeps what else is known of mutants that there are. */
export function noteCaught(found: Caught): void {
  const all = { ...readCaught(), ...found }
  const notes = MUTANTS.flatMap(({ name }) => (all[name] === undefined ? [] : [[name, all[name]] as const]))
  writeFileSync(NOTES, `${JSON.stringify(Object.fromEntries(notes), undefined, 2)}\n`)
}
