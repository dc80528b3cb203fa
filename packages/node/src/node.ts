/**
 * A node in a process: the store, its peers and its clients, wired to sockets and timers.
 *
 *   client links ─┐                                    ┌─ peers: primary's side ⑤ ──► back-ups
 *   node.store ───┴► session service ① ─► store ② ─────┤
 *                         ▲   copies ⑧ ◄───────────────┴─ peers: back-up's side ⑥ ◄── primaries
 */
import { Membership, slotOf } from '@understudy/cluster'
import { Store, remoteGateway } from '@understudy/client'
import { LiveDocuments } from '@understudy/document'
import type { Placement, SlotMark } from '@understudy/protocol'
import { SessionStore } from '@understudy/store'
import { ClientLink } from './clients/client-link.js'
import { Followers } from './clients/followers.js'
import { LocalGateway } from './clients/local-gateway.js'
import { YjsLink } from './follow/yjs-link.js'
import { Doors } from './http/doors.js'
import type { Entrance } from './http/doors.js'
import { checkExposure, listen } from './listening.js'
import { resolveOptions } from './node-options.js'
import type { NodeOptions, ResolvedOptions } from './node-options.js'
import { Peers } from './peers/peers.js'
import { Reigns } from './reigns.js'
import { Copies } from './sessions/copies.js'
import { SessionService } from './sessions/session-service.js'
import { statusOf } from './status.js'
import type { NodeStatus } from './status.js'
