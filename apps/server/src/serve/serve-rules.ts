/** What options must not be together. Each rule blames the option that is to be changed, and says to what. */
import type { z } from 'zod'
import { SAYS_WHAT_TO_DO } from '../options/read-options.js'

/** The options that concern each other, each already checked by itself. */
export interface Together {
  readonly name: string
  readonly listen: string
  readonly peer: Readonly<Record<string, string>>
  readonly mode: 'benchmark' | 'immutable'
  readonly backups: number
  readonly advertise?: string | undefined
  readonly data?: string | undefined
  readonly memory?: boolean | undefined
  readonly durability?: string | undefined
  readonly benchmark?: string | undefined
  readonly copies?: number | undefined
}

interface Fault {
  /** The option to change. */
  readonly key: keyof Together
  readonly message: string
}

/** Addresses that mean all of this machine's: right for listening, useless for telling others. */
const ANY_ADDRESS = /^(?:0\.0\.0\.0|\[::\]):/

/** The faults of `options` taken together, in the order in which to mend them. */
function* faults(options: Together): Generator<Fault> {
  const { name, peer, advertise, listen, data, memory, durability, mode, benchmark, backups, copies } = options
  if (data !== undefined && memory === true) {
    yield { key: 'memory', message: `sessions are kept in memory or in ${data}, not both: leave one of them out` }
  }
  if (data === undefined && durability !== undefined) {
    yield { key: 'durability', message: 'nothing is written without a folder: add --data FOLDER, or leave it out' }
  }
  if (Object.hasOwn(peer, name)) {
    yield {
      key: 'peer',
      message: `'${name}' is this node's own name: leave it out of its peers, or give the node another --name`,
    }
  }
  if (advertise === undefined && ANY_ADDRESS.test(listen)) {
    yield {
      key: 'listen',
      message:
        `${listen} is every address of this machine, so others cannot be told which: add --advertise ` +
        `ws://HOST:${listen.split(':').at(-1)}`,
    }
  }
  if (mode === 'immutable' && benchmark !== undefined) {
    yield { key: 'benchmark', message: 'mode immutable keeps no benchmarks: leave it out' }
  }
  if (copies !== undefined && copies > backups + 1) {
    yield {
      key: 'copies',
      message:
        `${copies} copies need ${copies - 1} back-ups and --backups is ${backups}: ask for at most ` +
        `${backups + 1} copies`,
    }
  }
}

/** The schema's last step: adds an issue for each fault. */
export function checkTogether(options: Together, context: z.RefinementCtx): void {
  for (const { key, message } of faults(options)) {
    context.addIssue({ code: 'custom', path: [key], message, params: SAYS_WHAT_TO_DO })
  }
}
