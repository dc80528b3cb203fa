/** The demo's buttons: only `understudy demo` offers them, in front of its nodes. No node knows these frames. */
import { NODE_LIMIT } from '../limits.js'
import type { Checked } from '../check.js'
import { choice, flag, integer, list, object, pair, tagged } from '../check.js'
import { key, message, nodeName } from './fields.js'

const controls = tagged('kind', {
  /** Starts or stops the visitors of the shop. */
  traffic: object({ kind: choice('traffic'), on: flag }),
  /** Ends a node's process at once, as a crash would. */
  kill: object({ kind: choice('kill'), node: nodeName }),
  /** Starts a killed node again. */
  restart: object({ kind: choice('restart'), node: nodeName }),
  /** Cuts the link between two nodes. */
  cut: object({ kind: choice('cut'), between: pair(nodeName, nodeName) }),
  /** Mends all links. */
  heal: object({ kind: choice('heal') }),
  /** Splits the cluster, writes the same attribute on both sides, heals, and tells what became of both writes. */
  conflict: object({ kind: choice('conflict') }),
  /** Logs out while another request of the same session is under way, and tells whether that brought it back. */
  logout: object({ kind: choice('logout') }),
})

/** One button. */
export const demoControl = controls.check

/** How the demo stands. */
export const demoState = object({
  traffic: flag,
  nodes: list(object({ name: nodeName, running: flag }), NODE_LIMIT),
  cuts: list(pair(nodeName, nodeName), 1_000),
  /** Visitors' counts since the demo began. */
  checked: integer(),
  lost: integer(),
  failed: integer(),
})

/** What a button did. */
export const demoResult = object({
  /** Step by step, for people. */
  steps: list(message, 100),
  /** Sessions that it speaks of, to look at. */
  keys: list(key, 16),
})

/** One button. */
export type DemoControl = Checked<typeof demoControl>
/** How the demo stands. */
export type DemoState = Checked<typeof demoState>
/** What a button did. */
export type DemoResult = Checked<typeof demoResult>
