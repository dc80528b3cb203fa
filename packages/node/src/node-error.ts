/** The one error of this package: a node that can't start or can't serve a request. */

/**
 * `OPTION_INVALID`, `ADDRESS_IN_USE`, `INSECURE_ADDRESS`: the node does not start. `NO_PRIMARY`: nobody serves the slot
 * now, or not this node. `NO_QUORUM`: this side of a split is not the majority, and may not write. `DATA_UNUSABLE`: the data
 * directory cannot be used; the node does not start. `STORAGE_FAILED`: the disk takes no more; the write does not count.
 * `TOO_FEW_COPIES`: written, but held by fewer nodes than required. `STORE_CLOSED`: the node of the
 * store is closed. `BENCHMARKS_…`: the server that keeps benchmarks does not answer, refuses, answers something else, or is
 * too slow; nodes then send whole sessions.
 */
export type NodeErrorCode =
  | 'OPTION_INVALID'
  | 'ADDRESS_IN_USE'
  | 'ADDRESS_INVALID'
  | 'INSECURE_ADDRESS'
  | 'DATA_UNUSABLE'
  | 'STORAGE_FAILED'
  | 'NO_PRIMARY'
  | 'NO_QUORUM'
  | 'TOO_FEW_COPIES'
  | 'STORE_CLOSED'
  | 'BENCHMARKS_UNREACHABLE'
  | 'BENCHMARKS_REFUSED'
  | 'BENCHMARKS_MALFORMED'
  | 'BENCHMARKS_BUSY'

/** Which codes mean that the same request may succeed later or elsewhere. */
const RETRYABLE: ReadonlySet<NodeErrorCode> = new Set(['NO_PRIMARY', 'NO_QUORUM', 'STORAGE_FAILED', 'BENCHMARKS_UNREACHABLE', 'BENCHMARKS_BUSY'])

/** An error with a code, a message that tells what to do, and, of a write that was made but does not count, the copies there are. */
export class NodeError extends Error {
  readonly code: NodeErrorCode
  readonly retryable: boolean
  readonly copies: number | undefined

  constructor(code: NodeErrorCode, message: string, details: { readonly copies?: number; readonly cause?: unknown } = {}) {
    super(message, { cause: details.cause })
    this.name = 'NodeError'
    this.code = code
    this.retryable = RETRYABLE.has(code)
    this.copies = details.copies
  }
}

/**
 * The answer to a save that waits for copies when the reign in which it was made is over.
 *
 * @param copies nodes known to hold it: whoever reads them knows that it was written
 */
export function deposed(slot: number, copies: number): NodeError {
  const message = `another node is primary of slot ${slot} by now; what was written is handed over to it. Save again to know it held`
  return new NodeError('NO_PRIMARY', message, { copies })
}

/**
 * The answer to a write on the side of a split that is not the majority.
 *
 * @param copies nodes that hold it, if it was written before that was known; it is not acknowledged all the same
 */
export function noQuorum(copies?: number): NodeError {
  const message = 'this node does not reach the majority of the members, and writes wait until it does (partition "consistent"); try again'
  return new NodeError('NO_QUORUM', message, copies === undefined ? {} : { copies })
}
