/** The options of `understudy token`. */
import { z } from 'zod'
import { choice, flag, matching } from '../options/fields.js'
import type { Declared, OptionTable } from '../options/option.js'

const schema = z.object({
  role: choice(['read', 'write', 'admin']).default('write'),
  name: matching(/^[\w.-]{1,64}$/, `a name of 1 to 64 letters, digits, '.', '_' and '-'`).default('app'),
  expires: matching(/^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2})?Z)?$/, 'a date').optional(),
  json: flag().default(false),
})

const table = {
  role: { kind: 'value', takes: 'ROLE', example: 'write', help: 'read, write or admin', byDefault: 'write' },
  name: { kind: 'value', takes: 'NAME', example: 'app', help: 'what logs call the holder', byDefault: 'app' },
  expires: {
    kind: 'value',
    takes: 'DATE',
    example: '2027-12-31',
    help: 'from when on the token is refused',
    byDefault: 'never',
  },
  json: { kind: 'flag', example: 'true', help: 'print { token, entry } as JSON' },
} as const satisfies OptionTable<keyof z.output<typeof schema>>

/** How `token` is called. */
export const tokenDeclared: Declared<(typeof schema)['shape']> = { command: 'token', table, schema, isDeployed: false }
