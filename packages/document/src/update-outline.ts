/** What an update speaks of, for people who watch deltas go by. */
import { textOf } from './byte-reader.js'
import { decodeUpdate } from './update-decoding.js'
import type { Root } from './writer-id.js'

/** How many structs (runs of deleted items among them) an update holds, and the names of its entries, each once. */
export interface UpdateOutline {
  readonly structs: number
  readonly names: readonly string[]
}

/**
 * The outline of an update that `Document` made. Throws a DocumentError for any other.
 *
 * @param root of the document that it is of
 */
export function outlineOf(update: Uint8Array, root: Root): UpdateOutline {
  const { bytes, writers } = decodeUpdate(update, root)
  const names = new Set<string>()
  let structs = 0
  for (const writer of writers) {
    structs += writer.structs.length
    for (const { entries } of writer.structs) {
      for (const { nameAt, nameLength } of entries ?? []) names.add(textOf(bytes, nameAt, nameAt + nameLength))
    }
  }
  return { structs, names: [...names] }
}
