/** Traffic over all peer links since the last look, and what is under way. Links that begin anew count from nothing. */
import type { PeerLink } from '../peers/peer-link.js'
import type { Peers } from '../peers/peers.js'

/** Traffic of one node. */
export interface Traffic {
  readonly sentBytes: number
  readonly receivedBytes: number
  readonly behind: number
  readonly inFlightBytes: number
}

/** The totals of one node's links. */
export class LinkTotals {
  readonly #peers: Peers
  #seen = new Map<PeerLink, { readonly sent: number; readonly received: number }>()

  constructor(peers: Peers) {
    this.#peers = peers
  }

  /** From now on. */
  reset(): void {
    this.#seen = new Map()
    this.sinceLast()
  }

  /** Bytes since the last call, and what is behind and in flight now. */
  sinceLast(): Traffic {
    const before = this.#seen
    const seen = new Map<PeerLink, { readonly sent: number; readonly received: number }>()
    const total = { sentBytes: 0, receivedBytes: 0, behind: 0, inFlightBytes: 0 }
    for (const { link, primarySide } of this.#peers.all) {
      total.behind += primarySide.behind
      total.inFlightBytes += primarySide.inFlight
      if (link === undefined) continue
      const { traffic } = link
      const { sent, received } = before.get(link) ?? { sent: 0, received: 0 }
      total.sentBytes += traffic.sent - sent
      total.receivedBytes += traffic.received - received
      seen.set(link, traffic)
    }
    this.#seen = seen
    return total
  }
}
