/** Codecs of single values. */

import { MESSAGE_LIMIT } from '../limits.js'
import { malformed, unencodable } from '../protocol-error.js'
import type { SessionKey, UserKey } from '../session-key.js'
import type { Codec } from './codec.js'

/** UTF-8 takes at most three bytes a UTF-16 unit. */
const BYTES_PER_UNIT = 3

/** An integer of 0 to 2^53−1. */
export const uint: Codec<number> = {
  write: (writer, value) => writer.varUint(value),
  read: (reader) => reader.varUint(),
}

/** An integer of 0 to 2^32−1 in four bytes: hashes, whose high bits are never zero for long. */
export const uint32: Codec<number> = {
  write: (writer, value) => writer.uint32(value),
  read: (reader) => reader.uint32(),
}

/** Any finite number. */
export const float: Codec<number> = {
  write: (writer, value) => writer.float64(value),
  read: (reader) => reader.float64(),
}

/** Yes or no. */
export const flag: Codec<boolean> = {
  write: (writer, value) => writer.uint8(value ? 1 : 0),
  read: (reader) => flagOf(reader.uint8()),
}

/** Bytes, with their length before them. */
export const bytes: Codec<Uint8Array> = {
  write: (writer, value) => writer.sized(value),
  read: (reader) => reader.sized(),
}

/** A session key. */
export const key: Codec<SessionKey> = {
  write: (writer, value) => writer.key(value),
  read: (reader) => reader.key(),
}

/** A user key; the bytes are any, like those of a session key. */
export const user: Codec<UserKey> = {
  write: (writer, value) => writer.key(value),
  read: (reader) => asUserKey(reader.key()),
}

/** A text for people; cut to `MESSAGE_LIMIT` UTF-16 units rather than refused. */
export const messageText: Codec<string> = {
  write: (writer, value) => writer.text(value.slice(0, MESSAGE_LIMIT)),
  read(reader) {
    const value = reader.text(BYTES_PER_UNIT * MESSAGE_LIMIT)
    if (value.length > MESSAGE_LIMIT) throw malformed(`a message has ${value.length} units`)
    return value
  },
}

/** An integer of 0 to `most`. */
export function uintUpTo(most: number): Codec<number> {
  return {
    write(writer, value) {
      if (value > most) throw unencodable(`${value} where at most ${most} fits`)
      writer.varUint(value)
    },
    read(reader) {
      const value = reader.varUint()
      if (value > most) throw malformed(`${value} where at most ${most} fits`)
      return value
    },
  }
}

/** A text of at most `limit` UTF-8 bytes. */
export function text(limit: number): Codec<string> {
  return {
    write(writer, value) {
      const start = writer.length
      writer.text(value)
      // The length prefix may count as one byte too many or two: measured exactly only where it is close.
      if (writer.length - start > limit && new TextEncoder().encode(value).length > limit) {
        throw unencodable(`a text of more than ${limit} bytes`)
      }
    },
    read: (reader) => reader.text(limit),
  }
}

/** One of a few words; on the wire its place among them. */
export function word<const W extends string>(...words: readonly W[]): Codec<W> {
  return {
    write(writer, value) {
      const place = words.indexOf(value)
      if (place < 0) throw unencodable(`${JSON.stringify(value)}, expected ${words.join(' or ')}`)
      writer.uint8(place)
    },
    read(reader) {
      const found = words[reader.uint8()]
      if (found === undefined) throw malformed(`a word is none of ${words.join(', ')}`)
      return found
    },
  }
}

function flagOf(byte: number): boolean {
  if (byte > 1) throw malformed(`a flag is ${byte}`)
  return byte === 1
}

function asUserKey(text: string): UserKey {
  return text as UserKey
}
