/** What a person of role admin does to sessions and nodes. Each action is logged with who did it, never with values. */
import { oneDown, oneUp } from '@understudy/cluster'
import type { Rank } from '@understudy/cluster'
import { encodeValue } from '@understudy/document'
import type { Action, Outcome } from '@understudy/protocol/inspect'
import { userKey } from '@understudy/session'
import type { Operation, SessionKey } from '@understudy/session'
import type { FarNodes } from './far-nodes.js'
import type { InspectContext } from './inspect-context.js'
import { InspectFailure } from './inspect-failure.js'
import { valueOf } from './shown-value.js'

/**
 * Carries an action out.
 *
 * @param by name of the token, for the log
 * @throws InspectFailure, and what the session or its primary refuses
 */
export async function carryOut(action: Action, by: string, context: InspectContext, far: FarNodes): Promise<Outcome> {
  try {
    const outcome = await outcomeOf(action, context, far)
    context.log.info({ by, ...subjectOf(action), ...outcome }, `inspector: ${action.kind}`)
    return outcome
  } catch (error) {
    context.log.info({ by, ...subjectOf(action), error: error instanceof Error ? error.message : String(error) }, `inspector: ${action.kind} came to nothing`)
    throw error
  }
}

/** What is done to whom; values stay out of the log, and names of users but for their keys. */
function subjectOf(action: Action): object {
  switch (action.kind) {
    case 'set':
      return { key: action.key, attribute: action.name }
    case 'remove':
    case 'freeze':
      return { key: action.key, attribute: action.name }
    case 'destroy':
      return { key: action.key }
    case 'destroyAllOf':
      return { user: userKey(action.user) }
    default:
      return { node: action.node }
  }
}

async function outcomeOf(action: Action, context: InspectContext, far: FarNodes): Promise<Outcome> {
  switch (action.kind) {
    case 'set':
      return save(action.key, { op: 'set', name: action.name, value: encodeValue(valueOf(action.value)) }, context)
    case 'remove':
    case 'freeze':
      return save(action.key, { op: action.kind, name: action.name }, context)
    case 'destroy':
      return { copies: (await context.gateway.destroy(action.key, {})).copies }
    case 'destroyAllOf':
      return endAllOf(action.user, context)
    case 'promote':
      return move(action, oneUp, context, far)
    case 'demote':
      return move(action, oneDown, context, far)
    case 'drain':
      return move(action, () => 'last', context, far)
  }
}

async function save(key: SessionKey, operation: Operation, { gateway }: InspectContext): Promise<Outcome> {
  return { copies: (await gateway.save(key, [operation], {})).copies }
}

async function endAllOf(user: string, { endAllOf: end }: InspectContext): Promise<Outcome> {
  const { destroyed: ended, copies } = await end(user)
  return { ended, copies }
}

/** A node is moved by itself: the others pass it on, and are refused where the peer secret is all that they have. */
async function move(action: Extract<Action, { node: string }>, step: (rank: Rank) => Rank, { name, exchange, move: toRank }: InspectContext, far: FarNodes): Promise<Outcome> {
  if (action.node === name) {
    toRank(step(exchange.rank))
    return { rank: exchange.rank }
  }
  const answer = await far.ask(action.node, { type: 'act', action })
  if (answer.type !== 'acted') throw new InspectFailure('NODE_SILENT', `node "${action.node}" did not say what came of it`, { node: action.node })
  return answer.outcome
}
