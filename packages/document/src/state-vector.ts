/**
 * State vectors: what a replica holds, as the next clock of each writer. The format is Yjs' own (V1).
 *
 * Invariant: in a decoded vector every clock is above zero and no writer appears twice.
 */
import * as encoding from 'lib0/encoding'
import { ByteReader } from './byte-reader.js'

/** Writer id → the clock that its next entry will have. A writer that is missing stands for clock 0. */
export type StateVector = ReadonlyMap<number, number>

/** Clocks are below this: a claim beyond is damage, and V8 keeps smaller numbers without a heap object. */
export const CLOCK_LIMIT = 2 ** 31

/**
 * The vector of one writer, as nearly all sessions have: a Map would take ten times the memory, and one is made with
 * every save.
 */
export class VectorOfOne implements StateVector {
  readonly size = 1
  readonly writer: number
  readonly clock: number

  constructor(writer: number, clock: number) {
    this.writer = writer
    this.clock = clock
  }

  get(writer: number): number | undefined {
    return writer === this.writer ? this.clock : undefined
  }

  has(writer: number): boolean {
    return writer === this.writer
  }

  forEach(visit: (clock: number, writer: number, vector: StateVector) => void): void {
    visit(this.clock, this.writer, this)
  }

  keys(): MapIterator<number> {
    return [this.writer].values()
  }

  values(): MapIterator<number> {
    return [this.clock].values()
  }

  entries(): MapIterator<[number, number]> {
    const entry: [number, number] = [this.writer, this.clock]
    return [entry].values()
  }

  [Symbol.iterator](): MapIterator<[number, number]> {
    return this.entries()
  }
}

/** Writes a vector as Yjs does: writers in descending order, so equal vectors have equal bytes. */
export function encodeStateVector(vector: StateVector): Uint8Array {
  const encoder = encoding.createEncoder()
  encoding.writeVarUint(encoder, vector.size)
  const writers = [...vector].sort((a, b) => b[0] - a[0])
  for (const [writer, clock] of writers) {
    encoding.writeVarUint(encoder, writer)
    encoding.writeVarUint(encoder, clock)
  }
  return encoding.toUint8Array(encoder)
}

/** Reads a vector. Throws VECTOR_MALFORMED for anything but a whole vector of at most `maxWriters` (4,096) writers. */
export function decodeStateVector(bytes: Uint8Array, { maxWriters = 4096 }: { maxWriters?: number } = {}): StateVector {
  const reader = new ByteReader(bytes, 'VECTOR_MALFORMED')
  const count = reader.varUint()
  // Each writer takes two bytes at least: the claim is checked before anything is allocated.
  if (count > maxWriters || count * 2 > reader.left) throw reader.problem(`A state vector claims ${count} writers`)
  const vector = new Map<number, number>()
  for (let i = 0; i < count; i++) {
    const writer = reader.varUint()
    const clock = reader.varUint()
    if (clock >= CLOCK_LIMIT || clock === 0) throw reader.problem(`A state vector holds the clock ${clock}`)
    if (vector.has(writer)) throw reader.problem(`A state vector names the writer ${writer} twice`)
    vector.set(writer, clock)
  }
  if (reader.left > 0) throw reader.problem(`${reader.left} bytes follow the state vector`)
  return vector
}

/** Whether a holder of `a` holds everything that a holder of `b` does. */
export function covers(a: StateVector, b: StateVector): boolean {
  if (a === b) return true
  for (const [writer, clock] of b) {
    if ((a.get(writer) ?? 0) < clock) return false
  }
  return true
}

/** Whether both hold the same. */
export function equalVectors(a: StateVector, b: StateVector): boolean {
  return covers(a, b) && covers(b, a)
}
