/** What a node says to an inspector: the answers to its requests, and what it watches. See up-frame.ts. */
import { NODE_LIMIT } from './limits.js'
import { URL_LIMIT } from '../limits.js'
import type { Checked } from './check.js'
import { choice, flag, integer, list, object, optional, tagged, text } from './check.js'
import { outcome } from './views/action.js'
import { clusterView, nodeReport } from './views/cluster-view.js'
import { demoResult, demoState } from './views/demo-view.js'
import { attributeName, code, key, message, nodeName, request, time } from './views/fields.js'
import { flowView, rateView } from './views/flow-view.js'
import { sessionCount, sessionPage } from './views/session-list.js'
import { historyEntry, sessionView } from './views/session-view.js'
import { shownValue } from './views/shown-value.js'

const frames = {
  welcome: object({
    type: choice('welcome'),
    version: integer(1, 1_000),
    node: nodeName,
    /** The node's clock: ages and deadlines are by it, whatever the browser's says. */
    time,
    /** What the inspector may do: actions and reveals need `admin`. */
    role: choice('read', 'write', 'admin'),
    /** Name of its token. */
    token: text(256),
    mode: choice('benchmark', 'immutable'),
    software: text(64),
    nodes: list(object({ name: nodeName, url: text(URL_LIMIT), role: choice('member', 'backup') }), NODE_LIMIT),
    /** Names of attributes that are never revealed: a name that contains one, whatever its case, `-` and `_`. */
    deny: list(text(256), 256),
    demo: flag,
  }),
  /** The node ends the link, and why. */
  bye: object({ type: choice('bye'), code, message }),
  failed: object({
    type: choice('failed'),
    request,
    code,
    message,
    /** Node that can do it, where this one cannot. */
    node: optional(nodeName),
  }),
  done: object({ type: choice('done'), request }),
  pong: object({ type: choice('pong'), request, time }),
  cluster: object({ type: choice('cluster'), view: clusterView }),
  /** In place of `cluster` for who said `as: 'node'`. */
  report: object({ type: choice('report'), report: nodeReport }),
  flow: object({ type: choice('flow'), view: flowView }),
  rates: object({ type: choice('rates'), nodes: list(rateView, NODE_LIMIT) }),
  counted: object({ type: choice('counted'), request, count: sessionCount }),
  page: object({ type: choice('page'), request, page: sessionPage }),
  /** The answer to `look` and `watchSession` has its `request`; those that follow have none. */
  session: object({ type: choice('session'), request: optional(request), view: sessionView }),
  /** Changes of the session watched, as they happen; at most a few hundred a second, `skipped` counts the others. */
  changed: object({ type: choice('changed'), key, node: nodeName, entries: list(historyEntry, 256), skipped: integer() }),
  compared: object({
    type: choice('compared'),
    request,
    key,
    replicas: list(object({ node: nodeName, view: optional(sessionView), code: optional(code), message: optional(message) }), NODE_LIMIT),
  }),
  revealed: object({ type: choice('revealed'), request, key, name: attributeName, value: shownValue }),
  acted: object({ type: choice('acted'), request, outcome }),
  demonstrated: object({ type: choice('demonstrated'), request, result: demoResult }),
  /** How the demo stands: at once, and after changes. */
  demo: object({ type: choice('demo'), state: demoState }),
}

/** Checks of all frames of a node. */
export const inspectDownFrame = tagged('type', frames)

/** What a node says. */
export type InspectDownFrame = Checked<typeof inspectDownFrame.check>
/** What a node says first. */
export type InspectWelcome = Extract<InspectDownFrame, { readonly type: 'welcome' }>
/** A request that came to nothing. */
export type InspectFailed = Extract<InspectDownFrame, { readonly type: 'failed' }>
