/** What the inspect link needs of its node. All of it is only looked at when somebody asks. */
import type { ClearResult, Gateway } from '@understudy/client'
import type { Membership, Rank } from '@understudy/cluster'
import type { SessionStore } from '@understudy/store'
import type { Dial } from '../byte-socket.js'
import type { Environment } from '../environment.js'
import type { Log } from '../log.js'
import type { ResolvedOptions } from '../node-options.js'
import type { LinkTap } from '../peers/link-tap.js'
import type { Peers } from '../peers/peers.js'
import type { StandingExchange } from '../reigns/standing-exchange.js'
import type { NodeStatus } from '../status.js'
import { DenyList } from './deny-list.js'

/** What the inspect link needs of its node. */
export interface InspectContext {
  readonly name: string
  readonly mode: 'benchmark' | 'immutable'
  readonly environment: Environment
  readonly log: Log
  readonly store: SessionStore
  readonly peers: Peers
  readonly membership: Membership
  readonly exchange: StandingExchange
  /** The way to any session's primary: this node or another. */
  readonly gateway: Gateway
  /** Logs a user out everywhere. */
  readonly endAllOf: (user: string) => Promise<ClearResult>
  /** Where deltas on their way can be watched. */
  readonly tap: LinkTap
  readonly deny: DenyList
  readonly status: () => NodeStatus
  /** Puts this node at another rank. */
  readonly move: (rank: Rank) => void
  /** How other nodes are reached, and what proves who asks. */
  readonly dial: Dial
  readonly dialHeaders: Readonly<Record<string, string>>
  /** Addresses of peers as this node was told them; for others, their own word counts. */
  readonly addresses: Readonly<Record<string, string>>
}

/** What is not among the node's options. */
type Parts = Pick<InspectContext, 'store' | 'peers' | 'membership' | 'exchange' | 'gateway' | 'tap' | 'status' | 'move' | 'endAllOf'>

/** The context of one node. */
export function inspectContext({ name, mode, environment, log, dial, access, peers, inspectorDeny }: ResolvedOptions, parts: Parts): InspectContext {
  return { name, mode, environment, log, dial, dialHeaders: access.peerHeaders(), addresses: peers, deny: new DenyList(inspectorDeny), ...parts }
}
