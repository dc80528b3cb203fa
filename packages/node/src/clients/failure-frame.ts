/** How an error reaches a client: its code, message and attribute, never its stack. */
import type { Failure } from '@understudy/protocol'
import type { Log } from '../log.js'

/**
 * The answer to a request that failed. Only errors with a code of ours are passed on; anything else is a defect of the
 * node, which is logged here and reaches the client as `INTERNAL`.
 */
export function failureFrame(request: number, error: unknown, log: Log): Failure {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') {
    log.error({ err: error }, 'a client request failed for an unforeseen reason')
    return { type: 'failure', request, code: 'INTERNAL', message: 'the node failed unexpectedly; its log tells why', retryable: false }
  }
  return {
    type: 'failure',
    request,
    code: error.code,
    message: error.message,
    ...('attribute' in error && typeof error.attribute === 'string' && { attribute: error.attribute }),
    ...('copies' in error && typeof error.copies === 'number' && { copies: error.copies }),
    retryable: 'retryable' in error && error.retryable === true,
  }
}
