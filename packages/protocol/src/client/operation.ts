/** The operations of a save: what changes in a session. Clients send these, never Yjs bytes. */

import type { Codec } from '../codec/codec.js'
import { bytes, float, text, word } from '../codec/scalars.js'
import { createTerms, type CreateTerms } from './create-terms.js'
import { HASH_BYTES, NAME_LIMIT } from '../limits.js'
import { malformed, unencodable } from '../protocol-error.js'
import { member, type Member } from './member.js'

/**
 * One change of one attribute, or of the terms, or a condition of the save. `name` has at most 256 UTF-8 bytes: an
 * attribute's, or a path of keys joined by U+001F; `value` is in lib0's any-encoding; `hash` has 16 bytes, or none.
 */
export type Operation =
  | { readonly op: 'set'; readonly name: string; readonly value: Uint8Array }
  | { readonly op: 'remove'; readonly name: string }
  | { readonly op: 'freeze'; readonly name: string }
  | { readonly op: 'increment'; readonly name: string; readonly by: number }
  | ({ readonly op: 'terms' } & CreateTerms)
  | { readonly op: 'make'; readonly name: string }
  | { readonly op: 'add'; readonly name: string; readonly member: Member }
  | { readonly op: 'discard'; readonly name: string; readonly member: Member }
  | { readonly op: 'expect'; readonly name: string; readonly hash: Uint8Array }

const op = word('set', 'remove', 'freeze', 'increment', 'terms', 'make', 'add', 'discard', 'expect')
const attributeName = text(NAME_LIMIT)

/** The hash of a value, or no bytes where there is none. */
const hash: Codec<Uint8Array> = {
  write(writer, value) {
    if (!isHash(value)) throw unencodable(`a hash of ${value.length} bytes`)
    bytes.write(writer, value)
  },
  read(reader) {
    const value = bytes.read(reader)
    if (!isHash(value)) throw malformed(`a hash of ${value.length} bytes`)
    return value
  },
}

function isHash({ length }: Uint8Array): boolean {
  return length === 0 || length === HASH_BYTES
}

/** Reads and writes an operation. */
export const operation: Codec<Operation> = {
  write(writer, value) {
    op.write(writer, value.op)
    if (value.op === 'terms') return createTerms.write(writer, value)
    attributeName.write(writer, value.name)
    if (value.op === 'set') bytes.write(writer, value.value)
    if (value.op === 'increment') float.write(writer, value.by)
    if (value.op === 'add' || value.op === 'discard') member.write(writer, value.member)
    if (value.op === 'expect') hash.write(writer, value.hash)
  },
  read(reader) {
    const kind = op.read(reader)
    if (kind === 'terms') return { op: kind, ...createTerms.read(reader) }
    const name = attributeName.read(reader)
    switch (kind) {
      case 'set':
        return { op: kind, name, value: bytes.read(reader) }
      case 'increment':
        return { op: kind, name, by: float.read(reader) }
      case 'add':
      case 'discard':
        return { op: kind, name, member: member.read(reader) }
      case 'expect':
        return { op: kind, name, hash: hash.read(reader) }
      default:
        return { op: kind, name }
    }
  },
}
