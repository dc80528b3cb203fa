/** The options of `understudy promote`, `demote` and `drain`, which all address one node. */
import { z } from 'zod'
import { text, url } from '../options/fields.js'
import type { Declared, OptionTable } from '../options/option.js'

const schema = z.object({
  node: url(['ws:', 'wss:', 'http:', 'https:'], 'a node’s address, ws://HOST:PORT or http://HOST:PORT').default(
    'ws://127.0.0.1:4400',
  ),
  tokenFile: text('a file').optional(),
})

const table = {
  node: {
    kind: 'value',
    takes: 'URL',
    example: 'ws://127.0.0.1:4400',
    help: 'the address of the node that is to move',
    byDefault: 'ws://127.0.0.1:4400',
  },
  tokenFile: {
    kind: 'value',
    takes: 'FILE',
    example: 'token.txt',
    help: 'a file that holds nothing but a token of role admin',
  },
} as const satisfies OptionTable<keyof z.output<typeof schema>>

/** What a node can be told. */
export type Move = 'promote' | 'demote' | 'drain'

/** How one of the commands is called. */
export function moveDeclared(command: Move): Declared<(typeof schema)['shape']> {
  return { command, table, schema, isDeployed: false }
}
