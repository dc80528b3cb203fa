/**
 * The seal that every record and position carries: a CRC-32 of its key and its bytes, so that neither a flipped bit
 * nor a record under a wrong key passes for what was written.
 */
import { crc32 } from 'node:zlib'

const SEAL_BYTES = 4

/** The bytes with their seal. */
export function seal(key: string, bytes: Uint8Array): Uint8Array {
  const sealed = new Uint8Array(bytes.length + SEAL_BYTES)
  sealed.set(bytes)
  const sum = checksum(key, bytes)
  for (let index = 0; index < SEAL_BYTES; index++) sealed[bytes.length + index] = sum >>> (24 - 8 * index)
  return sealed
}

/** The bytes without their seal; undefined when they are not what was sealed under this key. */
export function unseal(key: string, sealed: Uint8Array): Uint8Array | undefined {
  const end = sealed.length - SEAL_BYTES
  if (end < 0) return undefined
  const bytes = sealed.subarray(0, end)
  const claimed = new DataView(sealed.buffer, sealed.byteOffset, sealed.length).getUint32(end)
  return claimed === checksum(key, bytes) ? bytes : undefined
}

function checksum(key: string, bytes: Uint8Array): number {
  return crc32(bytes, crc32(key))
}
