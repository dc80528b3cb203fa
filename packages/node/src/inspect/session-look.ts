/** A session, looked at wherever it is: on its primary, on one node, on all that should hold it; and the values of it. */
import { slotOf } from '@understudy/cluster'
import type { InspectDownFrame, SessionView } from '@understudy/protocol/inspect'
import type { SessionKey } from '@understudy/session'
import type { FarNodes } from './far-nodes.js'
import type { InspectContext } from './inspect-context.js'
import { InspectFailure } from './inspect-failure.js'
import { primaryOf } from './primaries.js'
import { portraitOf } from './session-portrait.js'
import { wholeValue } from './whole-value.js'

/** One replica in a comparison. */
type Replica = Extract<InspectDownFrame, { readonly type: 'compared' }>['replicas'][number]

/** The node that tells most of a session: its primary, or this one where nobody reigns. */
export function bestNode(key: SessionKey, context: InspectContext): string {
  return primaryOf(slotOf(key), context)?.name ?? context.name
}

/** The session as `node` holds it. Throws InspectFailure NODE_UNKNOWN, NODE_SILENT. */
export async function look(key: SessionKey, node: string, context: InspectContext, far: FarNodes): Promise<SessionView> {
  if (node === context.name) return portraitOf(key, context)
  const answer = await far.ask(node, { type: 'look', key, node })
  if (answer.type !== 'session') throw new InspectFailure('NODE_SILENT', `node "${node}" did not say what it holds`, { node })
  return answer.view
}

/** The session as every node that should hold it does, its primary first. */
export function compare(key: SessionKey, context: InspectContext, far: FarNodes): Promise<Replica[]> {
  const { membership, name: self } = context
  const slot = slotOf(key)
  const names = [self, ...far.names].filter((name) => membership.placement.stores(slot, name))
  const nodes = new Set([bestNode(key, context), ...names])
  return Promise.all(
    Array.from(nodes, async (node): Promise<Replica> => {
      try {
        return { node, view: await look(key, node, context, far) }
      } catch (error) {
        if (!(error instanceof InspectFailure)) throw error
        return { node, code: error.code, message: error.message }
      }
    }),
  )
}

/**
 * The encoded value of an attribute as this node holds it.
 *
 * @throws InspectFailure SESSION_UNKNOWN, ATTRIBUTE_MISSING
 */
export function valueAt(key: SessionKey, name: string, { store }: InspectContext): Uint8Array {
  const stored = store.find(key)
  if (stored === undefined || !stored.isLiving) throw new InspectFailure('SESSION_UNKNOWN', stored === undefined ? 'this node holds no such session' : 'the session has ended')
  const value = stored.session && wholeValue(stored.session, name)
  if (value === undefined) throw new InspectFailure('ATTRIBUTE_MISSING', `the session has no attribute "${name}"`)
  return value
}
