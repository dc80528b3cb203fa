/** `compare`: fingerprints of the sessions in a part of a slot, to find those in which two nodes differ. */

import { message } from '../codec/message.js'
import type { Codec, ValueOf } from '../codec/codec.js'
import { list, pair } from '../codec/list.js'
import { record } from '../codec/record.js'
import { flag, key, uint, uint32, uintUpTo } from '../codec/scalars.js'
import { SLOT_COUNT } from '../limits.js'
import type { SessionKey } from '../session-key.js'

/** The end of a part of a slot: a key, or '' for the slot's own end. */
const bound: Codec<SessionKey | ''> = {
  write(writer, value) {
    flag.write(writer, value !== '')
    if (value !== '') key.write(writer, value)
  },
  read: (reader) => (flag.read(reader) ? key.read(reader) : ''),
}

const fingerprintEntry = record({
  /** Which session. */
  key,
  /** Hash of what the sender holds of it: high and low 32 bits. */
  fingerprint: pair(uint32),
})

/** The fingerprint of one session. */
export type FingerprintEntry = ValueOf<typeof fingerprintEntry>

/** Reads and writes `compare`. */
export const compare = message(8, 'compare', {
  /** Chosen by the sender; the answer carries it. */
  request: uint,
  /** Which slot, 0–255. */
  slot: uintUpTo(SLOT_COUNT - 1),
  /** First key of the part, or '' for the slot's beginning. */
  from: bound,
  /** First key after the part, or '' for the slot's end. */
  to: bound,
  /** All sessions that the sender holds in this part. */
  entries: list(fingerprintEntry),
})

/** A question where two nodes differ; `benchmarks` answers it. */
export type Compare = ValueOf<typeof compare>
