/** The options of `understudy demo`. */
import { z } from 'zod'
import { choice, wholeNumber } from '../options/fields.js'
import type { Declared, OptionTable } from '../options/option.js'

const schema = z.object({
  users: wholeNumber(1, 1000).default(20),
  seconds: wholeNumber(1, 86_400).optional(),
  mode: choice(['benchmark', 'immutable']).default('benchmark'),
})

/** The options of `demo`, checked. */
export type DemoOptions = z.output<typeof schema>

const table = {
  users: { kind: 'value', takes: 'N', example: '20', help: 'how many visitors shop at once', byDefault: '20' },
  seconds: {
    kind: 'value',
    takes: 'N',
    example: '30',
    help: 'stop after this long; exit code 1 if an update was lost',
    byDefault: 'until Ctrl-C',
  },
  mode: {
    kind: 'value',
    takes: 'MODE',
    example: 'immutable',
    help: 'differencing: benchmark or immutable',
    byDefault: 'benchmark',
  },
} as const satisfies OptionTable<keyof DemoOptions>

/** How `demo` is called. */
export const demoDeclared: Declared<(typeof schema)['shape']> = { command: 'demo', table, schema, isDeployed: false }
