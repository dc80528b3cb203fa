/** Questions about many sessions at once, as a gateway asks them of the primary of some slots. */
import type { ClientState } from '@understudy/protocol/client'
import type { SessionKey, UserKey } from '@understudy/session'

/** Which sessions are meant. */
export interface SlotQuery {
  /** Numbers of slots, ascending, that are believed to have one primary. */
  readonly slots: readonly number[]
  /** Whose sessions; absent: everybody's. */
  readonly user?: UserKey
}

/** A question for a page of sessions. */
export interface ListQuery extends SlotQuery {
  /** Only keys above this one. */
  readonly after?: SessionKey
  /** Sessions on the page at most; 10,000 is the most. */
  readonly limit: number
  /** Whether contents are wanted, too. */
  readonly contents: boolean
}

/** A request to end sessions. */
export interface ClearQuery extends SlotQuery {
  /** When it was decided, by the nodes' clock, ms since 1970: the same in all queries that belong together. */
  readonly at: number
  /** Number of nodes that should hold each death; the node's own default when absent. */
  readonly copies?: number
}

/** What every answer says. */
export interface SlotAnswer {
  /** Slots of the question to which the answer does not apply: another node is their primary. */
  readonly refused: readonly number[]
}

/** A page of living sessions. */
export interface Listed extends SlotAnswer {
  /** In ascending order. */
  readonly keys: readonly SessionKey[]
  /** The whole of each, if contents were wanted. */
  readonly states: readonly ClientState[]
  /** There are more above the last. */
  readonly more: boolean
}

/** A number of living sessions. */
export interface Counted extends SlotAnswer {
  readonly count: number
}

/** Sessions were ended. */
export interface Cleared extends SlotAnswer {
  readonly count: number
  /** Number of nodes, the primary included, that hold the deaths: the fewest of all; without any, it says nothing. */
  readonly copies: number
  /** There are more: ask again. */
  readonly more: boolean
}
