/**
 * What a Store stands on: the way to the primaries. `RemoteGateway` goes over WebSockets; `@understudy/node` has one
 * that calls the node in the same process. Both run the same Store.
 *
 * A gateway may throw any error with a `code` of the table in understudy-error.ts; the Store makes it an UnderstudyError.
 */
import type { Operation, Session, SessionKey } from '@understudy/session'
import type { EndReason } from './end-reason.js'
import type { ClearQuery, Cleared, Counted, ListQuery, Listed, SlotQuery } from './slot-query.js'
import type { UnderstudyError } from './understudy-error.js'
import type { WatchListener } from './watch-listener.js'

/** The terms of a session that `open` may have to create. */
export interface CreateTerms {
  /** The session expires when nobody used it for so long, ms. */
  readonly idleTimeout?: number
  /** The session expires so long after its creation, used or not, ms. */
  readonly absoluteTimeout?: number
}

/** How far a write must have come before its promise resolves. */
export interface WriteOptions {
  /** Number of nodes, the primary included, that should hold the write; the node's own default when absent. */
  readonly copies?: number
  /** Whether fewer copies are an error (TOO_FEW_COPIES). */
  readonly required?: boolean
}

/**
 * What becomes of a save's operations, told before the promise settles, or later if that ended with TIMEOUT:
 * - `shown`: the replica now contains them
 * - `refused`: the primary refused them; they will never apply
 * - `withdrawn`: they were not sent, and will not be
 */
export type SaveFate = 'shown' | 'refused' | 'withdrawn'

/** A save's options, and whom to tell what became of it. */
export interface GatewaySaveOptions {
  /** As in WriteOptions. */
  readonly copies?: number | undefined
  /** As in WriteOptions. */
  readonly required?: boolean | undefined
  /**
   * Called with the fate; it counts the first time. Where it is not called, the promise says it: resolved or TOO_FEW_COPIES means shown, TIMEOUT
   * still under way, another retryable error withdrawn, any other refused.
   */
  fate?(fate: SaveFate): void
  /**
   * Who saves. When a save of an origin is withdrawn, its later ones are withdrawn before it, the latest first, so that
   * they can be put back in the order in which they were made.
   */
  readonly origin?: object | undefined
  /** Number of the save where it has one already, because it was tried by another way before: it takes effect once. */
  readonly number?: number
  /** Whether that other way may have led to a primary which applied it. */
  readonly wasTried?: boolean
}

/** What a write resolves with. */
export interface WriteResult {
  /** The number of nodes, the primary included, that hold the write. */
  readonly copies: number
}

/** What a save resolves with. */
export interface SaveResult extends WriteResult {
  /**
   * A moment of the session that contains the save: a short text (letters, digits, `-`, `_`; at most 300) for
   * `store.find(id, { atLeast })`.
   */
  readonly at: string
}

/** Hears of a followed session. */
export interface FollowListener {
  /** The replica has changed already; `names` are the attributes whose values did. */
  changed(names: readonly string[]): void
  /** The session is over; nothing follows. */
  ended(reason: EndReason): void
}

/** A session that the gateway keeps up to date until `leave`. */
export interface Followed {
  /** Live; may be another object after the gateway had to fetch the session anew, so read it each time. */
  readonly replica: Session
  /** Whether the primary keeps it up to date now: not between the loss of a link and the next. */
  readonly isAttached: boolean
  /** Stops following. */
  leave(): void
}

/** A node that a gateway is linked to. */
export interface LinkedNode {
  /** The node's name. */
  readonly node: string
  /** The URL under which it was reached. */
  readonly url: string
}

/** Which node is primary of each slot. */
export interface PlacementView {
  /** Grows with every change. */
  readonly version: number
  /** The nodes that have a role. */
  readonly nodes: readonly { readonly name: string; readonly url: string }[]
  /** For each of the 256 slots the index of its primary in `nodes`, or 255 for none. */
  readonly primaries: readonly number[]
}

/** Hears of a gateway's links. */
export interface GatewayObserver {
  /** A link opened. */
  connected(link: LinkedNode): void
  /** A link that was open is lost. */
  disconnected(link: LinkedNode & { readonly error: UnderstudyError }): void
  /** The placement changed. */
  placement(placement: PlacementView): void
}

/** The way to the primaries. */
export interface Gateway {
  /**
   * Opens and follows a session; the Store asks for one key only once at a time.
   * @param create the terms if it must be created; without them a missing session gives undefined
   * @param suffices whether a replica that a gateway has at hand, which may be behind the primary's, will do
   */
  open(
    key: SessionKey,
    create: CreateTerms | undefined,
    listener: FollowListener,
    suffices?: (replica: Session) => boolean,
  ): Promise<Followed | undefined>
  /** Brings the replica of a followed session to all that its primary holds now. */
  refresh(key: SessionKey): Promise<void>
  /**
   * Applies operations as one atomic step. Saves of one key take effect in the order of the calls. No operations at
   * all: waits until what the session holds now has the copies asked for.
   */
  save(key: SessionKey, operations: readonly Operation[], options: GatewaySaveOptions): Promise<WriteResult>
  /** Destroys the session, if there is one, for ever. */
  destroy(key: SessionKey, options: WriteOptions): Promise<WriteResult>
  /** Lets a session go on under another key; the one it had is dead. Again, it has no second effect. */
  rotate(key: SessionKey, to: SessionKey, options: WriteOptions): Promise<WriteResult>
  /** The clock of the nodes, ms since 1970. */
  time(): number
  /** Parts slots into those that can be asked about together. */
  slotGroups(slots: readonly number[]): Promise<readonly (readonly number[])[]>
  /** A page of the living sessions of a group of slots, in the order of their keys. */
  list(query: ListQuery): Promise<Listed>
  /** How many living sessions a group of slots has. */
  count(query: SlotQuery): Promise<Counted>
  /** Ends all sessions of a group of slots, or a part of them. */
  clear(query: ClearQuery): Promise<Cleared>
  /**
   * Tells of every session from when it resolves; the function returned ends that.
   * @param except name of a node whose sessions are watched by another way
   */
  watch(listener: WatchListener, except?: string): Promise<() => void>
  /** Notes an access; may be sent later, together with others. */
  touch(key: SessionKey): void
  /** Tells an observer of links and placement, if this gateway has any. */
  observe?(observer: GatewayObserver): void
  /** Whether any node can be reached at present; a gateway without this always can. */
  isConnected?(): boolean
  /** Sends the touches that wait, rejects everything outstanding with STORE_CLOSED, and closes. */
  close(): Promise<void>
}
