/** Lists of sessions: a query makes a snapshot of keys on the nodes, rows are read from it by their place. */
import { PAGE_LIMIT } from '../limits.js'
import type { Checked } from '../check.js'
import { choice, flag, integer, list, object, optional } from '../check.js'
import { attributeName, key, keyPrefix, nodeName, slot, time, userName } from './fields.js'

/** What a session must be to be listed. All that is given must hold. Ages in ms by the node's clock. */
export const sessionFilter = object({
  keyPrefix: optional(keyPrefix),
  /** Has this attribute. */
  attribute: optional(attributeName),
  /** Belongs to this user, where nodes know whose a session is; else `NOT_OFFERED`. */
  user: optional(userName),
  /** Since it was made. */
  minAge: optional(integer()),
  maxAge: optional(integer()),
  /** Since its last access. */
  minIdle: optional(integer()),
  maxIdle: optional(integer()),
  /** Encoded size in bytes. */
  minBytes: optional(integer()),
  maxBytes: optional(integer()),
  /** Default: living. */
  state: optional(choice('living', 'ended', 'all')),
})

/** One session in a list. */
export const sessionRow = object({
  key,
  /** Who says so. */
  node: nodeName,
  slot,
  /** `cold`: on the node's disk alone, so that only its deadline is known. */
  state: choice('living', 'ended', 'cold'),
  attributes: optional(integer()),
  frozen: optional(integer()),
  bytes: optional(integer()),
  createdAt: optional(time),
  lastAccess: optional(time),
  deadline: optional(time),
  endedAt: optional(time),
  generation: optional(integer()),
})

/** Rows from a place in a snapshot on. A session that ended since then is there as `ended`, or left out when forgotten. */
export const sessionPage = object({
  offset: integer(),
  rows: list(sessionRow, PAGE_LIMIT),
})

/** What a query found. */
export const sessionCount = object({
  /** Rows in the snapshot. */
  total: integer(),
  /** Sessions on disk alone that the filter could not judge; they are not in the snapshot. */
  unread: integer(),
  /** The snapshot was cut at this node's limit. */
  cut: flag,
  /** Nodes whose sessions should be in the snapshot and are not: they did not answer. */
  missing: list(nodeName, 256),
})

/** What a session must be to be listed. */
export type SessionFilter = Checked<typeof sessionFilter>
/** One session in a list. */
export type SessionRow = Checked<typeof sessionRow>
/** Rows of a snapshot. */
export type SessionPage = Checked<typeof sessionPage>
/** What a query found. */
export type SessionCount = Checked<typeof sessionCount>
