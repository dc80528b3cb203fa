/**
 * Attribute names.
 *
 * Invariant: a name that passed has the same bytes on every node (well-formed text), and as a key of a plain object
 * it never reaches the object's prototype.
 */
import { DocumentError } from './document-error.js'

/** The longest name in UTF-8 bytes. */
export const NAME_LIMIT = 256

/** Throws NAME_INVALID unless `name` is well-formed text of 1–256 UTF-8 bytes that is safe as a key. */
export function checkName(name: string): void {
  const problem = nameProblem(name)
  if (problem !== undefined) throw new DocumentError('NAME_INVALID', problem)
}

/** Whether a key would reach or imitate an object's prototype in some program that reads it. */
export function isPrototypeKey(key: string): boolean {
  return key === '__proto__' || key === 'constructor' || key === 'prototype'
}

/** Whether text holds no half of a surrogate pair; only such text survives UTF-8. */
export function isWellFormed(text: string): boolean {
  if (text.length > SHORT) return !LONE_SURROGATE.test(text)
  for (let i = 0; i < text.length; i++) if ((text.charCodeAt(i) & 0xf8_00) === 0xd8_00) return !LONE_SURROGATE.test(text)
  return true
}

/** Up to this length looking at each unit beats calling the regular expression. */
const SHORT = 64

/** The name's UTF-8 bytes. */
export function encodeName(name: string): Uint8Array {
  const bytes = new Uint8Array(name.length)
  for (let i = 0; i < name.length; i++) {
    const unit = name.charCodeAt(i)
    if (unit >= 0x80) return encoder.encode(name)
    bytes[i] = unit
  }
  return bytes
}

/** Writes the name's UTF-8 bytes to a buffer of NAME_LIMIT bytes. Returns how many they are, or -1 if too many. */
export function encodeNameInto(name: string, buffer: Uint8Array): number {
  if (name.length > buffer.length) return -1
  for (let i = 0; i < name.length; i++) {
    const unit = name.charCodeAt(i)
    if (unit >= 0x80) return encodeTextInto(name, buffer)
    buffer[i] = unit
  }
  return name.length
}

function encodeTextInto(name: string, buffer: Uint8Array): number {
  const { read, written } = encoder.encodeInto(name, buffer)
  return read === name.length ? written : -1
}

const encoder = new TextEncoder()

const LONE_SURROGATE = /\p{Surrogate}/u

function nameProblem(name: unknown): string | undefined {
  if (typeof name !== 'string') return `An attribute's name is a string, not ${typeof name}.`
  if (name.length === 0) return 'An attribute needs a name that is not empty.'
  if (name.length * 3 > NAME_LIMIT && (name.length > NAME_LIMIT || utf8Length(name) > NAME_LIMIT)) {
    return `The name ${JSON.stringify(name.slice(0, 40))}… is longer than ${NAME_LIMIT} UTF-8 bytes; shorten it.`
  }
  if (isPrototypeKey(name)) return `An attribute cannot be named ${JSON.stringify(name)}; choose another name.`
  if (!isWellFormed(name)) return `The name ${JSON.stringify(name)} holds half a surrogate pair; use well-formed text.`
  return undefined
}

function utf8Length(text: string): number {
  let length = 0
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    // Each half of a surrogate pair stands for two of the pair's four bytes.
    length += unit < 0x80 ? 1 : unit < 0x8_00 || (unit & 0xf8_00) === 0xd8_00 ? 2 : 3
  }
  return length
}
