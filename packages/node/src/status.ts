/** What a node says of itself at `/status`: plain JSON, no session ids, no values. */

/** One peer as a node sees it. */
export interface LinkStatus {
  readonly peer: string
  readonly role: 'member' | 'backup' | 'unknown'
  readonly state: 'open' | 'lost'
  /** Sessions still to send to the peer. */
  readonly dirty: number
  readonly inFlightBytes: number
  /** Bytes over the present link, everything above TCP. */
  readonly sentBytes: number
  readonly receivedBytes: number
  /** Deltas sent to and merged from the peer. */
  readonly deltasSent: number
  readonly deltasReceived: number
  /** Number of the last frame of deltas that the peer acknowledged on the present link. */
  readonly acknowledged: number
  /** Progress of the first sync or resume, while there is one. */
  readonly sync?: { readonly done: number; readonly total: number }
  /** Whether the peer has everything of ours; undefined without a link. */
  readonly equal?: boolean
  /** ms between a frame of deltas and its acknowledgement, the latest one. */
  readonly lagMs?: number
  /** ms of the last ping's round trip. */
  readonly roundTripMs?: number
  readonly lastError?: string
}

/** One node. */
export interface NodeStatus {
  readonly name: string
  readonly role: 'member' | 'backup'
  readonly mode: 'benchmark' | 'immutable'
  readonly url: string
  readonly version: string
  readonly startedAt: number
  readonly uptimeMs: number
  readonly ready: boolean
  readonly sessions: number
  readonly slots: { readonly primary: number; readonly backup: number }
  /** Highest epoch this node reigns in; 0 when it reigns nowhere. */
  readonly epoch: number
  /** Exclusive or of all slots' digests, hexadecimal: equal on nodes that hold the same. */
  readonly digest: string
  readonly links: readonly LinkStatus[]
  readonly counters: Readonly<Record<string, number>>
}
