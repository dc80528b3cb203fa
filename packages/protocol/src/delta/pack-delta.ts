/** Packing: for now every update travels as it is. */

import type { LinkWriter } from '../link/link-writer.js'

/** Writes an update. */
export function packUpdate(writer: LinkWriter, update: Uint8Array, _root: string, _session: number): void {
  writer.uint8(0)
  writer.sized(update)
}
