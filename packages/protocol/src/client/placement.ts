/** Which node is primary of which slot, as clients need to know it. */

import type { Codec, ValueOf } from '../codec/codec.js'
import { list } from '../codec/list.js'
import { record } from '../codec/record.js'
import { text, uint } from '../codec/scalars.js'
import { NAME_LIMIT, SLOT_COUNT, URL_LIMIT } from '../limits.js'
import { malformed, unencodable } from '../protocol-error.js'

/** Stands in `primaries` for a slot that has none. */
export const NO_PRIMARY = 255

const nodes = list(
  record({
    /** The node's name in the cluster. */
    name: text(NAME_LIMIT),
    /** The WebSocket URL by which clients reach it. */
    url: text(URL_LIMIT),
  }),
  NO_PRIMARY,
)

/** A node that clients may connect to. */
export type PlacedNode = ValueOf<typeof nodes>[number]

/** Which node is primary of which slot. */
export interface Placement {
  /** Grows with every change; of two placements the one with the higher version holds. */
  readonly version: number
  /** The nodes of the cluster, at most 255. */
  readonly nodes: readonly PlacedNode[]
  /** For each of the 256 slots the place of its primary in `nodes`, or `NO_PRIMARY`. */
  readonly primaries: readonly number[]
}

/** Reads and writes a placement. */
export const placement: Codec<Placement> = {
  write(writer, value) {
    const fault = faultOf(value)
    if (fault !== undefined) throw unencodable(fault)
    uint.write(writer, value.version)
    nodes.write(writer, value.nodes)
    for (const primary of value.primaries) writer.uint8(primary)
  },
  read(reader) {
    const version = uint.read(reader)
    const value = { version, nodes: nodes.read(reader), primaries: Array.from(reader.raw(SLOT_COUNT)) }
    const fault = faultOf(value)
    if (fault !== undefined) throw malformed(fault)
    return value
  },
}

function faultOf(value: Placement): string | undefined {
  if (value.primaries.length !== SLOT_COUNT) return `a placement of ${value.primaries.length} slots`
  const nodes = value.nodes.length
  for (const primary of value.primaries) if (primary >= nodes && primary !== NO_PRIMARY) return `a placement whose primary ${primary} is no node`
  return undefined
}
