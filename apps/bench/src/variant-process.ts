/**
 * A variant in a process of its own (subject.ts), so that none inherits another's heap or optimised code, and one that
 * breaks leaves the others alone. To the runner it is a variant like any other.
 */
import { fork } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { NotAvailable } from './measurement.js'
import type { Measurement, Subject, Variant } from './measurement.js'

/** What a subject's process is told. */
export type Order = 'run' | 'close'

/** What a subject's process says: once when it is set up, then after each run. */
export type Report =
  | { readonly type: 'ready' }
  | { readonly type: 'sample'; readonly sample: Readonly<Record<string, number>>; readonly remarks: readonly string[] }
  | { readonly type: 'absent'; readonly reason: string; readonly failed: boolean }

const running = new Set<ChildProcess>()

/** The measurement with each variant in a process of its own. */
export function apart(measurement: Measurement): Measurement {
  return { ...measurement, variants: measurement.variants.map((variant) => ({ ...variant, setUp: () => setUp(measurement, variant) })) }
}

/** Ends all processes of variants, and with them all that they started; resolves when they are gone. */
export async function endAll(): Promise<void> {
  await Promise.all(Array.from(running, (child) => ended(child, () => child.kill('SIGTERM'))))
}

async function setUp(measurement: Measurement, variant: Variant): Promise<Subject> {
  const child = fork(new URL('subject.js', import.meta.url), [measurement.name, variant.name], { execArgv: ['--expose-gc', ...(variant.heap === undefined ? [] : [`--max-old-space-size=${variant.heap}`])] })
  running.add(child)
  child.once('exit', () => running.delete(child))
  try {
    await reportOf(child)
  } catch (error) {
    await ended(child, () => child.kill('SIGTERM'))
    throw error
  }
  let remarks: readonly string[] = []
  return {
    async run() {
      const report = reportOf(child)
      tell(child, 'run')
      const said = await report
      if (said.type !== 'sample') throw new Error(`${variant.name} was to run and says that it is ${said.type}`)
      remarks = said.remarks
      return said.sample
    },
    remarks: () => remarks,
    close: () => ended(child, () => tell(child, 'close')),
  }
}

function tell(child: ChildProcess, order: Order): void {
  if (child.connected) child.send(order)
}

/** The next report. It rejects where that is that something is not there, or broke, or where the process ends. */
function reportOf(child: ChildProcess): Promise<Report> {
  return new Promise((resolve, reject) => {
    const exit = (code: number | null, signal: string | null): void => reject(new Error(`its process ended with ${signal ?? `code ${code}`}`))
    child.once('exit', exit)
    child.once('message', (report: Report) => {
      child.removeListener('exit', exit)
      if (report.type === 'absent') reject(report.failed ? new Error(report.reason) : new NotAvailable(report.reason))
      else resolve(report)
    })
  })
}

/** Resolves when the process is gone. */
async function ended(child: ChildProcess, end: () => void): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = new Promise((resolve) => child.once('exit', resolve))
  end()
  await gone
}
