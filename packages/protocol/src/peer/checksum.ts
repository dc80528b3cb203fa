/** The CRC-32 that ends frames with deltas: what is merged and acknowledged must be what was sent. */

import { crc32 } from 'node:zlib'
import type { LinkReader } from '../link/link-reader.js'
import type { LinkWriter } from '../link/link-writer.js'
import { ProtocolError } from '../protocol-error.js'

const CHECKSUM_BYTES = 4

/** Appends the checksum of all that was written; `seed` is what the other side must know to get the same. */
export function writeChecksum(writer: LinkWriter, seed: number): void {
  writer.uint32(crc32(writer.written(0), seed >>> 0))
}

/** Checks the frame's last four bytes and leaves them out of what is read from here on. */
export function checkChecksum(reader: LinkReader, seed: number): void {
  const end = reader.bytes.length
  const [a = 0, b = 0, c = 0, d = 0] = reader.bytes.subarray(end - CHECKSUM_BYTES)
  const claimed = (a | (b << 8) | (c << 16) | (d << 24)) >>> 0
  if (crc32(reader.withhold(CHECKSUM_BYTES), seed >>> 0) === claimed) return
  throw new ProtocolError('FRAME_CHECKSUM', 'A frame was damaged on its way. Drop the link and resync on a new one.')
}
