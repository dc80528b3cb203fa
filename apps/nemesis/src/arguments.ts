/** The command line of `npm run nemesis`. */
import { parseArgs } from 'node:util'

/** What was asked for. */
export interface Arguments {
  readonly minutes: number
  /** Ends earlier, after so many faults; Infinity: does not. */
  readonly faults: number
  readonly seed: number
  /** Kinds of faults; empty: all. */
  readonly only: readonly string[]
  readonly nodes: number
  /** Sessions saved at a time. */
  readonly sessions: number
  readonly partition: 'available' | 'consistent'
  readonly mode: 'benchmark' | 'immutable'
  readonly memory: boolean
  /** File for the results, as JSON. */
  readonly json: string
  readonly list: boolean
}

/** How the command is used. */
export const USAGE = [
  'usage: npm run nemesis -- [--minutes N] [--faults N] [--seed S] [--only KIND,…] [--nodes N] [--sessions N]',
  '         [--partition available|consistent] [--mode benchmark|immutable] [--memory] [--json FILE] [--list]',
].join('\n')

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
      minutes: { type: 'string', default: '5' },
      faults: { type: 'string' },
      seed: { type: 'string', default: String(Date.now() % 1_000_000) },
      only: { type: 'string', multiple: true, default: [] },
      nodes: { type: 'string', default: '3' },
      sessions: { type: 'string', default: '40' },
      partition: { type: 'string', default: 'available' },
      mode: { type: 'string', default: 'benchmark' },
      memory: { type: 'boolean', default: false },
      json: { type: 'string', default: otherwise },
      list: { type: 'boolean', default: false },
    },
  })
  return {
    minutes: number('minutes', values.minutes, 0.1),
    faults: values.faults === undefined ? Infinity : number('faults', values.faults, 1),
    seed: number('seed', values.seed, 0),
    only: values.only.flatMap((kinds) => kinds.split(',')),
    nodes: number('nodes', values.nodes, 3),
    sessions: number('sessions', values.sessions, 2),
    partition: word('partition', values.partition, ['available', 'consistent']),
    mode: word('mode', values.mode, ['benchmark', 'immutable']),
    memory: values.memory,
    json: values.json,
    list: values.list,
  }
}

function number(name: string, text: string, least: number): number {
  const value = Number(text)
  if (!Number.isFinite(value) || value < least) throw new Error(`--${name} takes a number, at least ${least}`)
  return value
}

function word<const Words extends readonly string[]>(name: string, given: string, words: Words): Words[number] {
  const found = words.find((one) => one === given)
  if (found === undefined) throw new Error(`--${name} takes ${words.join(' or ')}`)
  return found
}
