/** What everybody may see of a value: its type and size. */
import { decodeValue } from '@understudy/document'
import type { Value } from '@understudy/document'
import type { HiddenValue, ValueType } from '@understudy/protocol/inspect'

/** The outside of an encoded value; of none at all where there is none. Of a denied one only the type is told. */
export function hiddenValue(encoded: Uint8Array | undefined, denied: boolean): HiddenValue {
  if (encoded === undefined) return { type: 'none' }
  const value = decodeValue(encoded)
  const type = typeOf(value)
  if (denied) return { type, denied }
  const length = lengthOf(value)
  return { type, bytes: encoded.length, ...(length !== undefined && { length }) }
}

/** The type of a value. */
export function typeOf(value: Value): Exclude<ValueType, 'none'> {
  if (value === null) return 'null'
  if (value instanceof Uint8Array) return 'bytes'
  if (Array.isArray(value)) return 'array'
  return typeof value === 'object' ? 'object' : plainTypeOf(value)
}

function plainTypeOf(value: boolean | number | bigint | string): 'boolean' | 'number' | 'bigint' | 'string' {
  switch (typeof value) {
    case 'boolean':
      return 'boolean'
    case 'number':
      return 'number'
    case 'bigint':
      return 'bigint'
    case 'string':
      return 'string'
  }
}

function lengthOf(value: Value): number | undefined {
  if (typeof value === 'string' || Array.isArray(value) || value instanceof Uint8Array) return value.length
  return typeof value === 'object' && value !== null ? Object.keys(value).length : undefined
}
