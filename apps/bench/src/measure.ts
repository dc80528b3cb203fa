/** The process of one measurement: `measure.js NAME RUNS`, forked by main.ts, which it sends the result. */
import { MEASUREMENTS } from './measurements.js'
import { runMeasurement } from './runner.js'

const [name, runs] = process.argv.slice(2)
const measurement = MEASUREMENTS.find((one) => one.name === name)
if (measurement === undefined) throw new Error(`there is no measurement "${name}"`)

// Whoever asked is gone: nothing is left running, here or in what was forked.
process.once('disconnect', () => process.exit())

/** Progress, on a terminal only: each note takes the place of the one before. */
const note = (text: string): void => {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001B[K${name}: ${text}`)
}

const result = await runMeasurement(measurement, Number(runs), note)
if (process.stderr.isTTY) process.stderr.write('\r\u001B[K')
process.send?.(result, () => process.exit(0))
