/** Rates of all nodes together, second by second, over the last ten minutes. */
import type { RateView } from '@understudy/protocol/inspect'

/** Seconds that are kept. */
export const HISTORY_SECONDS = 600

/** One second of the whole cluster. */
export interface ClusterRates {
  /** ms since 1970, by the nodes' clocks. */
  readonly at: number
  readonly saves: number
  readonly deltas: number
  /** Bytes a second: of deltas, and of everything on the peer links. */
  readonly deltaBytes: number
  readonly sentBytes: number
  /** Mean bytes of a delta, and what share of whole sessions was saved; undefined without deltas. */
  readonly deltaMean: number | undefined
  readonly wholeMean: number | undefined
  readonly savedShare: number | undefined
  /** ms; undefined without acks. */
  readonly lagMean: number | undefined
  readonly lagMax: number | undefined
  readonly acks: number
  /** Now, over all links. */
  readonly behind: number
  readonly inFlightBytes: number
}

/** Oldest first. */
export type RateHistory = readonly ClusterRates[]

/** Before anything was told. */
export const NO_RATES: RateHistory = []

/** The history with one more second, of which each node that answers told its part. */
export function addRates(history: RateHistory, nodes: readonly RateView[]): RateHistory {
  const first = nodes[0]
  if (first === undefined) return history
  const at = Math.max(...nodes.map((node) => node.at))
  const kept = history.filter((rates) => rates.at > at - HISTORY_SECONDS * 1_000 && rates.at < at)
  return [...kept, together(nodes, at)]
}

function together(nodes: readonly RateView[], at: number): ClusterRates {
  const sum = (count: (node: RateView) => number): number => nodes.reduce((all, node) => all + count(node), 0)
  const perSecond = (count: (node: RateView) => number): number => sum((node) => (node.ms > 0 ? (count(node) * 1_000) / node.ms : 0))
  const deltas = sum((node) => node.deltas)
  const whole = sum((node) => node.sampledWhole)
  const acked = nodes.filter(({ ackMeanMs }) => ackMeanMs !== undefined)
  const acks = acked.reduce((all, node) => all + node.acks, 0)
  return {
    at,
    saves: perSecond((node) => node.saves),
    deltas: perSecond((node) => node.deltas),
    deltaBytes: perSecond((node) => node.deltaBytes),
    sentBytes: perSecond((node) => node.sentBytes),
    deltaMean: deltas > 0 ? sum((node) => node.deltaBytes) / deltas : undefined,
    savedShare: whole > 0 ? 1 - sum((node) => node.sampledBytes) / whole : undefined,
    wholeMean: whole > 0 && deltas > 0 ? (sum((node) => node.deltaBytes) / deltas) * (whole / Math.max(1, sum((node) => node.sampledBytes))) : undefined,
    lagMean: acks > 0 ? acked.reduce((all, node) => all + (node.ackMeanMs ?? 0) * node.acks, 0) / acks : undefined,
    lagMax: acked.length > 0 ? Math.max(...acked.map((node) => node.ackMaxMs ?? 0)) : undefined,
    acks: perSecond((node) => node.acks),
    behind: sum((node) => node.behind),
    inFlightBytes: sum((node) => node.inFlightBytes),
  }
}
