/**
 * Fingerprint of a session: 64 bits over key, generation, state vectors and frozen part. Equal on equal replicas.
 *
 * A state vector moves with every change of a document of our shape, so it stands for the content. The frozen part's
 * hash goes in besides: a replica in mode immutable knows the frozen part by its hash only.
 */
import { VectorOfOne } from '@understudy/document'
import type { Document, StateVector, WholeReader } from '@understudy/document'
import { finish, mixBytes, mixNumber, mixText, mixWord } from './hash.js'
import type { SessionBenchmark } from './session-delta.js'

/** Two unsigned 32-bit halves: high, low. */
export type Fingerprint = readonly [high: number, low: number]

/** Any two different numbers: they make the halves independent. */
const HIGH_SEED = 0x9747b28c
const LOW_SEED = 0x3c6ef372

/** The fingerprint of a session of this key that holds this; `frozenHash` is the 32-bit hash of its frozen part. */
export function fingerprintOf(key: string, held: SessionBenchmark, frozenHash: number): Fingerprint {
  return [halfOf(HIGH_SEED, key, held, frozenHash), halfOf(LOW_SEED, key, held, frozenHash)]
}

function halfOf(seed: number, key: string, held: SessionBenchmark, frozenHash: number): number {
  return halfOfSums(seed, key, held.generation, sumOfVector(seed, held.attributes), sumOfVector(seed, held.frozen), frozenHash)
}

function halfOfSums(seed: number, key: string, generation: number, attributes: number, frozen: number, frozenHash: number): number {
  let hash = mixNumber(mixText(seed, key), generation)
  hash = mixWord(hash, attributes)
  hash = mixWord(hash, frozen)
  return finish(mixWord(hash, frozenHash))
}

/** What a session holds whose documents were just read. */
export interface HeldWhole {
  readonly generation: number
  readonly attributes: WholeReader
  /** Absent: nothing is frozen. */
  readonly frozen: WholeReader | undefined
  readonly frozenHash: number
}

/** One half of its fingerprint, unsigned: as `fingerprintOf`, without a state vector. */
export function fingerprintOfWhole(half: 'high' | 'low', key: string, { generation, attributes, frozen, frozenHash }: HeldWhole): number {
  const seed = half === 'high' ? HIGH_SEED : LOW_SEED
  return halfOfSums(seed, key, generation, sumOfWhole(seed, attributes), frozen === undefined ? 0 : sumOfWhole(seed, frozen), frozenHash)
}

function sumOfWhole(seed: number, { writer, clock }: WholeReader): number {
  return writer === undefined ? 0 : hashOfClock(seed, writer, clock)
}

function sumOfVector(seed: number, vector: StateVector): number {
  if (vector instanceof VectorOfOne) return hashOfClock(seed, vector.writer, vector.clock)
  let sum = 0
  for (const [writer, clock] of vector) sum = (sum + hashOfClock(seed, writer, clock)) | 0
  return sum
}

function hashOfClock(seed: number, writer: number, clock: number): number {
  return finish(mixWord(mixNumber(seed, writer), clock)) | 0
}

/**
 * 32-bit hash of a document's content and state vector; 0 when it has no values, and only then.
 *
 * Both, so that equal hashes mean that neither replica has anything to tell the other: the content alone can be equal
 * where the same value was frozen on both sides of a split.
 */
export function documentHash(document: Document): number {
  let sum = sumOfVector(LOW_SEED, document.vector())
  let isEmpty = true
  document.visit((name, bytes, from, to) => {
    sum = (sum + hashOfEntry(name, bytes, from, to)) | 0
    isEmpty = false
  })
  return isEmpty ? 0 : sum >>> 0 || 1
}

/** The same of a document that was just read from these bytes. */
export function hashOfWhole(whole: WholeReader, bytes: Uint8Array): number {
  let sum = sumOfWhole(LOW_SEED, whole)
  for (let i = 0; i < whole.values; i++) {
    sum = (sum + hashOfEntry(whole.names[i] ?? '', bytes, whole.places[2 * i] ?? 0, whole.places[2 * i + 1] ?? 0)) | 0
  }
  return whole.values === 0 ? 0 : sum >>> 0 || 1
}

function hashOfEntry(name: string, bytes: Uint8Array, from: number, to: number): number {
  return finish(mixBytes(mixText(HIGH_SEED, name), bytes, from, to))
}
