/**
 * Which saves a session has had already, so that a save sent again after a fail-over has no second effect.
 *
 * Of each client the highest counter is kept, of the 8 latest clients. Invariants:
 * - sorted by counter, then client, latest first; one entry a client;
 * - `joinOperations` is a semilattice (commutative, associative, idempotent): an entry falls out only where 8
 *   other clients are later, and they only get later. So replicas agree in whatever order they learn of saves.
 *
 * "Latest" is by counter, also between clients. Therefore a client starts its counter from its clock
 * (`max(previous + 1, milliseconds since 1970)` does it); clients counting from 1 would be forgotten first.
 */

/** Identity of one save: the client, and a number that grows with each of its saves. */
export interface OperationId {
  /** 53-bit id of the client. */
  readonly client: number
  /** Grows with every save of the client, and starts from its clock (see above). */
  readonly counter: number
}

/** A save's identity, and what its client knows by then of its earlier saves of the session. */
export interface SaveId extends OperationId {
  /** How far below `counter` the client's oldest save is that has no answer yet. Absent: 0, all have. */
  readonly oldest?: number
  /** How far below `counter` saves are that were sent more than once; 0: this one. Absent: none. */
  readonly resent?: readonly number[]
}

/** How many clients a session remembers. */
export const REMEMBERED_CLIENTS = 8

/** No save yet. */
export const NO_OPERATIONS: readonly OperationId[] = Object.freeze([])

/** Has this save, or a later one of the same client, been applied? */
export function isKnownOperation(log: readonly OperationId[], id: OperationId): boolean {
  for (const entry of log) if (entry.client === id.client) return entry.counter >= id.counter
  return false
}

/** The log with one save more; the same array where it knows the save already. */
export function recordOperation(log: readonly OperationId[], id: OperationId): readonly OperationId[] {
  if (isKnownOperation(log, id)) return log
  const next: OperationId[] = [{ client: id.client, counter: id.counter }]
  for (const entry of log) if (entry.client !== id.client) next.push(entry)
  return latest(next)
}

/** Least log that knows everything both know (within what is remembered); `a` itself where `b` adds nothing. */
export function joinOperations(a: readonly OperationId[], b: readonly OperationId[]): readonly OperationId[] {
  let joined = a
  for (const id of b) joined = recordOperation(joined, id)
  return joined
}

function latest(log: OperationId[]): readonly OperationId[] {
  log.sort((a, b) => b.counter - a.counter || b.client - a.client)
  if (log.length > REMEMBERED_CLIENTS) log.length = REMEMBERED_CLIENTS
  return log
}
