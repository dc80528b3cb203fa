/**
 * What a save's condition compares: a hash of a value, the same wherever it was read.
 *
 * Members of objects have no order that could be relied on, so they are hashed in the order of their keys.
 */
import { encodeValue, type Value } from '@understudy/document'
import { digest } from 'lib0/hash/sha256'
import { isRecord } from './parts.js'

/** Bytes of a hash. */
export const HASH_BYTES = 16

/** No value has this hash: there is none. */
export const NO_VALUE_HASH = new Uint8Array(0)

/** The first 16 bytes of the SHA-256 of a value; no bytes where there is no value. */
export function hashOf(value: Value | undefined): Uint8Array {
  return value === undefined ? NO_VALUE_HASH : digest(encodeValue(inOrder(value))).slice(0, HASH_BYTES)
}

function inOrder(value: Value): Value {
  if (Array.isArray(value)) return value.map(inOrder)
  if (!isRecord(value)) return value
  const ordered: { [key: string]: Value } = Object.create(null)
  for (const key of Object.keys(value).sort()) ordered[key] = inOrder(value[key] ?? null)
  return ordered
}
