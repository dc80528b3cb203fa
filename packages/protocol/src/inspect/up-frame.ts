/**
 * What an inspector says to a node. `hello` comes first, once; each request after it gets exactly one answer that
 * carries its number: the one named here, or `failed`.
 *
 * | request | answer | then |
 * |---|---|---|
 * | `watchCluster` | `done` | `cluster` at once and after changes |
 * | `watchFlow` | `done` | `flow` and `rates`, each a few times a second |
 * | `watchSession` | `session` | `session` after changes; `changed` for each change |
 * | `unwatch` | `done` | |
 * | `query` | `counted` | the former snapshot of this inspector is gone |
 * | `page` | `page` | |
 * | `look` | `session` | |
 * | `compare` | `compared` | |
 * | `reveal` | `revealed` | role admin |
 * | `act` | `acted` | role admin |
 * | `demo` | `demonstrated` | only where `welcome.demo` is true |
 */
import type { Checked } from './check.js'
import { choice, integer, list, object, optional, tagged, text } from './check.js'
import { NODE_LIMIT, PAGE_LIMIT } from './limits.js'
import { action } from './views/action.js'
import { demoControl } from './views/demo-view.js'
import { attributeName, key, keyPrefix, nodeName, request } from './views/fields.js'
import { sessionFilter } from './views/session-list.js'

/** Checks of all frames of an inspector. */
export const inspectUpFrame = tagged('type', {
  hello: object({
    type: choice('hello'),
    version: integer(1, 1_000),
    minVersion: integer(1, 1_000),
    /** For the node's log: which program looks. */
    name: text(64),
    /** `node`: another node asks, for its own inspectors; it gets this node's part alone. */
    as: choice('person', 'node'),
  }),
  watchCluster: object({ type: choice('watchCluster'), request }),
  watchFlow: object({
    type: choice('watchFlow'),
    request,
    /** Deltas on the tape a second at most. */
    perSecond: integer(0, 400),
    /** Only these are on the tape. The rates are of everything. */
    keyPrefix: optional(keyPrefix),
    attribute: optional(attributeName),
    nodes: optional(list(nodeName, NODE_LIMIT)),
  }),
  watchSession: object({ type: choice('watchSession'), request, key, node: optional(nodeName) }),
  unwatch: object({ type: choice('unwatch'), request, what: choice('cluster', 'flow', 'session') }),
  /**
   * Makes this inspector's snapshot. Without `node`: each session of the cluster once, from its primary. With `node`:
   * all that this node holds.
   */
  query: object({ type: choice('query'), request, filter: sessionFilter, node: optional(nodeName) }),
  page: object({ type: choice('page'), request, offset: integer(), limit: integer(1, PAGE_LIMIT) }),
  /** A session as `node` holds it; without `node`: as its primary does. */
  look: object({ type: choice('look'), request, key, node: optional(nodeName) }),
  /** A session as every node that should hold it does. */
  compare: object({ type: choice('compare'), request, key }),
  /** The value of an attribute as `node` (default: the primary) holds it, or one side of an entry of the history of the session watched. */
  reveal: object({
    type: choice('reveal'),
    request,
    key,
    name: attributeName,
    node: optional(nodeName),
    history: optional(object({ id: integer(), side: choice('before', 'after') })),
  }),
  act: object({ type: choice('act'), request, action }),
  demo: object({ type: choice('demo'), request, control: demoControl }),
  /** Answered by `pong`: a page learns that the link still stands. */
  ping: object({ type: choice('ping'), request }),
})

/** What an inspector says. */
export type InspectUpFrame = Checked<typeof inspectUpFrame.check>
/** What an inspector says first. */
export type InspectHello = Extract<InspectUpFrame, { readonly type: 'hello' }>
/** What an inspector asks for. */
export type InspectRequest = Exclude<InspectUpFrame, InspectHello>
