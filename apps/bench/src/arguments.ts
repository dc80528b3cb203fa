/** The command line of `npm run bench`. */
import { parseArgs } from 'node:util'

/** What was asked for. */
export interface Arguments {
  /** Names of measurements; empty: all. */
  readonly only: readonly string[]
  /** Counted runs of each variant. */
  readonly runs: number
  /** File for the results, as JSON. */
  readonly json: string
  readonly list: boolean
  /** Measures counts and bytes only, a tenth of it, and holds them against the kept baseline. */
  readonly quick: boolean
  /** Keeps what the quick run counts as the new baseline. */
  readonly keep: boolean
  /** File to hold counts against; undefined: the bench's own. */
  readonly baseline: string | undefined
  /** A revision to measure, too. */
  readonly compare: string | undefined
  /** Folder for charts; undefined: none are made. */
  readonly charts: string | undefined
}

/** How the command is used. */
export const USAGE = 'usage: npm run bench -- [--only NAME]… [--runs N] [--json FILE] [--charts FOLDER] [--compare REVISION] [--quick [--keep] [--baseline FILE]] [--list]'

/**
 * Reads the command line.
 *
 * @param otherwise file for the results where none is given
 * @throws Error that says what is wrong
 */
export function readArguments(args: readonly string[], otherwise: string): Arguments {
  const { values } = parseArgs({
    args: [...args],
    options: {
      only: { type: 'string', multiple: true, default: [] },
      runs: { type: 'string' },
      json: { type: 'string', default: otherwise },
      list: { type: 'boolean', default: false },
      quick: { type: 'boolean', default: false },
      keep: { type: 'boolean', default: false },
      baseline: { type: 'string' },
      compare: { type: 'string' },
      charts: { type: 'string' },
    },
  })
  const { quick, keep, baseline, compare, charts, list } = values
  const runs = Number(values.runs ?? (quick ? '1' : '5'))
  if (!Number.isInteger(runs) || runs < 1) throw new Error('--runs takes a whole number, at least 1')
  if (keep && !quick) throw new Error('--keep goes with --quick')
  if (baseline !== undefined && !quick) throw new Error('--baseline goes with --quick')
  if (quick && compare !== undefined) throw new Error('--compare goes without --quick: name measurements by --only instead')
  return { only: values.only.flatMap((names) => names.split(',')), runs, json: values.json, list, quick, keep, baseline, compare, charts }
}
