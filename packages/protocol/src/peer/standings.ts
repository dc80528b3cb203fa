/** `standings`: what nodes say of themselves; their own words travel on unchanged to those who do not hear them. */

import type { ValueOf } from '../codec/codec.js'
import { list } from '../codec/list.js'
import { message } from '../codec/message.js'
import { record } from '../codec/record.js'
import { text, uint, word } from '../codec/scalars.js'
import { NAME_LIMIT, URL_LIMIT } from '../limits.js'
import { epochs } from './epochs.js'

/** Nodes in one frame, and names in one list, at most. */
const NODES_MOST = 255

const standing = record({
  /** Whose standing this is. */
  name: text(NAME_LIMIT),
  /** Whether it may become primary. */
  role: word('member', 'backup'),
  /** The WebSocket URL by which others reach it. */
  url: text(URL_LIMIT),
  /** Which run of its process said so. */
  incarnation: uint,
  /** Grows with everything it says; of two standings of one run the higher holds. */
  number: uint,
  /** Where it stands among candidates: before its share of slots, at it, or behind all others. */
  rank: word('first', 'share', 'last'),
  /** Names of the nodes that it hears itself. */
  hears: list(text(NAME_LIMIT), NODES_MOST),
  /** Epochs of its reigns, by slot. */
  reigns: epochs,
})

/** What one node says of itself. */
export type Standing = ValueOf<typeof standing>

/** Reads and writes `standings`. */
export const standings = message(14, 'standings', {
  /** The sender's own, and others' that it heard. */
  nodes: list(standing, NODES_MOST),
})

/** "So it stands with me, and so, by their own words, with these." */
export type Standings = ValueOf<typeof standings>
