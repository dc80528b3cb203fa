/**
 * The benchmark: what one replica is known to hold of one session.
 *
 * It is a generation of the attributes document and the state vectors of both documents. Because every change of a
 * document of our shape moves its state vector, a benchmark can be trusted: who is at it holds all that led to it.
 *
 * Invariants: a benchmark is a value, never changed in place; it is advanced only to what an ack names.
 *
 * As bytes it is the generation, then two payloads of y-protocols' sync step 1 (attributes, frozen):
 *
 *     generation: varUint │ length, state vector │ length, state vector
 */
import { covers, decodeStateVector, encodeStateVector, type StateVector } from '@understudy/document'
import * as decoding from 'lib0/decoding'
import * as encoding from 'lib0/encoding'
import { DifferencingError } from './differencing-error.js'

/** See the file's header. */
export interface Benchmark {
  /** Generation of the attributes document. */
  readonly generation: number
  /** State vector of the attributes document. */
  readonly attributes: StateVector
  /** State vector of the frozen document, which has no generations. */
  readonly frozen: StateVector
}

const NO_VECTOR: StateVector = new Map()

/** Writers that a benchmark from outside may name, a document. */
const MAX_WRITERS = 4096

/** The benchmark of a replica that holds nothing. */
export const emptyBenchmark: Benchmark = Object.freeze({ generation: 0, attributes: NO_VECTOR, frozen: NO_VECTOR })

/** Does who is at `a` hold all that who is at `b` does? Between generations there is no telling: no. */
export function coversBenchmark(a: Benchmark, b: Benchmark): boolean {
  return a.generation === b.generation && covers(a.attributes, b.attributes) && covers(a.frozen, b.frozen)
}

/**
 * The benchmark of a replica at `from` that has acknowledged `acked` (and so merged it).
 * Acks may arrive doubled or late: within a generation a benchmark never goes back, and a higher generation stands.
 */
export function advance(from: Benchmark, acked: Benchmark): Benchmark {
  const frozen = joinVectors(from.frozen, acked.frozen)
  if (from.generation === acked.generation) {
    const attributes = joinVectors(from.attributes, acked.attributes)
    if (attributes === from.attributes && frozen === from.frozen) return from
    return { generation: from.generation, attributes, frozen }
  }
  if (acked.generation > from.generation) return { generation: acked.generation, attributes: acked.attributes, frozen }
  return frozen === from.frozen ? from : { generation: from.generation, attributes: from.attributes, frozen }
}

/** The bytes of a benchmark. */
export function encodeBenchmark({ generation, attributes, frozen }: Benchmark): Uint8Array {
  const encoder = encoding.createEncoder()
  encoding.writeVarUint(encoder, generation)
  encoding.writeVarUint8Array(encoder, encodeStateVector(attributes))
  encoding.writeVarUint8Array(encoder, encodeStateVector(frozen))
  return encoding.toUint8Array(encoder)
}

/**
 * The benchmark in these bytes. Work and memory are bounded by the bytes given, and nothing may follow.
 *
 * @throws DifferencingError `BENCHMARK_MALFORMED`
 */
export function decodeBenchmark(bytes: Uint8Array): Benchmark {
  try {
    const decoder = decoding.createDecoder(bytes)
    const generation = decoding.readVarUint(decoder)
    const attributes = readVector(decoder)
    const frozen = readVector(decoder)
    if (decoder.pos === bytes.length) return { generation, attributes, frozen }
  } catch (cause) {
    throw new DifferencingError('BENCHMARK_MALFORMED', 'The bytes are no benchmark; ask the replica again.', { cause })
  }
  throw new DifferencingError('BENCHMARK_MALFORMED', 'Bytes follow the benchmark; ask the replica again.')
}

function readVector(decoder: decoding.Decoder): StateVector {
  const length = decoding.readVarUint(decoder)
  // lib0 would read on beyond a window on a larger buffer: the length is checked here.
  if (length > decoder.arr.length - decoder.pos) throw new RangeError('A state vector ends too early.')
  const vector = decodeStateVector(decoder.arr.subarray(decoder.pos, decoder.pos + length), { maxWriters: MAX_WRITERS })
  decoder.pos += length
  return vector
}

/** What either holds; `a` itself where `b` adds nothing. */
function joinVectors(a: StateVector, b: StateVector): StateVector {
  if (covers(a, b)) return a
  const joined = new Map(a)
  for (const [writer, clock] of b) joined.set(writer, Math.max(clock, joined.get(writer) ?? 0))
  return joined
}
