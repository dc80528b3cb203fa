/**
 * Differencing in mode `benchmark`: what a replica at a known benchmark lacks, and nothing else.
 *
 * One delta covers all changes since the benchmark, however many they were: recompute, never queue. A benchmark of
 * another generation says nothing about this one's document, so the whole document goes, with its base.
 */
import { covers, type Document, type StateVector } from '@understudy/document'
import { emptyBenchmark, type Benchmark } from './benchmark.js'
import type { Delta, Differenced } from './delta.js'

/** The delta that brings a replica at this benchmark to the session's state. */
export function differenceAgainst(session: Differenced, benchmark: Benchmark): Delta {
  const { generation, base } = session
  // Nearly always the very same: then nothing of the frozen document is looked at.
  const frozen = covers(benchmark.frozen, session.frozenVector) ? undefined : session.frozen.deltaSince(benchmark.frozen)
  const sameGeneration = benchmark.generation === generation
  const attributes = sameGeneration
    ? newSince(session.attributes, benchmark.attributes)
    : session.attributes.deltaSince(emptyBenchmark.attributes)
  const delta: { -readonly [Part in keyof Delta]: Delta[Part] } = { generation }
  if (!sameGeneration && base.length > 0) delta.base = base
  if (attributes !== undefined) delta.attributes = attributes
  if (frozen !== undefined) delta.frozen = frozen
  return delta
}

/** Does a delta bring anything at all? */
export function isEmptyDelta(delta: Delta): boolean {
  return delta.attributes === undefined && delta.frozen === undefined
}

function newSince(document: Document, held: StateVector): Uint8Array | undefined {
  return document.isCoveredBy(held) ? undefined : document.deltaSince(held)
}
