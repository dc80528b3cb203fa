/** What a run has shown, for people and as JSON. */
import type { Sums } from './load/messages.js'
import type { Breach, Violation } from './checker.js'
import type { MachineUse } from './machine.js'

/** One fault that was brought about. */
export interface Entry {
  readonly kind: string
  /** ms until the last of the struck clients had a save acknowledged again, at most; undefined where it is not measured. */
  readonly outage: number | undefined
  /** Clients concerned. */
  readonly clients: number
  readonly counts: Readonly<Record<string, number>>
}

/** A whole run. */
export interface Report {
  readonly seed: number
  readonly seconds: number
  readonly options: Readonly<Record<string, unknown>>
  readonly entries: readonly Entry[]
  readonly sums: Sums
  /** Sessions verified at the end. */
  readonly verified: number
  readonly crashes: number
  readonly machine: MachineUse
  readonly violations: readonly Violation[]
}

const HEAD = ['fault', 'times', 'measured', 'p50 ms', 'p99 ms', 'max ms', ''] as const

/** The report as a table, with what was broken below it. */
export function tableOf(report: Report): string {
  const kinds = [...new Set(report.entries.map(({ kind }) => kind))]
  const rows = [HEAD, ...kinds.map((kind) => rowOf(kind, report.entries.filter((entry) => entry.kind === kind)))]
  const widths = HEAD.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  const table = rows.map((row) => row.map((cell, column) => (column === 0 || column === 6 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0))).join('  ').trimEnd())
  const { saves, destroyed, failures } = report.sums
  const { cores, busy, load } = report.machine
  const failed = Object.entries(failures).map(([code, count]) => `${code} ${count}`).join(', ') || 'none'
  const of = (breach: Breach): number => report.violations.filter((violation) => violation.breach === breach).length
  const broken = (['lost', 'resurrected', 'doubled', 'miscounted', 'diverged', 'unavailable'] as const).map((breach) => `${of(breach)} ${breach}`).join(', ')
  return [
    ...table,
    '',
    `${saves} saves acknowledged, ${destroyed} sessions ended, in ${Math.round(report.seconds)} s; ${report.verified} sessions verified`,
    `saves that failed: ${failed}; nodes that ended by themselves: ${report.crashes}`,
    `the machine: ${cores} cores, ${Math.round(busy * 100)} % busy, ${load.toFixed(1)} processes at them`,
    broken,
    ...report.violations.slice(0, 20).map(({ breach, text }) => `  ${breach.toUpperCase()} ${text}`),
  ].join('\n')
}

function rowOf(kind: string, entries: readonly Entry[]): string[] {
  const outages = entries.flatMap(({ outage }) => (outage === undefined ? [] : [outage])).toSorted((a, b) => a - b)
  const at = (share: number): string => String(Math.round(outages[Math.min(outages.length - 1, Math.floor(outages.length * share))] ?? 0))
  const figures = outages.length === 0 ? ['', '', '', ''] : [String(outages.length), at(0.5), at(0.99), at(1)]
  const counts = new Map<string, number>()
  for (const entry of entries) for (const [name, count] of Object.entries(entry.counts)) counts.set(name, (counts.get(name) ?? 0) + count)
  return [kind, String(entries.length), ...figures, [...counts].map(([name, count]) => `${count} ${name}`).join(', ')]
}
