/**
 * What replication needs to know of sessions, as interfaces that it declares itself: the store of a node fits them,
 * and so does a toy in a test. Nothing here knows how a session's bytes look.
 */
import type { Benchmark } from '@understudy/differencing'
import type { Forgotten, SessionDeltaEntry, SessionKey, SlotMark } from '@understudy/protocol'
import type { Attachable } from './attachment.js'
import type { SlotPosition } from './slot-position.js'

/** One session (or its death marker) as a link sees it. Whoever has something attached is the same object to all who ask for it. */
export interface ReplicatedSession extends Attachable {
  readonly key: SessionKey
  readonly slot: number
  /** Sequence number of the slot at this session's latest change. */
  readonly sequence: number
}

/** What a back-up is known to hold of one session: the base of the next delta. */
export interface Known {
  /** State vectors acknowledged; undefined in mode immutable, and for what the back-up does not hold at all. */
  readonly benchmark: Benchmark | undefined
  /** Slot sequence up to which its plain fields and frozen part are known to be held; 0 when nothing is known. */
  readonly since: number
}

/** A delta with the cut it was made at: an acknowledgement advances the benchmark to this and to nothing later. */
export interface Difference {
  readonly entry: SessionDeltaEntry
  readonly cut: Known
}

/** What a back-up holds that has nothing of a session, as it said itself. Known by identity: only then sessions go out whole. */
export const NOTHING_HELD: Known = Object.freeze({ benchmark: undefined, since: 0 })

/** A whole session, in the form in which replicas keep it, with the cut it was made at. */
export interface Whole {
  readonly bytes: Uint8Array
  readonly cut: Known
}

/** A slot as its holder tells others of it. */
export interface SlotView extends SlotPosition {
  readonly count: number
  readonly digest: readonly [number, number]
}

/** What both sides of a link ask of a node's sessions. */
export interface Sessions<S extends ReplicatedSession> {
  find(key: SessionKey): S | undefined
  slot(slot: number): SlotView
  /** As `slot`, for what looks at all slots every so often: nothing need be made for it. It may change later. */
  position(slot: number): SlotPosition
  all(slot: number): Iterable<S>
  /** State vectors of a living session; undefined for a death marker. */
  benchmark(session: S): Benchmark | undefined
  /** Whether the session holds everything that a holder of the benchmark does, across generations. */
  covers(session: S, benchmark: Benchmark): boolean
  fingerprint(session: S): readonly [number, number]
  isDead(session: S): boolean
  /** ③④ the delta from what is known to the session's present state; undefined: it turned out to be lost (a damaged record). */
  difference(session: S, known: Known): Difference | undefined
}

/** What the primary's side asks on top. */
export interface PrimarySessions<S extends ReplicatedSession> extends Sessions<S> {
  /** The session for a back-up that holds nothing of it; undefined where it has no such form: then its difference is sent. */
  whole(session: S): Whole | undefined
  /** Sessions changed after the sequence, found in time proportional to their number. A reign begins with change 1. */
  changedSince(slot: number, sequence: number): Iterable<S>
  /** Merges what a back-up alone held: becomes a write of the reigning primary. */
  adopt(entry: SessionDeltaEntry): void
  /** A back-up of which this node holds everything has dropped death markers up to then: what it refuses, so must this node. */
  learn(slot: number, forgotten: Forgotten): void
}

/** What became of one delta on the back-up. `lacks`: it did not fit what the replica holds, or its frozen part is missing. */
export type Merge = 'merged' | 'lacks'

/** What the back-up's side asks on top. */
export interface BackupSessions<S extends ReplicatedSession> extends Sessions<S> {
  /**
   * ⑥ merges one delta of a primary of this epoch.
   *
   * @throws a coded error for input that is damaged or forged; the replica is then untouched
   */
  merge(entry: SessionDeltaEntry, epoch: number): Merge
  /** ⑥ takes in a session that came whole, as `merge` does its difference. */
  take(key: SessionKey, bytes: Uint8Array, epoch: number): Merge
  /** Records that a primary reigns in this epoch: frames of older ones are refused from now on. */
  follow(slot: number, epoch: number): void
  /** Whether the slot is what a primary's mark says, once the death markers are dropped that the primary has dropped. */
  agrees(mark: SlotMark): boolean
  /** Records that this node holds all that the slot's primary, in the present epoch, did at this sequence. */
  advance(slot: number, sequence: number): void
}
