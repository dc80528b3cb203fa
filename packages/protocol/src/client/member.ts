/** A member of a set: text, a finite number, a bigint of 64 bits, true, false or null. */

import type { Codec } from '../codec/codec.js'
import { float, text, word } from '../codec/scalars.js'
import { NAME_LIMIT } from '../limits.js'
import { malformed, unencodable } from '../protocol-error.js'

/** What a set can hold. */
export type Member = string | number | bigint | boolean | null

const kind = word('text', 'number', 'bigint', 'true', 'false', 'null')
const memberText = text(NAME_LIMIT)
/** A bigint in digits. */
const digits = text(20)

/** Reads and writes a member. */
export const member: Codec<Member> = {
  write(writer, value) {
    switch (typeof value) {
      case 'string':
        kind.write(writer, 'text')
        return memberText.write(writer, value)
      case 'number':
        kind.write(writer, 'number')
        return float.write(writer, value)
      case 'bigint':
        if (BigInt.asIntN(64, value) !== value) throw unencodable('a bigint beyond 64 bits')
        kind.write(writer, 'bigint')
        return digits.write(writer, String(value))
      case 'boolean':
        return kind.write(writer, value ? 'true' : 'false')
      default:
        return kind.write(writer, 'null')
    }
  },
  read(reader) {
    const found = kind.read(reader)
    switch (found) {
      case 'text':
        return memberText.read(reader)
      case 'number':
        return float.read(reader)
      case 'bigint':
        return bigintOf(digits.read(reader))
      case 'null':
        return null
      default:
        return found === 'true'
    }
  },
}

function bigintOf(written: string): bigint {
  const value = /^-?\d+$/.test(written) ? BigInt(written) : undefined
  if (value === undefined || String(value) !== written || BigInt.asIntN(64, value) !== value) {
    throw malformed(`${JSON.stringify(written)} is no bigint of 64 bits`)
  }
  return value
}
