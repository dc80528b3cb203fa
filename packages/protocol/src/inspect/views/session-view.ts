/** One session as one node holds it. */
import { ATTRIBUTE_LIMIT, HISTORY_LIMIT, NODE_LIMIT } from '../limits.js'
import type { Checked } from '../check.js'
import { choice, flag, integer, list, object, optional, pair } from '../check.js'
import { attributeName, key, message, nodeName, slot, time } from './fields.js'
import { hiddenValue } from './hidden-value.js'

/** A Yjs state vector: writers and their next clocks. */
export const vectorView = list(pair(integer(), integer()), 4_096)

/** One attribute. */
export const attributeView = object({
  name: attributeName,
  value: hiddenValue,
  frozen: flag,
  /** Who wrote the value: the Yjs client id, its clock, and the epoch that the id tells of. Equal ids are equal values. */
  writer: integer(),
  clock: integer(),
  epoch: integer(),
})

/** What a back-up holds, as the primary knows it. */
export const benchmarkView = object({ generation: integer(), attributes: vectorView, frozen: vectorView })

/** One back-up of a session. */
export const backupView = object({
  node: nodeName,
  linked: flag,
  /**
   * `clean`: holds everything; `dirty`: lacks something, waits to be sent; `sent`: on its way; `asked`: what it holds is
   * being asked; `unknown`: will be asked, or its benchmark is kept elsewhere.
   */
  stage: choice('clean', 'dirty', 'sent', 'asked', 'unknown'),
  /** Absent where it is not known, or nothing is held, or in mode immutable. */
  benchmark: optional(benchmarkView),
  /** What a delta to it would hold now (names: the first 100); absent when it lacks nothing or that is not known. */
  lacks: optional(object({ bytes: integer(), names: list(attributeName, ATTRIBUTE_LIMIT) })),
})

/** What a session's documents take. */
export const sizeView = object({
  /** Encoded, all in all. */
  bytes: integer(),
  attributeBytes: integer(),
  frozenBytes: integer(),
  /** What the generation stems from. */
  baseBytes: integer(),
  /** Bytes of the values alone, and of the same values in a fresh document. */
  valueBytes: integer(),
  freshBytes: integer(),
  /** Yjs structs in the encoded form, deleted runs included. */
  structs: integer(),
})

/** A change that was seen while somebody looked. */
export const historyEntry = object({
  /** Grows by one. Names the entry in `reveal`. */
  id: integer(),
  at: time,
  name: attributeName,
  before: hiddenValue,
  after: hiddenValue,
  frozen: flag,
  /** Epoch of who wrote it; absent for a removal. */
  epoch: optional(integer()),
})

/** One session as one node holds it. */
export const sessionView = object({
  key,
  node: nodeName,
  /** The node's clock, to count down from. */
  at: time,
  slot,
  /** `none`: the node holds nothing under this key; `damaged`: its record is. */
  state: choice('living', 'ended', 'none', 'damaged'),
  /** The node's role for the slot, and the primary it knows of. */
  role: choice('primary', 'backup', 'none'),
  primary: optional(nodeName),
  epoch: integer(),
  /** Of the session's last change here, and of the slot. */
  sequence: integer(),
  slotSequence: integer(),
  death: optional(object({ at: time, reason: choice('destroyed', 'expired') })),
  /** All below only for a living session. */
  createdAt: optional(time),
  lastAccess: optional(time),
  idleTimeout: optional(integer()),
  absoluteDeadline: optional(time),
  deadline: optional(time),
  generation: optional(integer()),
  vector: optional(object({ attributes: vectorView, frozen: vectorView })),
  size: optional(sizeView),
  attributes: list(attributeView, ATTRIBUTE_LIMIT),
  /** Only from the primary. */
  backups: list(backupView, NODE_LIMIT),
  /** Since somebody looks, oldest first. */
  history: list(historyEntry, HISTORY_LIMIT),
  message: optional(message),
})

/** A Yjs state vector. */
export type VectorView = Checked<typeof vectorView>
/** One attribute. */
export type AttributeView = Checked<typeof attributeView>
/** What a back-up holds. */
export type BenchmarkView = Checked<typeof benchmarkView>
/** One back-up of a session. */
export type BackupView = Checked<typeof backupView>
/** What a session's documents take. */
export type SizeView = Checked<typeof sizeView>
/** A change that was seen. */
export type HistoryEntry = Checked<typeof historyEntry>
/** One session as one node holds it. */
export type SessionView = Checked<typeof sessionView>
