/**
 * Attribute values as applications give them, and their way into bytes (lib0's any-encoding).
 *
 * Invariant: one value has one encoding, so equal values have equal bytes on every node, and what can be encoded here
 * passes `checkValueBytes` there. Nothing is dropped or altered silently but members of objects that are `undefined`,
 * which are left out as JSON does.
 */
import * as encoding from 'lib0/encoding'
import { DocumentError } from './document-error.js'
import { isPrototypeKey, isWellFormed } from './name.js'

/** What an attribute may hold. */
export type Value = null | boolean | number | bigint | string | Uint8Array | Value[] | { [key: string]: Value }

/** How deep arrays and objects may be nested. */
export const NESTING_LIMIT = 64

const ARRAY = 117
const OBJECT = 118

/**
 * Encodes a value. Throws VALUE_NOT_STORABLE, with the path to the culprit, for functions, symbols, `undefined`
 * (but as an object's member), cycles, instances of classes, bigints beyond 64 bits, keys that reach a prototype,
 * text with half a surrogate pair, and nesting beyond 64.
 */
export function encodeValue(value: unknown): Uint8Array {
  const short = typeof value === 'string' && value.length <= SHORT_TEXT ? encodeShortText(value) : undefined
  if (short !== undefined) return short
  const writing = spare ?? { encoder: encoding.createEncoder(), ancestors: [], path: [] }
  // Taken while in use, for a getter in the value may encode another; and given up if something is thrown.
  spare = undefined
  write(writing, value)
  const bytes = encoding.toUint8Array(writing.encoder)
  if (writing.encoder.cbuf.length <= MAX_KEPT) spare = begun(writing)
  return bytes
}

/** Text whose length fits one byte, as long as each of its characters does. */
const SHORT_TEXT = 127
const TEXT = 119

/** The same for text in ASCII, which most values are: undefined for any other. */
function encodeShortText(text: string): Uint8Array | undefined {
  const bytes = new Uint8Array(2 + text.length)
  bytes[0] = TEXT
  bytes[1] = text.length
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    if (unit >= 0x80) return undefined
    bytes[2 + i] = unit
  }
  return bytes
}

/** The capacity that is kept for the next value, in bytes. */
const MAX_KEPT = 2 ** 16

/** What the last value was written with: making a lib0 encoder costs more than most values. */
let spare: Writing | undefined

function begun(writing: Writing): Writing {
  writing.encoder.cpos = 0
  writing.encoder.bufs.length = 0
  return writing
}

interface Writing {
  readonly encoder: encoding.Encoder
  /** The arrays and objects that are being written, outermost first. */
  readonly ancestors: object[]
  /** The keys that lead to the value being written; a number is an index. */
  readonly path: (string | number)[]
}

function write(writing: Writing, value: unknown): void {
  switch (typeof value) {
    case 'boolean':
    case 'number':
      return encoding.writeAny(writing.encoder, value)
    case 'string':
      if (!isWellFormed(value)) throw notStorable(writing, 'holds half a surrogate pair; make it well-formed first')
      return encoding.writeAny(writing.encoder, value)
    case 'bigint':
      if (BigInt.asIntN(64, value) !== value) throw notStorable(writing, 'is a bigint beyond 64 bits; store it as text')
      return encoding.writeAny(writing.encoder, value)
    case 'object':
      if (value === null || value instanceof Uint8Array) return encoding.writeAny(writing.encoder, value)
      return writeNested(writing, value)
    default:
      throw notStorable(writing, `is ${value === undefined ? 'undefined' : `a ${typeof value}`}; it cannot be stored`)
  }
}

function writeNested(writing: Writing, value: object): void {
  const { ancestors } = writing
  if (ancestors.includes(value)) throw notStorable(writing, 'contains itself; store a value without cycles')
  if (ancestors.length >= NESTING_LIMIT) throw notStorable(writing, `is nested deeper than ${NESTING_LIMIT} levels`)
  ancestors.push(value)
  if (Array.isArray(value)) writeArray(writing, value)
  else writeObject(writing, value)
  ancestors.pop()
}

function writeArray(writing: Writing, items: readonly unknown[]): void {
  encoding.writeUint8(writing.encoder, ARRAY)
  encoding.writeVarUint(writing.encoder, items.length)
  for (let i = 0; i < items.length; i++) {
    writing.path.push(i)
    write(writing, items[i])
    writing.path.pop()
  }
}

function writeObject(writing: Writing, value: object): void {
  const prototype: unknown = Object.getPrototypeOf(value)
  // Objects of another realm (vm, jest) have an Object.prototype of their own, whose prototype is null too.
  if (prototype !== null && Object.getPrototypeOf(prototype) !== null) {
    throw notStorable(writing, `is an instance of ${className(value)}; store plain objects, arrays and Uint8Arrays`)
  }
  const members = Object.entries(value).filter(([, member]) => member !== undefined)
  encoding.writeUint8(writing.encoder, OBJECT)
  encoding.writeVarUint(writing.encoder, members.length)
  for (const [key, member] of members) {
    writing.path.push(key)
    if (isPrototypeKey(key)) throw notStorable(writing, 'has a key that reaches the prototype; rename it')
    if (!isWellFormed(key)) throw notStorable(writing, 'has a key with half a surrogate pair')
    encoding.writeVarString(writing.encoder, key)
    write(writing, member)
    writing.path.pop()
  }
}

function className(value: object): string {
  const maker: unknown = value.constructor
  return typeof maker === 'function' && maker.name !== '' ? maker.name : 'a class'
}

function notStorable({ path }: Writing, what: string): DocumentError {
  const place = path.map((key) => (typeof key === 'number' ? `[${key}]` : `.${key}`)).join('')
  return new DocumentError('VALUE_NOT_STORABLE', `The value${place === '' ? '' : ` at ${place}`} ${what}.`)
}
