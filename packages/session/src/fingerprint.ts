/**
 * Fingerprint of a session: 64 bits over key, generation, state vectors and frozen part. Equal on equal replicas.
 *
 * A state vector moves with every change of a document of our shape, so it stands for the content. The frozen part's
 * hash goes in besides: a replica in mode immutable knows the frozen part by its hash only.
 */
import type { Document, StateVector } from '@understudy/document'
import { finish, mixBytes, mixNumber, mixText, mixWord } from './hash.js'

/** Two unsigned 32-bit halves: high, low. */
export type Fingerprint = readonly [high: number, low: number]

/** What a fingerprint is taken of. */
export interface Fingerprinted {
  readonly generation: number
  readonly attributes: StateVector
  readonly frozen: StateVector
  /** 32-bit hash of the frozen part. */
  readonly frozenHash: number
}

/** Any two different numbers: they make the halves independent. */
const HIGH_SEED = 0x9747b28c
const LOW_SEED = 0x3c6ef372

/** The fingerprint of a session of this key. */
export function fingerprintOf(key: string, state: Fingerprinted): Fingerprint {
  return [halfOf(HIGH_SEED, key, state), halfOf(LOW_SEED, key, state)]
}

function halfOf(seed: number, key: string, { generation, attributes, frozen, frozenHash }: Fingerprinted): number {
  let hash = mixNumber(mixText(seed, key), generation)
  hash = mixWord(hash, sumOfVector(seed, attributes))
  hash = mixWord(hash, sumOfVector(seed, frozen))
  return finish(mixWord(hash, frozenHash))
}

function sumOfVector(seed: number, vector: StateVector): number {
  let sum = 0
  for (const [writer, clock] of vector) sum = (sum + finish(mixWord(mixNumber(seed, writer), clock))) | 0
  return sum
}

/**
 * 32-bit hash of a document's content and state vector; 0 when it has no values, and only then.
 *
 * Both, so that equal hashes mean that neither replica has anything to tell the other: the content alone can be equal
 * where the same value was frozen on both sides of a split.
 */
export function documentHash(document: Document): number {
  if (document.size === 0) return 0
  let sum = sumOfVector(LOW_SEED, document.vector())
  for (const name of document.names()) {
    const value = document.raw(name)
    if (value !== undefined) sum = (sum + finish(mixBytes(mixText(HIGH_SEED, name), value))) | 0
  }
  return sum >>> 0 || 1
}
