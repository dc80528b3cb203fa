/** An update that deletes: what a follower holds of a generation that is over. */
import type { StateVector } from '@understudy/document'
import { createEncoder, toUint8Array, writeVarUint } from 'lib0/encoding'

/**
 * A Yjs V1 update without structs whose delete set covers everything of the writers that are no longer current.
 *
 * @param held what the follower holds
 * @param current vectors whose writers are current
 */
export function deletionOf(held: StateVector, current: readonly StateVector[]): Uint8Array {
  const gone = [...held].filter(([writer, clock]) => clock > 0 && !current.some((vector) => vector.has(writer)))
  const encoder = createEncoder()
  writeVarUint(encoder, 0)
  writeVarUint(encoder, gone.length)
  for (const [writer, clock] of gone) {
    for (const part of [writer, 1, 0, clock]) writeVarUint(encoder, part)
  }
  return toUint8Array(encoder)
}
