/** Puts V1 updates together part by part, right or wrong, without any code of this package. */
import * as encoding from 'lib0/encoding'

/** Writes a part of an update. */
export type Part = (encoder: encoding.Encoder) => void

/** An item's id: writer, clock. */
export type Id = readonly [number, number]

/** The structs of one writer; `count` lies about their number. */
export interface RawWriter {
  readonly writer: number
  readonly clock: number
  readonly structs: readonly Part[]
  readonly count?: number
}

/** The deletions of one writer; `count` lies about their number. */
export interface RawDeletions {
  readonly writer: number
  readonly ranges: readonly Id[]
  readonly count?: number
}

/** The bytes that some parts write. */
export function bytesOf(...parts: readonly Part[]): Uint8Array {
  const encoder = encoding.createEncoder()
  for (const part of parts) part(encoder)
  return encoding.toUint8Array(encoder)
}

/** A number. */
export const number = (value: number): Part => (encoder) => encoding.writeVarUint(encoder, value)
/** Some text. */
export const text = (value: string): Part => (encoder) => encoding.writeVarString(encoder, value)
/** A value in lib0's any-encoding. */
export const any = (value: encoding.AnyEncodable): Part => (encoder) => encoding.writeAny(encoder, value)
/** Bytes as they are. */
export const bytes = (...values: readonly number[]): Part => (encoder) =>
  encoding.writeUint8Array(encoder, Uint8Array.from(values))

/** A whole update. */
export function update(writers: readonly RawWriter[], deletions: readonly RawDeletions[] = []): Uint8Array {
  const structs = [number(writers.length), ...writers.flatMap(writerParts)]
  return bytesOf(...structs, number(deletions.length), ...deletions.flatMap(deletionParts))
}

/** A struct; without an origin it names its root. */
export function struct(content: number, origin: Id | undefined, ...rest: readonly Part[]): Part {
  const place = origin === undefined ? [number(1), text('attributes')] : [number(origin[0]), number(origin[1])]
  return all(bytes(content | (origin === undefined ? 0 : 0x80)), ...place, ...rest)
}

/** A struct of entries. */
export function entries(origin: Id | undefined, ...values: readonly encoding.AnyEncodable[]): Part {
  return struct(8, origin, number(values.length), ...values.map(any))
}

/** A run of deleted items. */
export function deleted(origin: Id | undefined, length: number): Part {
  return struct(1, origin, number(length))
}

/** Several parts as one. */
export function all(...parts: readonly Part[]): Part {
  return (encoder) => {
    for (const part of parts) part(encoder)
  }
}

function writerParts({ writer, clock, structs, count = structs.length }: RawWriter): Part[] {
  return [number(count), number(writer), number(clock), ...structs]
}

function deletionParts({ writer, ranges, count = ranges.length }: RawDeletions): Part[] {
  return [number(writer), number(count), ...ranges.flatMap(([clock, length]) => [number(clock), number(length)])]
}
