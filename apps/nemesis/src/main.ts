/** The command `npm run nemesis`: real nodes under load and faults, and afterwards the proof that every promise was kept. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { readArguments, USAGE } from './arguments.js'
import type { Arguments } from './arguments.js'
import type { Fault } from './faults/fault.js'
import { FAULTS } from './faults/faults.js'
import { tableOf } from './report.js'
import { run } from './run.js'

const LATEST = fileURLToPath(new URL('../results/latest.json', import.meta.url))

/** Runs what was asked for. @returns whether every promise was kept */
async function main(): Promise<boolean> {
  const given = readArguments(process.argv.slice(2), LATEST)
  if (given.list) {
    for (const { kind, what } of FAULTS) say(`${kind.padEnd(10)} ${what}`)
    return true
  }
  const kinds = chosen(given)
  say(`seed ${given.seed}; ${given.nodes} nodes, partition ${given.partition}, mode ${given.mode}, ${given.memory ? 'in memory' : 'on disk'}`)
  const report = await run(given, kinds, say)
  say(`\n${tableOf(report)}`)
  const file = resolve(process.env['INIT_CWD'] ?? '.', given.json)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, `${JSON.stringify({ at: new Date().toISOString(), ...report }, undefined, 2)}\n`)
  say(`written to ${file}`)
  return report.violations.length === 0
}

function chosen({ only, memory }: Arguments): readonly Fault[] {
  const unknown = only.find((kind) => !FAULTS.some((fault) => fault.kind === kind))
  if (unknown !== undefined) throw new Error(`there is no fault "${unknown}"; --list names them all`)
  const kinds = FAULTS.filter(({ kind, needsDisk }) => (only.length === 0 || only.includes(kind)) && !(memory && needsDisk))
  if (kinds.length === 0) throw new Error('these faults need a disk; leave out --memory')
  return kinds
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}

try {
  process.exitCode = (await main()) ? 0 : 1
} catch (error) {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n${USAGE}\n`)
  process.exitCode = 2
}
