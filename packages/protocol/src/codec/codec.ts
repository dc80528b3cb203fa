/**
 * What a codec is: a type's two directions, bytes ⇄ value. The types of frames are derived from their codecs.
 *
 * Invariant of all codecs: `read` after `write` gives an equal value and leaves nothing over; `read` of arbitrary bytes
 * either throws ProtocolError or gives a value that `write` takes.
 */

import type { LinkReader } from '../link/link-reader.js'
import type { LinkWriter } from '../link/link-writer.js'

/** Reads and writes values of one type. */
export interface Codec<T> {
  write(writer: LinkWriter, value: T): void
  read(reader: LinkReader): T
}

/** The type of the values of a codec. */
export type ValueOf<C> = C extends Codec<infer T> ? T : never
