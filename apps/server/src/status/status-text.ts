/** A node's status for people. */
import type { LinkStatus, NodeStatus } from '@understudy/node'
import { byteCount, count, duration, textTable } from '../text-table.js'

const COLUMNS = ['link to', 'role', 'state', 'dirty', 'in flight', 'lag', 'deltas', 'acked', 'sent', 'received', 'equal'] as const

/** The columns that hold numbers. */
const NUMBERS = new Set([3, 4, 5, 6, 7, 8, 9])

/** Some lines about the node, then one for each of its links, then what last went wrong on them. */
export function statusText(status: NodeStatus): string {
  const facts = textTable([
    ['node', `${status.name} (${status.role}) at ${status.url}`],
    ['uptime', duration(status.uptimeMs)],
    ['mode', status.mode],
    ['sessions', count(status.sessions)],
    ['slots', `${count(status.slots.primary)} as primary, ${count(status.slots.backup)} as back-up`],
    ['epoch', count(status.epoch)],
  ])
  const links = status.links.length === 0 ? ['no links: this node has no peers'] : textTable([COLUMNS, ...status.links.map(linkCells)], NUMBERS)
  const faults = status.links.flatMap(({ peer, lastError }) => (lastError === undefined ? [] : [`last error with ${peer}: ${lastError}`]))
  return [...facts, '', ...links, ...faults, ''].join('\n')
}

function linkCells(link: LinkStatus): readonly string[] {
  return [
    link.peer,
    link.role,
    link.sync === undefined ? link.state : `${link.state}, sync ${count(link.sync.done)}/${count(link.sync.total)}`,
    count(link.dirty),
    byteCount(link.inFlightBytes),
    link.lagMs === undefined ? '-' : `${count(link.lagMs)} ms`,
    count(link.deltasSent),
    link.acked === undefined ? '-' : count(link.acked),
    byteCount(link.sentBytes),
    byteCount(link.receivedBytes),
    equality(link.equal),
  ]
}

/** Digests are compared when a link is idle; before that nothing can be said. */
function equality(equal: boolean | undefined): string {
  if (equal === undefined) return 'not compared'
  return equal ? 'yes' : 'no'
}
