/** The options of `understudy status`. */
import { z } from 'zod'
import { flag, text, url } from '../options/fields.js'
import type { Declared, OptionTable } from '../options/option.js'

const schema = z.object({
  node: url(['ws:', 'wss:', 'http:', 'https:'], 'a node’s address, ws://HOST:PORT or http://HOST:PORT').default(
    'ws://127.0.0.1:4400',
  ),
  tokenFile: text('a file').optional(),
  json: flag().default(false),
})

const table = {
  node: {
    kind: 'value',
    takes: 'URL',
    example: 'ws://127.0.0.1:4400',
    help: 'the node’s address',
    byDefault: 'ws://127.0.0.1:4400',
  },
  tokenFile: {
    kind: 'value',
    takes: 'FILE',
    example: 'token.txt',
    help: 'a file that holds nothing but a token of role read or more',
  },
  json: { kind: 'flag', example: 'true', help: 'print what the node says, as JSON' },
} as const satisfies OptionTable<keyof z.output<typeof schema>>

/** How `status` is called. */
export const statusDeclared: Declared<(typeof schema)['shape']> = {
  command: 'status',
  table,
  schema,
  isDeployed: false,
}
