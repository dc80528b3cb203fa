/**
 * Which slots a node reigns, and in which epochs.
 *
 * A table by slot, not a list of reigns: whoever hears it compares it with the one before and looks up slots in it, and
 * both must not cost a Map of all slots a time. On the wire it is a bit a slot, and then the epochs of those slots in runs,
 * since most reigns of a node began together.
 */

import type { Codec } from '../codec/codec.js'
import { SLOT_COUNT } from '../limits.js'
import { malformed, unencodable } from '../protocol-error.js'

/** By slot the epoch of a reign over it; 0 where there is none. Never changed once it was handed out. */
export type Epochs = ArrayLike<number>

const NONE: Epochs = new Float64Array(SLOT_COUNT)

/** Reads and writes the reigns of one node. */
export const epochs: Codec<Epochs> = {
  write(writer, value) {
    if (value.length !== SLOT_COUNT) throw unencodable(`epochs of ${value.length} slots`)
    const bits = bitsOf(value)
    writer.uint8(bits === undefined ? 0 : 1)
    if (bits === undefined) return
    writer.raw(bits)
    for (let slot = 0; slot < SLOT_COUNT; ) {
      const epoch = value[slot++] ?? 0
      if (epoch === 0) continue
      let more = 0
      for (; slot < SLOT_COUNT; slot++) {
        const next = value[slot] ?? 0
        if (next === epoch) more++
        else if (next !== 0) break
      }
      writer.varUint(epoch)
      writer.varUint(more)
    }
  },
  read(reader) {
    const there = reader.uint8()
    if (there > 1) throw malformed(`reigns are neither there nor absent (${there})`)
    if (there === 0) return NONE
    const bits = reader.raw(SLOT_COUNT / 8)
    const value = new Float64Array(SLOT_COUNT)
    let [epoch, left] = [0, 0]
    for (let slot = 0; slot < SLOT_COUNT; slot++) {
      const rest = (bits[slot >> 3] ?? 0) >> (slot & 7)
      // No more in these eight: on to the next.
      if (rest === 0) slot |= 7
      if ((rest & 1) === 0) continue
      if (left === 0) {
        const former = epoch
        epoch = reader.varUint()
        if (epoch === 0 || epoch === former) throw malformed(`a run of reigns in epoch ${epoch} after epoch ${former}`)
        left = reader.varUint() + 1
      }
      value[slot] = epoch
      left--
    }
    if (left > 0 || epoch === 0) throw malformed('epochs and slots of reigns are not as many')
    return value
  },
}

/** A bit for each slot that is reigned; undefined where none is. */
function bitsOf(value: Epochs): Uint8Array | undefined {
  const bits = new Uint8Array(SLOT_COUNT / 8)
  let any = false
  for (let slot = 0; slot < SLOT_COUNT; slot++) {
    if (value[slot] === 0) continue
    any = true
    bits[slot >> 3] = (bits[slot >> 3] ?? 0) | (1 << (slot & 7))
  }
  return any ? bits : undefined
}
