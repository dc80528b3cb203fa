/**
 * Fingerprint of a session: 64 bits over key, generation, state vectors and frozen part. Equal on equal replicas.
 *
 * A state vector moves with every change of a document of our shape, so it stands for the content; the frozen part
 * is hashed by content besides, since it may be held without the history that led to it.
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

/** 32-bit hash of a document's names and values; 0 when it has none, and only then. */
export function contentHash(document: Document): number {
  let sum = 0
  for (const name of document.names()) {
    const value = document.raw(name)
    if (value !== undefined) sum = (sum + finish(mixBytes(mixText(HIGH_SEED, name), value))) | 0
  }
  return document.size === 0 ? 0 : sum >>> 0 || 1
}
