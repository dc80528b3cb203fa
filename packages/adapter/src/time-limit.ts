/** A limit for how long a request waits for its session. */
import { UnderstudyError } from '@understudy/client'

/**
 * The outcome of an operation, or an error when it has none in time. The operation itself goes on.
 *
 * @param limit ms
 * @throws UnderstudyError TIMEOUT, or whatever the operation throws
 */
export function within<T>(limit: number, operation: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new UnderstudyError('TIMEOUT', { message: message(limit) })), limit)
    operation.then(
      (outcome) => {
        clearTimeout(timer)
        resolve(outcome)
      },
      (error: unknown) => {
        clearTimeout(timer)
        reject(error)
      },
    )
  })
}

function message(limit: number): string {
  return `The session store gave no answer within ${limit} ms; if it was a write, it may have happened, or happen yet. Look whether its nodes run.`
}
