/**
 * Runs one measurement: sets all variants up, warms each up, then takes turns between them, in changing order.
 *
 * Invariant: a variant that is not available or breaks never keeps the others from being measured.
 */
import { NotAvailable } from './measurement.js'
import type { Measurement, Ratio, Subject, Variant } from './measurement.js'
import type { Absence, Result, Row } from './result.js'
import { isMet, spreadOf } from './statistics.js'

/** A variant under measure. */
interface Contender {
  readonly variant: Variant
  readonly subject: Subject
  /** One a run, in order. */
  readonly samples: Readonly<Record<string, number>>[]
  broken: boolean
}

/** Measures; `note` hears of progress. */
export async function runMeasurement(measurement: Measurement, asked: number, note: (text: string) => void): Promise<Result> {
  const absent: Absence[] = []
  const contenders = await setUpAll(measurement, absent, note)
  const runs = measurement.once === true ? 1 : asked
  const warmUps = measurement.cold === true || measurement.once === true ? 0 : 1
  for (let round = 1 - warmUps; round <= runs; round++) {
    for (const contender of (round + warmUps) % 2 === 1 ? contenders : contenders.toReversed()) {
      if (contender.broken || (contender.variant.once === true && round !== 1)) continue
      note(`${contender.variant.name}: ${round === 0 ? 'warm-up' : `run ${round} of ${runs}`}`)
      const sample = await sampleOf(contender, absent)
      if (sample !== undefined && round > 0) contender.samples.push(sample)
    }
  }
  const remarks = contenders.flatMap(({ subject, broken }) => (broken ? [] : (subject.remarks?.() ?? [])))
  for (const { subject } of contenders.toReversed()) await subject.close()
  const whole = contenders.filter(({ broken }) => !broken)
  const rows = [...whole.flatMap(rowsOf), ...(measurement.ratios ?? []).flatMap((ratio) => ratioRow(ratio, whole))]
  const { name, title, shows, terms } = measurement
  return { name, title, shows, terms, rows, absent, ...(remarks.length > 0 && { remarks }) }
}

async function setUpAll(measurement: Measurement, absent: Absence[], note: (text: string) => void): Promise<Contender[]> {
  const contenders: Contender[] = []
  for (const variant of measurement.variants) {
    note(`${variant.name}: set-up`)
    try {
      contenders.push({ variant, subject: await variant.setUp(), samples: [], broken: false })
    } catch (error) {
      absent.push(absence(variant, error))
    }
  }
  return contenders
}

async function sampleOf(contender: Contender, absent: Absence[]): Promise<Readonly<Record<string, number>> | undefined> {
  try {
    return await contender.subject.run()
  } catch (error) {
    contender.broken = true
    absent.push(absence(contender.variant, error))
    return undefined
  }
}

function absence(variant: Variant, error: unknown): Absence {
  const failed = !(error instanceof NotAvailable)
  const text = error instanceof Error ? error.message : String(error)
  return { variant: variant.name, reason: failed && error instanceof Error ? (error.stack ?? text) : text, failed }
}

function rowsOf({ variant, samples }: Contender): Row[] {
  return Object.entries(variant.figures).map(([name, { title, unit, goal, at, varies }]) => {
    const values = samples.map((sample) => sample[name] ?? Number.NaN)
    const spread = spreadOf(values)
    const judged = goal && { goal, met: isMet(goal, spread.median) }
    return { variant: variant.name, figure: title, unit, values, ...spread, ...judged, ...(at !== undefined && { at }), ...(varies && { varies }), ...(variant.others && { others: true }) }
  })
}

/** Divides run by run, so that what slowed the machine for both cancels out. */
function ratioRow({ title, figure, toFigure = figure, of, to, goal }: Ratio, contenders: readonly Contender[]): Row[] {
  const above = contenders.find(({ variant }) => variant.name === of)
  const below = contenders.find(({ variant }) => variant.name === to)
  if (above === undefined || below === undefined) return []
  const values = above.samples.map((sample, run) => (sample[figure] ?? Number.NaN) / ((below.samples[run] ?? below.samples[0])?.[toFigure] ?? Number.NaN))
  const spread = spreadOf(values)
  const judged = goal && { goal, met: isMet(goal, spread.median) }
  return [{ variant: `${of} : ${to}`, figure: title, unit: '×', values, ...spread, ...judged }]
}
