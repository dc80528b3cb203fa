/** `understudy promote`, `demote`, `drain`: moves slots to a node or away from it, while all are served. */
import { CommandError } from '../command-error.js'
import { readOptions } from '../options/read-options.js'
import { fetchStatus, postCommand } from '../status/fetch-status.js'
import { readToken } from '../status/status.js'
import type { Surroundings } from '../surroundings.js'
import { moveDeclared } from './move-options.js'
import type { Move } from './move-options.js'

/** ms that a drain may take. */
const DRAIN_LIMIT = 60_000
/** ms between looks at how far it is. */
const INTERVAL = 100

/** Tells a node to move, and for `drain` waits until it is primary of nothing. Throws `CommandError`. */
export async function move(command: Move, args: readonly string[], surroundings: Surroundings): Promise<number> {
  const { values } = readOptions(moveDeclared(command), args, surroundings.env)
  const token = values.tokenFile === undefined ? undefined : await readToken(values.tokenFile)
  const answer = await postCommand(values.node, command, token)
  if (command === 'drain') await drained(values.node, token)
  surroundings.out(`${answer.name}: ${SAYS[answer.rank] ?? answer.rank}\n`)
  return 0
}

const SAYS: Readonly<Record<string, string>> = {
  first: 'takes all slots that it holds',
  share: 'takes its share of the slots',
  last: 'is primary only where nobody else can be',
}

async function drained(url: string, token: string | undefined): Promise<void> {
  const deadline = Date.now() + DRAIN_LIMIT
  for (;;) {
    const { status } = await fetchStatus(url, token)
    if (status.slots.primary === 0) return
    if (Date.now() > deadline) {
      const message = `${status.name} is still primary of ${status.slots.primary} slots after ${DRAIN_LIMIT / 1000} s: check that other members are linked and caught up (understudy status)`
      throw new CommandError('NODE_FAILED', message)
    }
    await new Promise((resolve) => setTimeout(resolve, INTERVAL))
  }
}
