/**
 * The kept baseline: counts and bytes of an earlier quick run, which later ones must not worsen. No time is among them,
 * for times are the machine's.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import type { Unit } from './measurement.js'
import type { Result, Row } from './result.js'

/** Units of figures that do not depend on the machine. */
const COUNTED: ReadonlySet<Unit> = new Set(['B', 'deltas', 'round trips'])
/** What a figure may be above the kept one: when a frame goes out is up to the scheduler. */
const TOLERANCE = 1.05

/** Figures by measurement, variant and title. */
export type Baseline = Readonly<Record<string, number>>

/** All counts and bytes of some results. */
export function countsOf(results: readonly Result[]): Baseline {
  const rows = results.flatMap(({ name, rows: own }) => own.map((row) => ({ name, ...row })))
  const counted = rows.filter(({ unit, varies, others }) => COUNTED.has(unit) && varies !== true && others !== true)
  return Object.fromEntries(counted.map((row) => [placeOf(row), row.median]))
}

/** The measurement that a place of the baseline is of. */
export function measurementOf(place: string): string {
  return place.split(' | ', 1)[0] ?? ''
}

function placeOf({ name, variant, figure, at, unit }: Row & { readonly name: string }): string {
  return `${name} | ${variant} | ${figure}${at === undefined ? '' : ` at ${at.toLocaleString('en-US')}`}, ${unit}`
}

/** What is worse than the baseline, and what of it was not measured, as lines for people. */
export function worsened(now: Baseline, kept: Baseline, names: readonly string[]): string[] {
  const lines: string[] = []
  for (const [place, before] of Object.entries(kept)) {
    if (!names.includes(measurementOf(place))) continue
    const value = now[place]
    if (value === undefined) lines.push(`${place}: was not measured`)
    else if (value > before * TOLERANCE) lines.push(`${place}: ${value.toFixed(1)}, the baseline has ${before.toFixed(1)}`)
  }
  return lines
}

/** Reads a kept baseline. */
export function readBaseline(file: URL): Baseline {
  const kept: unknown = JSON.parse(readFileSync(file, 'utf8'))
  if (typeof kept !== 'object' || kept === null) throw new Error(`${file.pathname} is no baseline; make it anew with --quick --keep`)
  return Object.fromEntries(Object.entries(kept).filter((entry): entry is [string, number] => typeof entry[1] === 'number'))
}

/** Keeps a baseline. */
export function writeBaseline(file: URL, baseline: Baseline): void {
  writeFileSync(file, `${JSON.stringify(baseline, undefined, 2)}\n`)
}
