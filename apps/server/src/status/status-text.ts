/** A node's status for people. */
import type { KnownLink, KnownStatus } from './fetch-status.js'
import { byteCount, count, duration, textTable } from '../text-table.js'

const COLUMNS = [
  'link to',
  'role',
  'state',
  'dirty',
  'in flight',
  'lag',
  'deltas',
  'acked',
  'sent',
  'received',
  'caught up',
] as const

/** The columns that hold numbers. */
const NUMBERS = new Set([3, 4, 5, 6, 7, 8, 9])

/** Some lines about the node, then one for each of its links, then what last went wrong on them. */
export function statusText(status: KnownStatus): string {
  const facts = textTable([
    ['node', `${status.name} (${status.role}) at ${status.url}`],
    ['uptime', duration(status.uptimeMs)],
    ['mode', status.mode],
    ['sessions', count(status.sessions)],
    ['slots', `${count(status.slots.primary)} as primary, ${count(status.slots.backup)} as back-up`],
    ['epoch', count(status.epoch)],
    ['digest', status.digest],
  ])
  const links =
    status.links.length === 0
      ? ['no links: this node has no peers']
      : textTable([COLUMNS, ...status.links.map(linkCells)], NUMBERS)
  const faults = status.links.flatMap(({ peer, lastError }) =>
    lastError === undefined ? [] : [`last error with ${peer}: ${lastError}`],
  )
  return [...facts, '', ...links, ...faults, ''].join('\n')
}

function linkCells(link: KnownLink): readonly string[] {
  return [
    link.peer,
    link.role,
    link.sync === undefined ? link.state : `${link.state}, sync ${count(link.sync.done)}/${count(link.sync.total)}`,
    count(link.dirty),
    byteCount(link.inFlightBytes),
    link.lagMs === undefined ? '-' : `${count(link.lagMs)} ms`,
    count(link.deltasSent),
    count(link.acknowledged),
    byteCount(link.sentBytes),
    byteCount(link.receivedBytes),
    caughtUp(link.equal),
  ]
}

/** Whether the peer has everything of ours; without a link nobody can say. */
function caughtUp(equal: boolean | undefined): string {
  if (equal === undefined) return '-'
  return equal ? 'yes' : 'no'
}
