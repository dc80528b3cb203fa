/** Results as people read them. */
import type { Goal } from './measurement.js'
import type { Result, Row } from './result.js'

const HEAD = ['variant', 'figure', 'median', 'min', 'max', 'unit', 'goal', ''] as const
/** Columns of numbers, which are set to the right. */
const RIGHT: ReadonlySet<number> = new Set([2, 3, 4, 6])

/** A result as a table, with its title above and what could not be run below. */
export function tableOf({ name, title, shows, terms, rows, absent, remarks = [] }: Result): string {
  const cells = [HEAD, ...rows.map(cellsOf)]
  const widths = HEAD.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)))
  const lines = cells.map((row) => row.map((cell, column) => pad(cell, widths[column] ?? 0, RIGHT.has(column))).join('  ').trimEnd())
  const missing = absent.map(({ variant, reason, failed }) => `  ${failed ? 'FAILED' : 'not run'}: ${variant}: ${reason}`)
  return [`${title}  [${name}]`, `  ${shows}`, `  Durability and copies: ${terms}`, ...lines.map((line) => `  ${line}`), ...remarks.map((remark) => `  ${remark}`), ...missing, ''].join('\n')
}

function cellsOf({ variant, figure, at, median, min, max, unit, goal, met }: Row): string[] {
  return [variant, at === undefined ? figure : `${figure} at ${number(at)}`, number(median), number(min), number(max), unit, goal ? goalText(goal) : '', verdict(met)]
}

function verdict(met: boolean | undefined): string {
  if (met === undefined) return ''
  return met ? 'reached' : 'MISSED'
}

/** `≤ 80` or `≥ 30,000`. */
function goalText(goal: Goal): string {
  return 'atMost' in goal ? `≤ ${number(goal.atMost)}` : `≥ ${number(goal.atLeast)}`
}

/** Three figures that count, and no more. */
function number(value: number): string {
  const size = Math.abs(value)
  const digits = size >= 100 || Number.isInteger(value) ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3
  return value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits })
}

function pad(text: string, width: number, right: boolean): string {
  return right ? text.padStart(width) : text.padEnd(width)
}

