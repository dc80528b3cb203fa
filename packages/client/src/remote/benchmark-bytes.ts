/**
 * A benchmark as `open` carries it: the generation, then the payloads of two y-protocols sync steps 1 (attributes,
 * frozen). The same bytes as `encodeBenchmark` of @understudy/differencing, which a client does not need otherwise.
 */
import type { StateVector } from '@understudy/document'
import { encodeStateVector } from '@understudy/document'
import * as encoding from 'lib0/encoding'

/** What a replica holds of a session. */
export interface Benchmark {
  readonly generation: number
  readonly attributes: StateVector
  readonly frozen: StateVector
}

/** The bytes of a benchmark. */
export function encodeBenchmark({ generation, attributes, frozen }: Benchmark): Uint8Array {
  return encoding.encode((encoder) => {
    encoding.writeVarUint(encoder, generation)
    encoding.writeVarUint8Array(encoder, encodeStateVector(attributes))
    encoding.writeVarUint8Array(encoder, encodeStateVector(frozen))
  })
}
