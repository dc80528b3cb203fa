/** The command `npm run bench`. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { readArguments, USAGE } from './arguments.js'
import type { Arguments } from './arguments.js'
import { countsOf, measurementOf, readBaseline, worsened, writeBaseline } from './baseline.js'
import { chartsOf } from './charts/charts.js'
import { comparison, Revision } from './compare.js'
import { machine } from './machine.js'
import type { Measurement } from './measurement.js'
import type { Result } from './result.js'
import { runMeasurement } from './runner.js'
import { tableOf } from './table.js'
import { apart, endAll } from './variant-process.js'
import { SCALE_VARIABLE } from './workload/scale.js'

/** Counts and bytes that no change may worsen. */
const BASELINE = new URL('../baseline.json', import.meta.url)

const LATEST = fileURLToPath(new URL('../results/latest.json', import.meta.url))

/** Runs what was asked for and tells whether all of it could be measured. */
async function main(): Promise<boolean> {
  const given = readArguments(process.argv.slice(2), LATEST)
  if (given.quick) process.env[SCALE_VARIABLE] ??= '0.1'
  // How much they measure is settled when they are loaded.
  const { MEASUREMENTS } = await import('./measurements.js')
  if (given.list) {
    for (const { name, title } of MEASUREMENTS) say(`${name.padEnd(16)} ${title}`)
    return true
  }
  say(`${machine().text}\n${given.runs} runs each after a warm-up, variants in turns; medians of runs\n`)
  const measurements = chosen(MEASUREMENTS, given)
  if (given.compare !== undefined) say(`making ${given.compare} ready …\n`)
  const revision = given.compare === undefined ? undefined : await Revision.prepare(given.compare)
  const results: Result[] = []
  for (const measurement of measurements) {
    const then = await revision?.measure(measurement.name, given.runs)
    const result = await runMeasurement(apart(measurement), given.runs, note(measurement.name))
    results.push(result)
    say(tableOf(result))
    if (revision !== undefined) say(comparison(revision.name, then, result))
  }
  await revision?.close()
  const from = process.env['INIT_CWD'] ?? '.'
  save(resolve(from, given.json), given, results)
  if (given.charts !== undefined) draw(resolve(from, given.charts), results)
  const isWhole = summary(results)
  return (!given.quick || holdsBaseline(given, results)) && isWhole
}

/** Holds counts and bytes against the kept ones, or keeps them. */
function holdsBaseline(given: Arguments, results: readonly Result[]): boolean {
  const now = countsOf(results)
  const kept = given.baseline === undefined ? BASELINE : pathToFileURL(resolve(process.env['INIT_CWD'] ?? '.', given.baseline))
  if (given.keep) {
    const measured = new Set(results.map(({ name }) => name))
    const others = Object.entries(readBaseline(kept)).filter(([place]) => given.only.length > 0 && !measured.has(measurementOf(place)))
    writeBaseline(kept, { ...Object.fromEntries(others), ...now })
    say(`kept as the baseline: ${Object.keys(now).length} counts`)
    return true
  }
  const lines = worsened(now, readBaseline(kept), results.map(({ name }) => name))
  for (const line of lines) say(`WORSE: ${line}`)
  say(lines.length === 0 ? 'no count is worse than the baseline' : 'where that is meant to be: --quick --keep makes it the baseline')
  return lines.length === 0
}

function draw(folder: string, results: readonly Result[]): void {
  mkdirSync(folder, { recursive: true })
  for (const [file, chart] of chartsOf(results)) writeFileSync(join(folder, file), chart)
  say(`charts drawn in ${folder}`)
}

function chosen(all: readonly Measurement[], { only, quick }: Arguments): readonly Measurement[] {
  const unknown = only.find((name) => !all.some((measurement) => measurement.name === name))
  if (unknown !== undefined) throw new Error(`there is no measurement "${unknown}"; --list names them all`)
  const able = quick ? all.filter(({ counts }) => counts === true).map(ownOf) : all
  return only.length === 0 ? able : able.filter(({ name }) => only.includes(name))
}

/** The measurement without what is not ours, whose counts are no concern of a baseline. */
function ownOf(measurement: Measurement): Measurement {
  return { ...measurement, variants: measurement.variants.filter(({ others }) => others !== true) }
}

/** Shows progress, on a terminal only: each note takes the place of the one before. */
function note(name: string): (text: string) => void {
  return (text) => {
    if (process.stderr.isTTY) process.stderr.write(`\r\u001B[K${name}: ${text}`)
  }
}

function save(file: string, { runs }: Arguments, results: readonly Result[]): void {
  mkdirSync(dirname(file), { recursive: true })
  const { cpu, cores, memory, node } = machine()
  writeFileSync(file, `${JSON.stringify({ at: new Date().toISOString(), cpu, cores, memory, node, runs, results }, undefined, 2)}\n`)
  say(`written to ${file}`)
}

function summary(results: readonly Result[]): boolean {
  const judged = results.flatMap(({ rows }) => rows.filter(({ met }) => met !== undefined))
  const missed = judged.filter(({ met }) => met === false)
  const absent = results.flatMap((result) => result.absent)
  say(`${judged.length - missed.length} of ${judged.length} goals reached; ${absent.length} variants not measured`)
  return !absent.some(({ failed }) => failed)
}

function say(text: string): void {
  process.stdout.write(`${text}\n`)
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => void endAll().then(() => process.exit(130)))

try {
  process.exitCode = (await main()) ? 0 : 1
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n${USAGE}\n`)
  process.exitCode = 2
}
