/**
 * Rates of all nodes together, second by second, over the last ten minutes. Each node tells its own rates about once a
 * second, all at moments of their own; a point of the history is the sum of what each said last.
 */
import type { RateView } from '@understudy/protocol/inspect'

/** Seconds that are kept. */
export const HISTORY_SECONDS = 600

/** ms between two points at least. */
const STEP = 950

/** ms after which what a node said no longer counts: it is gone, or stuck. */
const STALE = 2_500

/** One second of the whole cluster. */
export interface ClusterRates {
  /** ms since 1970, by the clock of the node that the page is linked with. */
  readonly at: number
  readonly saves: number
  readonly deltas: number
  /** Bytes a second: of deltas, and of everything on the peer links. */
  readonly deltaBytes: number
  readonly sentBytes: number
  /** Mean bytes of a delta, and what share of whole sessions was saved; undefined without deltas. */
  readonly deltaMean: number | undefined
  readonly savedShare: number | undefined
  /** ms; undefined without acks. */
  readonly lagMean: number | undefined
  readonly lagMax: number | undefined
  /** Now, over all links. */
  readonly behind: number
  readonly inFlightBytes: number
}

/** What was heard so far. */
export interface RateHistory {
  /** Oldest first. */
  readonly points: readonly ClusterRates[]
  /** What each node said last, and when that was heard. */
  readonly said: ReadonlyMap<string, { readonly rate: RateView; readonly heard: number }>
}

/** Before anything was heard. */
export const NO_RATES: RateHistory = { points: [], said: new Map() }

/** The history after nodes said something. `now`: ms since 1970, never going back. */
export function addRates({ points, said: before }: RateHistory, rates: readonly RateView[], now: number): RateHistory {
  const said = new Map(before)
  for (const rate of rates) said.set(rate.node, { rate, heard: now })
  for (const [node, { heard }] of said) if (now - heard > STALE) said.delete(node)
  const last = points.at(-1)
  if (last !== undefined && now - last.at < STEP) return { points, said }
  const kept = points.filter(({ at }) => at > now - HISTORY_SECONDS * 1_000)
  return { points: [...kept, together(Array.from(said.values(), ({ rate }) => rate), now)], said }
}

function together(nodes: readonly RateView[], at: number): ClusterRates {
  const sum = (count: (node: RateView) => number): number => nodes.reduce((all, node) => all + count(node), 0)
  const perSecond = (count: (node: RateView) => number): number => sum((node) => (node.ms > 0 ? (count(node) * 1_000) / node.ms : 0))
  const [deltas, whole] = [sum((node) => node.deltas), sum((node) => node.sampledWhole)]
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
    lagMean: acks > 0 ? acked.reduce((all, node) => all + (node.ackMeanMs ?? 0) * node.acks, 0) / acks : undefined,
    lagMax: acked.length > 0 ? Math.max(...acked.map((node) => node.ackMaxMs ?? 0)) : undefined,
    behind: sum((node) => node.behind),
    inFlightBytes: sum((node) => node.inFlightBytes),
  }
}
