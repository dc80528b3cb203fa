/** The process of one variant: `subject.js MEASUREMENT VARIANT`, forked by variant-process.ts, which it reports to. */
import { NotAvailable } from './measurement.js'
import type { Subject } from './measurement.js'
import { MEASUREMENTS } from './measurements.js'
import { endWithSignals } from './processes/running.js'
import type { Order, Report } from './variant-process.js'

// Whoever asked is gone, or wants an end: nothing is left running, here or in what was started.
process.once('disconnect', () => process.exit())
endWithSignals()

const [measurement, name] = process.argv.slice(2)
const variant = MEASUREMENTS.find((one) => one.name === measurement)?.variants.find((one) => one.name === name)
if (variant === undefined) throw new Error(`there is no variant "${name}" of "${measurement}"`)

const report = (said: Report): void => void process.send?.(said)

function broken(error: unknown): void {
  const text = error instanceof Error ? error.message : String(error)
  const failed = !(error instanceof NotAvailable)
  report({ type: 'absent', reason: failed && error instanceof Error ? (error.stack ?? text) : text, failed })
}

async function obey(order: Order, subject: Subject): Promise<void> {
  try {
    if (order === 'run') {
      globalThis.gc?.()
      const sample = await subject.run()
      return report({ type: 'sample', sample, remarks: subject.remarks?.() ?? [] })
    }
    await subject.close()
    process.exit()
  } catch (error) {
    if (order === 'run') return broken(error)
    process.stderr.write(`${measurement}, ${name}: could not be closed: ${error instanceof Error ? error.message : String(error)}\n`)
    process.exit(1)
  }
}

try {
  const subject = await variant.setUp()
  process.on('message', (order: Order) => void obey(order, subject))
  report({ type: 'ready' })
} catch (error) {
  broken(error)
}
