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
}

/** How the command is used. */
export const USAGE = 'usage: npm run bench -- [--only NAME]… [--runs N] [--json FILE] [--list]'

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
      runs: { type: 'string', default: '5' },
      json: { type: 'string', default: otherwise },
      list: { type: 'boolean', default: false },
    },
  })
  const runs = Number(values.runs)
  if (!Number.isInteger(runs) || runs < 1) throw new Error('--runs takes a whole number, at least 1')
  return { only: values.only.flatMap((names) => names.split(',')), runs, json: values.json, list: values.list }
}
