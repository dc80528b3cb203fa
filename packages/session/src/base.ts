/**
 * The base of a generation: its lineage as bytes, as sessions keep, store and send it.
 *
 *     base     = '' (generation 0) | floor carrier+1 writers origins
 *     writers  = count, then for each, ascending: distance to the one before, clock (0: not in the context)
 *     origins  = count, then for each: index of the writer, clock
 *
 * Nearly no session ever reads its base again, so bytes are the cheapest form to keep it in.
 * Decoding is strict: bounded by the bytes given, ascending writers, no trailing bytes.
 */
import * as decoding from 'lib0/decoding'
import * as encoding from 'lib0/encoding'
import { NO_LINEAGE, type Dot, type Lineage } from './lineage.js'
import { SessionError } from './session-error.js'

/** The base of generation 0. */
export const NO_BASE = new Uint8Array(0)

/** Longest base that is accepted, in bytes; what sessions write stays far below. */
const MAX_BASE_BYTES = 64 * 1024
/** Clocks stay below this, as in documents. */
const CLOCK_LIMIT = 2 ** 31

/** The bytes of a lineage. */
export function encodeBase(lineage: Lineage): Uint8Array {
  const { context, carrier, origins } = lineage
  const clocks = new Map(context.clocks)
  for (const { writer } of origins) if (!clocks.has(writer)) clocks.set(writer, 0)
  const writers = [...clocks].sort((a, b) => a[0] - b[0])
  const indexes = new Map<number, number>()

  const encoder = encoding.createEncoder()
  encoding.writeVarUint(encoder, context.floor)
  encoding.writeVarUint(encoder, carrier + 1)
  encoding.writeVarUint(encoder, writers.length)
  let previous = 0
  for (const [writer, clock] of writers) {
    indexes.set(writer, indexes.size)
    encoding.writeVarUint(encoder, writer - previous)
    encoding.writeVarUint(encoder, clock)
    previous = writer
  }
  encoding.writeVarUint(encoder, origins.length)
  for (const { writer, clock } of origins) {
    encoding.writeVarUint(encoder, indexes.get(writer) ?? 0)
    encoding.writeVarUint(encoder, clock)
  }
  return encoding.toUint8Array(encoder)
}

/** The lineage in a base. Throws SessionError `DELTA_MALFORMED` for anything that `encodeBase` would not write. */
export function decodeBase(base: Uint8Array): Lineage {
  if (base.length === 0) return NO_LINEAGE
  if (base.length > MAX_BASE_BYTES) throw malformed(`has ${base.length} bytes`)
  try {
    return readBase(decoding.createDecoder(base), base.length)
  } catch (cause) {
    throw cause instanceof SessionError ? cause : malformed('ends too early', cause)
  }
}

function readBase(decoder: decoding.Decoder, length: number): Lineage {
  const floor = decoding.readVarUint(decoder)
  const carrier = decoding.readVarUint(decoder) - 1
  const writers = readWriters(decoder, length)
  const origins = readOrigins(decoder, length, writers)
  if (decoder.pos !== length) throw malformed('is followed by bytes that do not belong to it')
  const clocks = new Map<number, number>()
  for (const { writer, clock } of writers) if (clock > 0) clocks.set(writer, clock)
  return { context: { clocks, floor }, carrier, origins }
}

/** The table of writers, each with its clock in the context. */
function readWriters(decoder: decoding.Decoder, length: number): readonly Dot[] {
  const count = readCount(decoder, length)
  const writers: Dot[] = []
  let writer = 0
  for (let i = 0; i < count; i++) {
    const distance = decoding.readVarUint(decoder)
    if (i > 0 && distance === 0) throw malformed('names a writer twice')
    writer += distance
    if (writer > Number.MAX_SAFE_INTEGER) throw malformed('names a writer beyond 53 bits')
    writers.push({ writer, clock: readClock(decoder) })
  }
  return writers
}

function readOrigins(decoder: decoding.Decoder, length: number, writers: readonly Dot[]): readonly Dot[] {
  const count = readCount(decoder, length)
  const origins: Dot[] = []
  for (let i = 0; i < count; i++) {
    const writer = writers[decoding.readVarUint(decoder)]?.writer
    if (writer === undefined) throw malformed('has an origin by a writer that it does not name')
    origins.push({ writer, clock: readClock(decoder) })
  }
  return origins
}

/** A count of things that take two bytes at least: checked against the bytes left before anything is made. */
function readCount(decoder: decoding.Decoder, length: number): number {
  const count = decoding.readVarUint(decoder)
  if (count * 2 > length - decoder.pos) throw malformed(`claims ${count} entries in ${length - decoder.pos} bytes`)
  return count
}

function readClock(decoder: decoding.Decoder): number {
  const clock = decoding.readVarUint(decoder)
  if (clock >= CLOCK_LIMIT) throw malformed(`holds the clock ${clock}`)
  return clock
}

function malformed(what: string, cause?: unknown): SessionError {
  const message = `The base of a session's generation ${what}; the delta is refused.`
  return new SessionError('DELTA_MALFORMED', message, { cause })
}
