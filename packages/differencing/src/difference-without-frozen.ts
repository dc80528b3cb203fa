/**
 * Differencing in mode `immutable`: no benchmark is kept; every delta is complete but for the frozen attributes.
 *
 * Invariants:
 * - a delta holds the whole mutable document, so loss, doubling and reordering of deltas do no harm;
 * - the frozen part travels only where it is asked for: with the session's opening, with a freeze, and when a replica
 *   reports that it lacks it, which it sees from the hash.
 */
import { emptyBenchmark } from './benchmark.js'
import type { Delta, Differenced } from './delta.js'

/** The session's state, with or without its frozen part. */
export function differenceWithoutFrozen(session: Differenced, { withFrozen }: { withFrozen: boolean }): Delta {
  const { generation, base } = session
  const frozenHash = session.frozenHash()
  return {
    generation,
    ...(base.length === 0 ? {} : { base }),
    attributes: session.attributes.deltaSince(emptyBenchmark.attributes),
    ...(withFrozen && frozenHash !== 0 ? { frozen: session.frozen.deltaSince(emptyBenchmark.frozen) } : {}),
    frozenHash,
  }
}
