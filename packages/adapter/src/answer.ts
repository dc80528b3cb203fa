/** Answers by callback or by promise, as the caller likes. */

/** Called once, with an error or with what was asked for. */
export type Callback<T> = (error: unknown, value?: T) => void

/**
 * Gives an outcome to the callback if there is one, else to the promise that it returns.
 *
 * What a callback throws is the app's own and comes out as an uncaught exception, as it does with other stores; the
 * promise is resolved then all the same.
 */
export function answered<T>(outcome: Promise<T>, callback: Callback<T> | undefined): Promise<T | undefined> {
  if (typeof callback !== 'function') return outcome
  return outcome.then(
    (value) => {
      // Outside of the promise: what the callback throws must not come back to it as an error.
      process.nextTick(callback, null, value)
      return value
    },
    (error: unknown) => {
      process.nextTick(callback, error)
      return undefined
    },
  )
}
