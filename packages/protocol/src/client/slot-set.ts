/** Some of the slots, as a bit each. */

import type { Codec } from '../codec/codec.js'
import { SLOT_COUNT } from '../limits.js'
import { unencodable } from '../protocol-error.js'

/** Reads and writes numbers of slots, ascending, each once. */
export const slotSet: Codec<readonly number[]> = {
  write(writer, slots) {
    const bits = new Uint8Array(SLOT_COUNT / 8)
    for (const slot of slots) {
      if (!Number.isInteger(slot) || slot < 0 || slot >= SLOT_COUNT) throw unencodable(`a slot ${slot}`)
      bits[slot >> 3] = (bits[slot >> 3] ?? 0) | (1 << (slot & 7))
    }
    for (const byte of bits) writer.uint8(byte)
  },
  read(reader) {
    const slots: number[] = []
    for (let first = 0; first < SLOT_COUNT; first += 8) {
      const byte = reader.uint8()
      for (let bit = 0; bit < 8; bit++) if (byte & (1 << bit)) slots.push(first + bit)
    }
    return slots
  },
}
