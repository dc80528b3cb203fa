/** The options of `understudy benchmarks`. */
import { z } from 'zod'
import { matching, text, wholeNumber } from '../options/fields.js'
import type { Declared, OptionTable } from '../options/option.js'

const schema = z.object({
  listen: matching(/^(?:\[[\da-fA-F:.]+\]|[^\s:[\]/]+):\d{1,5}$/, 'HOST:PORT').default('127.0.0.1:4410'),
  limit: wholeNumber(1, 1_000_000_000).default(1_000_000),
  tokens: text('a file').optional(),
})

const table = {
  listen: { kind: 'value', takes: 'HOST:PORT', example: '127.0.0.1:4410', help: 'where to listen', byDefault: '127.0.0.1:4410' },
  limit: { kind: 'value', takes: 'N', example: '100000', help: 'how many benchmarks are kept', byDefault: '1000000' },
  tokens: { kind: 'value', takes: 'FILE', example: 'tokens.json', help: 'the nodes’ token file; without it, this machine only' },
} as const satisfies OptionTable<keyof z.output<typeof schema>>

/** How `benchmarks` is called. */
export const benchmarksDeclared: Declared<(typeof schema)['shape']> = { command: 'benchmarks', table, schema, isDeployed: false }
