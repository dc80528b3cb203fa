/** `understudy status`: asks a node how it is. */
import { readFile } from 'node:fs/promises'
import { CommandError } from '../command-error.js'
import { readOptions } from '../options/read-options.js'
import type { Surroundings } from '../surroundings.js'
import { fetchStatus } from './fetch-status.js'
import { statusDeclared } from './status-options.js'
import { statusText } from './status-text.js'

/** Prints the node's status. Resolves with 0; throws `CommandError` when there is none to print. */
export async function status(args: readonly string[], surroundings: Surroundings): Promise<number> {
  const { values } = readOptions(statusDeclared, args, surroundings.env)
  const token = values.tokenFile === undefined ? undefined : await readToken(values.tokenFile)
  const answer = await fetchStatus(values.node, token)
  surroundings.out(values.json ? `${JSON.stringify(answer.raw, null, 2)}\n` : statusText(answer.status))
  return 0
}

/** The token in a file. Throws `TOKENS_UNREADABLE`. */
export async function readToken(path: string): Promise<string> {
  let content: string
  try {
    content = await readFile(path, 'utf8')
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new CommandError('TOKENS_UNREADABLE', `option --token-file: cannot read ${path}: ${reason}`, { cause: error })
  }
  const token = content.trim()
  if (/^[\x21-\x7e]+$/.test(token)) return token
  throw new CommandError('TOKENS_UNREADABLE', `option --token-file: ${path} must hold one token and nothing else`)
}
