/** Makes the node's `Access` of the options, and refuses to start a node that anyone could reach. */
import { Access, AccessError, isLoopbackHost, readTokenFile } from '@understudy/node'
import { CommandError } from '../command-error.js'
import { labelOf } from '../options/option.js'
import type { Source } from '../options/option.js'
import { hostOf } from './serve-options.js'
import type { ServeOptions } from './serve-options.js'

/** Who may connect, and what the operator should be told of it. */
export interface AccessChoice {
  readonly access: Access
  readonly warnings: readonly string[]
}

/** The options that say who may connect. */
export type AccessChoices = Pick<ServeOptions, 'listen' | 'tokens'> & Partial<Pick<ServeOptions, 'origin' | 'peer'>>

/** Reads the token file, if there is one. Throws `TOKENS_UNREADABLE`, `TOKENS_NEEDED` or `OPTION_INVALID`. */
export async function accessOf(options: AccessChoices, sourceOf: (key: string) => Source): Promise<AccessChoice> {
  const { listen, tokens, origin: origins = [], peer = {} } = options
  if (tokens === undefined) {
    if (isLoopbackHost(hostOf(listen)))
      return { access: coded(sourceOf, () => Access.loopbackOnly({ origins })), warnings: [] }
    throw new CommandError(
      'TOKENS_NEEDED',
      `${labelOf('listen', sourceOf('listen'))}: other machines can reach ${listen} and there are no tokens: ` +
        `add --tokens FILE (see 'understudy token'), or listen on 127.0.0.1`,
    )
  }
  const { warnings, ...file } = await readTokens(tokens, sourceOf)
  if (file.peerSecret === undefined && Object.keys(peer).length > 0) {
    throw new CommandError(
      'TOKENS_UNREADABLE',
      `${labelOf('tokens', sourceOf('tokens'))}: ${tokens} has no "peerSecret", which nodes with peers need: add ` +
      `the same one on all nodes (see 'understudy token')`,
    )
  }
  return { access: coded(sourceOf, () => new Access({ ...file, origins })), warnings }
}

async function readTokens(path: string, sourceOf: (key: string) => Source) {
  try {
    return await readTokenFile(path)
  } catch (error) {
    if (!(error instanceof AccessError)) throw error
    throw new CommandError('TOKENS_UNREADABLE', `${labelOf('tokens', sourceOf('tokens'))}: ${error.message}`, {
      cause: error,
    })
  }
}

/** The files' own faults are told by now; what is left concerns origins, or a secret that is also a token. */
function coded(sourceOf: (key: string) => Source, make: () => Access): Access {
  try {
    return make()
  } catch (error) {
    if (!(error instanceof AccessError)) throw error
    const key = error.code === 'ORIGIN_INVALID' ? 'origin' : 'tokens'
    throw new CommandError('OPTION_INVALID', `${labelOf(key, sourceOf(key))}: ${error.message}`, { cause: error })
  }
}
