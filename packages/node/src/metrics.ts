/**
 * What a node says of itself at `/metrics`, for Prometheus: the figures of `/status` under names that stay.
 *
 * Nothing is counted for it, and the writer of the format not even loaded, while nobody asks. Labels are
 * names of nodes only, so that the number of series grows with the cluster and never with what is stored.
 */
import type { LinkStatus, NodeStatus } from './status.js'

/** A text as HTTP carries it. */
export interface MetricsText {
  readonly type: string
  readonly text: string
}

/** A figure of the whole node. */
interface NodeFigure {
  readonly name: string
  readonly help: string
  readonly of: (status: NodeStatus) => number | undefined
}

/** A figure of one link, labelled with its peer. */
interface LinkFigure {
  readonly name: string
  readonly help: string
  readonly of: (link: LinkStatus) => number | undefined
}

const NODE_FIGURES: readonly NodeFigure[] = [
  { name: 'understudy_ready', help: '1 when all slots placed on this node are served.', of: ({ ready }) => Number(ready) },
  { name: 'understudy_uptime_seconds', help: 'Time since the node was started.', of: ({ uptimeMs }) => uptimeMs / 1_000 },
  { name: 'understudy_sessions', help: 'Sessions that this node holds, in whichever role.', of: ({ sessions }) => sessions },
  { name: 'understudy_death_markers', help: 'Death markers that this node keeps.', of: counter('deathMarkers') },
  { name: 'understudy_slots_primary', help: 'Slots of which this node is primary.', of: ({ slots }) => slots.primary },
  { name: 'understudy_slots_backup', help: 'Slots that this node backs up.', of: ({ slots }) => slots.backup },
  { name: 'understudy_epoch', help: 'Highest epoch in which this node reigns; 0 where it reigns nowhere.', of: ({ epoch }) => epoch },
  { name: 'understudy_clients', help: 'Client links that are open.', of: counter('clients') },
  { name: 'understudy_waiting_saves', help: 'Saves that wait for copies.', of: counter('waitingSaves') },
  { name: 'understudy_disk_unwritten_records', help: 'Records that the next transaction will write.', of: counter('unwrittenRecords') },
  { name: 'understudy_disk_transactions', help: 'Transactions committed since the node was started.', of: counter('transactions') },
  { name: 'understudy_disk_damaged_sessions', help: 'Sessions whose record is damaged and that no peer has handed over yet.', of: counter('damagedSessions') },
  { name: 'understudy_disk_fails', help: '1 while the disk takes no writes.', of: counter('diskFails') },
]

const LINK_FIGURES: readonly LinkFigure[] = [
  { name: 'understudy_link_open', help: '1 while the link to the peer is open.', of: ({ state }) => Number(state === 'open') },
  { name: 'understudy_link_equal', help: '1 when the peer has everything of ours.', of: ({ equal }) => (equal === undefined ? undefined : Number(equal)) },
  { name: 'understudy_link_dirty_sessions', help: 'Sessions still to be sent to the peer.', of: ({ dirty }) => dirty },
  { name: 'understudy_link_in_flight_bytes', help: 'Bytes sent to the peer and not acknowledged yet.', of: ({ inFlightBytes }) => inFlightBytes },
  { name: 'understudy_link_sent_bytes', help: 'Bytes sent over the present link, everything above TCP.', of: ({ sentBytes }) => sentBytes },
  { name: 'understudy_link_received_bytes', help: 'Bytes received over the present link.', of: ({ receivedBytes }) => receivedBytes },
  { name: 'understudy_link_sent_deltas', help: 'Deltas sent to the peer.', of: ({ deltasSent }) => deltasSent },
  { name: 'understudy_link_received_deltas', help: 'Deltas of the peer that were merged.', of: ({ deltasReceived }) => deltasReceived },
  { name: 'understudy_link_lag_seconds', help: 'Time from the latest frame of deltas to its ack.', of: ({ lagMs }) => seconds(lagMs) },
  { name: 'understudy_link_round_trip_seconds', help: 'Round trip of the latest ping.', of: ({ roundTripMs }) => seconds(roundTripMs) },
]

/** The text that Prometheus reads. A figure that there is none of (a disk's, of a node in memory) is left out. */
export async function metricsOf(status: NodeStatus): Promise<MetricsText> {
  const { Gauge, Registry } = await import('prom-client')
  const registry = new Registry()
  registry.setDefaultLabels({ node: status.name })
  for (const { name, help, of } of NODE_FIGURES) {
    const value = of(status)
    if (value !== undefined) new Gauge({ name, help, registers: [registry] }).set(value)
  }
  for (const { name, help, of } of LINK_FIGURES) {
    const gauge = new Gauge({ name, help, labelNames: ['peer'], registers: [registry] })
    for (const link of status.links) {
      const value = of(link)
      if (value !== undefined) gauge.set({ peer: link.peer }, value)
    }
  }
  return { type: registry.contentType, text: await registry.metrics() }
}

function counter(name: string): NodeFigure['of'] {
  return ({ counters }) => counters[name]
}

function seconds(ms: number | undefined): number | undefined {
  return ms === undefined ? undefined : ms / 1_000
}
